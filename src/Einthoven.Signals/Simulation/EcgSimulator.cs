// Simulates twelve leads: rhythm → waves of the heart's vector in time → electrodes on a breathing torso → artefacts → recorder. The truth
// is written down on the way. Design and typical values: the dipole models of McSharry 2003 and Sameni 2007, drawn in time, not phase.
using System.Globalization;

namespace Einthoven.Signals.Simulation;

/// <summary>Makes recordings whose every beat, boundary and label is known.</summary>
/// <remarks>For tests and for training beside real recordings; what a model scores on them says nothing about patients.</remarks>
public static class EcgSimulator
{
    /// <summary>Simulates one recording.</summary>
    /// <param name="options">What; the same options give the same samples.</param>
    /// <exception cref="ArgumentException">An option is out of range or names nothing that can be simulated.</exception>
    public static EcgSimulation Run(SimulationOptions options)
    {
        options.Validate();
        SimulationLabel[] labels = [SimulationLabels.Find(options.Rhythm, rhythm: true), .. options.Morphologies.Select(key => SimulationLabels.Find(key, rhythm: false))];
        var random = new SimulationRandom(options.Seed);
        var torso = new Torso(random);
        var heart = new Heart(options, torso, random);
        double breathHz = random.Between(0.18, 0.32), rate = options.SamplingRateHz;
        RhythmPlan plan = new RhythmEngine(options, breathHz, random).Plan();

        int n = (int)Math.Round(options.Seconds * rate);
        double[][] vector = [new double[n], new double[n], new double[n]];
        var drawing = new HeartDrawing(heart, plan, vector, options, random);
        drawing.Draw();
        if (plan.FibrillationHz > 0) AtrialActivity.AddFibrillation(vector, rate, plan.FibrillationHz, random);
        if (plan.FlutterHz > 0) AtrialActivity.AddFlutter(vector, rate, plan.FlutterHz, random);
        if (plan.VentricularFibrillation) AtrialActivity.AddVentricularFibrillation(vector, rate, random);

        double[] breath = new double[n];
        (double phase, double step) = (random.Between(0, 2 * Math.PI), 2 * Math.PI * breathHz / rate);
        for (int i = 0; i < n; i++) breath[i] = Math.Sin(phase + (step * i));
        double[][] potentials = torso.Potentials(vector, breath);
        var artefacts = new Artefacts(options.Noise, rate, random);
        artefacts.Disturb(potentials, breathHz);
        EcgLead[] leads = Recorder.Leads(potentials, options, artefacts.Spans);

        string name = string.Create(CultureInfo.InvariantCulture, $"{string.Join('-', [options.Rhythm, .. options.Morphologies])}-{options.Seed}");
        var metadata = new Dictionary<string, string>
        {
            ["simulated"] = string.Join("; ", labels.Select(label => label.Label)),
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
        };
        var record = new EcgRecord(name, "simulation", rate, n, leads, metadata);
        return new EcgSimulation(record, drawing.Truth(labels, artefacts.Spans));
    }
}
