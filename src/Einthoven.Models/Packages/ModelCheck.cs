// The check that a package carries: one recording, and what every stage made of it where the package was written.

using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Packages;

/// <summary>One stage of a check, compared.</summary>
/// <param name="Stage">Its name: <c>windows</c>, a stage of the network, <c>logits</c>, <c>probabilities</c> or <c>values</c>.</param>
/// <param name="Deviation">Largest absolute difference; infinite where the shapes differ.</param>
/// <param name="Tolerance">What it may be.</param>
public sealed record StageComparison(string Stage, double Deviation, double Tolerance)
{
    /// <summary>Whether the stage agrees.</summary>
    public bool Agrees => Deviation <= Tolerance;
}

/// <summary>The content of check.safetensors.</summary>
/// <param name="Tensors">The recording, and the stages in the order in which they are made.</param>
/// <param name="Metadata">Lead names and sampling rate of the recording.</param>
public sealed record ModelCheck(IReadOnlyList<CheckpointTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private const string RecordTensor = "record";
    private const string LeadsKey = "leads";
    private const string RateKey = "sampling_rate_hz";

    // Other processors and libraries sum in another order; a wrong weight or step differs by far more.
    private const double StageTolerance = 2e-4;
    private const double ProbabilityTolerance = 2e-5;

    /// <summary>Runs a recording through a model and keeps what every stage made of it.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="record">A recording that meets the contract; it is rounded to float32 millivolts first.</param>
    public static ModelCheck Record(EcgModel model, EcgRecord record)
    {
        float[] samples = [.. record.Leads.SelectMany(lead => lead.Samples.ToArray()).Select(sample => (float)sample)];
        var metadata = new Dictionary<string, string>
        {
            [LeadsKey] = string.Join(",", record.Leads.Select(lead => lead.Name)),
            [RateKey] = record.SamplingRateHz.ToString("R", CultureInfo.InvariantCulture),
        };
        var stored = CheckpointTensor.From<float>(RecordTensor, [record.Leads.Count, samples.Length / record.Leads.Count], samples);
        return new ModelCheck([stored, .. Stages(model, Rebuild(stored, metadata, RecordTensor))], metadata);
    }

    /// <summary>Runs the check of a package.</summary>
    /// <param name="model">The package's model, on any device.</param>
    /// <param name="file">The package's check.safetensors.</param>
    /// <returns>Every stage in the order in which it is made.</returns>
    /// <exception cref="ModelPackageException">The file is no check, or has stages of another network.</exception>
    public static IReadOnlyList<StageComparison> Verify(EcgModel model, SafeTensorsFile file)
    {
        List<CheckpointTensor> made = Stages(model, Rebuild(file[RecordTensor], file.Metadata, file.Path));
        return [.. made.Select(stage => file.TryGet(stage.Name, out CheckpointTensor? expected)
            ? Compare(stage, expected)
            : throw new ModelPackageException($"{file.Path}: has no stage \"{stage.Name}\"; it was made for another network. Write the package again."))];
    }

    private static EcgRecord Rebuild(CheckpointTensor samples, IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue(LeadsKey, out string? names) || !metadata.TryGetValue(RateKey, out string? text)
            || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
            || names.Split(',') is not { } leads || samples.Shape is not [var count, var length] || count != leads.Length)
        {
            throw new ModelPackageException($"{path}: does not name the leads and the rate of its recording; it is no model check.");
        }

        double[] values = samples.ToDoubles();
        return new EcgRecord(path, "check", rate, length,
            [.. leads.Select((name, lead) => new EcgLead(name, "mV", rate, values.AsMemory(lead * (int)length, (int)length)))]);
    }

    private static List<CheckpointTensor> Stages(EcgModel model, EcgRecord record)
    {
        Windows windows = model.Prepare(record).Windows;
        long[] shape = [windows.Count, windows.Leads, windows.Samples];
        var stages = new List<CheckpointTensor> { CheckpointTensor.From<float>("windows", shape, windows.Values.Span) };
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor logits = model.Network.Forward(
            Tensor.From(windows.Values.Span, shape).To(model.Device),
            (stage, value) => stages.Add(CheckpointTensor.From<float>("stage." + stage, value.Shape, value.ToArray<float>())));
        float[] outputs = logits.ToArray<float>();
        stages.Add(CheckpointTensor.From<float>("logits", logits.Shape, outputs));
        double[] probabilities = [.. NetworkOutputs.Findings(model.Description, outputs, windows.LeadOf).Select(finding => finding.Probability)];
        if (probabilities.Length > 0)
            stages.Add(CheckpointTensor.From<double>("probabilities", [probabilities.Length], probabilities));
        double[] values = [.. NetworkOutputs.Values(model.Description, outputs).Select(value => value.Value)];
        if (values.Length > 0)
            stages.Add(CheckpointTensor.From<double>("values", [values.Length], values));
        return stages;
    }

    internal static StageComparison Compare(CheckpointTensor made, CheckpointTensor expected)
    {
        double[] reference = expected.ToDoubles();
        double tolerance = made.Name == "probabilities" ? ProbabilityTolerance : StageTolerance * Math.Max(1, reference.Max(Math.Abs));
        if (!made.Shape.SequenceEqual(expected.Shape))
            return new StageComparison(made.Name, double.PositiveInfinity, tolerance);
        double worst = made.ToDoubles().Zip(reference, (value, wanted) => value == wanted ? 0 : Math.Abs(value - wanted)).Max();
        return new StageComparison(made.Name, double.IsNaN(worst) ? double.PositiveInfinity : worst, tolerance);
    }
}
