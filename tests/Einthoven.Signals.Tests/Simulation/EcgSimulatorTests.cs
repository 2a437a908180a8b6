// What is promised of simulated recordings: repeatable, physically consistent, normal where they should be, and true to their truth.
using Einthoven.Signals.Beats;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Signals.Simulation;

namespace Einthoven.Signals.Tests.Simulation;

public sealed class EcgSimulatorTests
{
    public static TheoryData<string> Rhythms => [.. SimulationLabels.All.Where(label => label.IsRhythm).Select(label => label.Key)];

    public static TheoryData<string> Morphologies => [.. SimulationLabels.All.Where(label => !label.IsRhythm).Select(label => label.Key)];

    [Fact]
    public void The_same_options_give_the_same_samples_and_another_seed_gives_others()
    {
        var options = new SimulationOptions { Rhythm = "af", Seed = 11, Noise = SimulatedNoise.Heavy };
        TestRecords.AssertEqual(EcgSimulator.Run(options).Record, EcgSimulator.Run(options).Record);
        Assert.NotEqual(EcgSimulator.Run(options).Record.Leads[1].Samples.ToArray(), EcgSimulator.Run(options with { Seed = 12 }).Record.Leads[1].Samples.ToArray());
    }

    [Theory]
    [MemberData(nameof(Rhythms))]
    public void Every_rhythm_has_twelve_consistent_leads_and_marks_in_order(string rhythm)
    {
        EcgSimulation made = EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, Seed = 4, Seconds = 20, SamplingRateHz = 250, Noise = SimulatedNoise.Heavy });
        Assert.Equal(LeadNames.Standard12, made.Record.Leads.Select(lead => lead.Name));
        Assert.All(made.Record.Leads, lead => Assert.Equal(5000, lead.Samples.Length));
        Assert.All(LimbLeads.Relations, relation => Assert.InRange(LimbLeads.ResidualRms(made.Record, relation)!.Value, 0, 1e-9));
        foreach (SimulatedBeat beat in made.Truth.Beats)
        {
            double[] marks = [.. new[] { beat.POn, beat.PPeak, beat.POff, beat.QrsOn, beat.RPeak, beat.QrsOff }.OfType<double>()];
            Assert.Equal(marks.Order(), marks);
            if (beat is { TOn: { } on, TPeak: { } peak, TOff: { } off }) Assert.True(on < peak && peak < off);
        }
    }

    [Theory]
    [MemberData(nameof(Morphologies))]
    public void Every_morphology_gives_a_recording_that_can_be_stored(string morphology)
    {
        EcgSimulation made = EcgSimulator.Run(new SimulationOptions { Morphologies = [morphology], Seed = 2 });
        using var folder = new TemporaryFolder();
        Assert.InRange(WfdbWriter.Write(made.Record, Path.Combine(folder.Path, "made.hea")), 0, 1e-9);
        Assert.Contains(made.Truth.Labels, label => label.Key == morphology);
    }

    [Fact]
    public void Normal_sinus_rhythm_keeps_to_the_customary_limits_of_adults()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            SimulationTruth truth = EcgSimulator.Run(new SimulationOptions { Seed = seed }).Truth;
            Assert.InRange(truth.HeartRateBpm!.Value, 58, 100);
            Assert.InRange(truth.PrMs!.Value, 120, 200);
            Assert.InRange(truth.QrsMs!.Value, 70, 110);
            Assert.InRange(truth.QtcFridericiaMs!.Value, 360, 460);
            Assert.InRange(truth.QrsAxisDegrees!.Value, -30, 90);
        }
    }

    [Theory]
    [InlineData("heart_rate")]
    [InlineData("pr")]
    [InlineData("qrs")]
    [InlineData("qtc_fridericia")]
    [InlineData("qrs_axis")]
    public void Normal_sinus_rhythm_lies_within_the_embedded_limits_of_adults(string parameter)
    {
        NormalRange range = NormalLimits.Default.Find(parameter, 40, null)!;
        double[] values = [.. Enumerable.Range(1, 200).Select(seed => EcgSimulator.Run(new SimulationOptions { Seed = (ulong)seed, Seconds = 5 }).Truth).Select(truth => parameter switch
        {
            "heart_rate" => truth.HeartRateBpm!.Value,
            "pr" => truth.PrMs!.Value,
            "qrs" => truth.QrsMs!.Value,
            "qtc_fridericia" => truth.QtcFridericiaMs!.Value,
            _ => truth.QrsAxisDegrees!.Value,
        })];
        // The limits are the 2nd and 98th percentiles of healthy people.
        Assert.True(values.Count(v => v >= range.Low && v <= range.High) >= 190, $"{parameter}: {values.Min():F0} to {values.Max():F0} against {range.Low:F0} to {range.High:F0}");
    }

    [Fact]
    public void Normal_amplitudes_are_those_of_adults()
    {
        var r = new Dictionary<string, List<double>>();
        for (ulong seed = 1; seed <= 60; seed++)
        {
            EcgSimulation made = EcgSimulator.Run(new SimulationOptions { Seed = seed, Noise = SimulatedNoise.None });
            SimulatedBeat beat = made.Truth.Beats[2];
            foreach (EcgLead lead in made.Record.Leads)
            {
                ReadOnlySpan<double> qrs = lead.Samples.Span[(int)(beat.QrsOn!.Value * 500)..(int)(beat.QrsOff!.Value * 500)], t = lead.Samples.Span[(int)(beat.TOn!.Value * 500)..(int)(beat.TOff!.Value * 500)];
                Add($"R {lead.Name}", Max(qrs));
                Add($"S {lead.Name}", -Min(qrs));
                Add($"T {lead.Name}", Max(t));
            }
        }
        // The middle of the population against textbook ranges for adults; S in V3 may be 0.2 mV smaller than theirs (0.5 to 1.5).
        foreach ((string what, double low, double high) in new[] { ("R I", 0.3, 0.9), ("R II", 0.6, 1.6), ("R V1", 0.05, 0.5), ("R V4", 1.0, 2.0), ("R V5", 0.9, 2.0), ("R V6", 0.6, 1.6), ("S V1", 0.5, 1.5), ("S V2", 0.8, 2.0), ("S V3", 0.3, 1.5), ("T II", 0.1, 0.4), ("T V3", 0.2, 0.8) })
            Assert.True(Median(r[what]) >= low && Median(r[what]) <= high, $"{what}: median {Median(r[what]):F2} mV is not within {low} to {high}");

        void Add(string what, double value)
        {
            if (!r.TryGetValue(what, out List<double>? values)) r.Add(what, values = []);
            values.Add(value);
        }
    }

    [Fact]
    public void The_largest_deflection_lies_within_the_marked_QRS()
    {
        EcgSimulation made = EcgSimulator.Run(new SimulationOptions { Seed = 9, Noise = SimulatedNoise.None });
        ReadOnlySpan<double> lead = made.Record.Lead("II").Samples.Span;
        foreach (SimulatedBeat beat in made.Truth.Beats.Where(beat => beat is { POn: not null, TOff: not null }))
        {
            int from = (int)(beat.POn!.Value * 500), to = (int)(beat.TOff!.Value * 500), largest = from;
            for (int i = from; i < to; i++) if (lead[i] > lead[largest]) largest = i;
            Assert.InRange(largest / 500.0, beat.QrsOn!.Value, beat.QrsOff!.Value);
        }
    }

    [Fact]
    public void Atrial_fibrillation_has_no_P_and_irregular_beats()
    {
        SimulationTruth truth = EcgSimulator.Run(new SimulationOptions { Rhythm = "af", Seed = 3, Seconds = 60 }).Truth;
        Assert.Empty(truth.AtrialWaves);
        Assert.All(truth.Beats, beat => Assert.Null(beat.POn));
        double[] rr = [.. truth.Beats.Zip(truth.Beats.Skip(1), (a, b) => b.RPeak!.Value - a.RPeak!.Value)];
        double mean = rr.Average(), deviation = Math.Sqrt(rr.Average(value => (value - mean) * (value - mean)));
        Assert.InRange(deviation / mean, 0.1, 0.35);
    }

    [Fact]
    public void Wenckebach_lengthens_PR_until_a_P_is_blocked()
    {
        SimulationTruth truth = EcgSimulator.Run(new SimulationOptions { Rhythm = "wenckebach", Seed = 6, Seconds = 30 }).Truth;
        Assert.Contains(truth.AtrialWaves, wave => !wave.Conducted);
        double? last = null;
        int growing = 0, pauses = 0;
        foreach (SimulatedAtrialWave wave in truth.AtrialWaves)
        {
            double? pr = truth.Beats.FirstOrDefault(beat => beat.POn == wave.On)?.QrsOn - wave.On;
            if (pr is null) pauses++;
            else if (last is { } before && pr > before) growing++;
            last = pr;
        }
        Assert.True(growing > pauses && pauses >= 4, $"{growing} longer PR intervals, {pauses} pauses");
    }

    [Fact]
    public void Complete_block_has_more_P_waves_than_beats_and_none_conducted()
    {
        SimulationTruth truth = EcgSimulator.Run(new SimulationOptions { Rhythm = "avb3", Seed = 6, Seconds = 30 }).Truth;
        Assert.True(truth.AtrialWaves.Count > 1.3 * truth.Beats.Count);
        Assert.All(truth.AtrialWaves, wave => Assert.False(wave.Conducted));
    }

    [Fact]
    public void Swapped_arms_turn_lead_one_over()
    {
        var options = new SimulationOptions { Seed = 5, Noise = SimulatedNoise.None };
        double[] right = EcgSimulator.Run(options).Record.Lead("I").Samples.ToArray();
        EcgSimulation swapped = EcgSimulator.Run(options with { Noise = SimulatedNoise.None with { Reversal = "RA/LA" } });
        Assert.Equal(right.Select(value => -value), swapped.Record.Lead("I").Samples.ToArray());
        Assert.Equal("RA/LA", Assert.Single(swapped.Truth.Spans).Where);
    }

    [Theory]
    [InlineData("none", "sinus")]
    [InlineData("sinus", "none")]
    public void Unknown_names_are_refused_with_a_list(string rhythm, string morphology)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, Morphologies = [morphology] }));
        Assert.Contains("there are", refused.Message, StringComparison.Ordinal);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Max(ReadOnlySpan<double> values)
    {
        double max = double.MinValue;
        foreach (double value in values) max = Math.Max(max, value);
        return max;
    }

    private static double Min(ReadOnlySpan<double> values)
    {
        double min = double.MaxValue;
        foreach (double value in values) min = Math.Min(min, value);
        return min;
    }
}
