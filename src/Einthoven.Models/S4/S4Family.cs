// The family's row, its published checkpoints, and what it expects of a recording.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.S4;

/// <summary>The S4 classifier.</summary>
public static class S4Family
{
    private const string Family = "s4";
    private const string FrameworkPrefix = "model.";

    /// <summary>
    /// Twelve leads in millivolts at 100 Hz, not normalised, 2.5 s windows side by side, their probabilities averaged (Al-Masud, Lopez
    /// Alcaraz, Strodthoff, ICLR 2026). The first publication of the network had the leads in another order: I, II, V1 to V6, III, aVR,
    /// aVL, aVF.
    /// </summary>
    public static InputContract Input { get; } = new()
    {
        Leads = LeadNames.Standard12,
        SamplingRateHz = 100,
        WindowSamples = 250,
        StrideSamples = 250,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale { Millivolts = [.. Enumerable.Repeat(1.0, 12)] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = ConfigurationJson.Row(
        Family,
        "S4 classifier: structured state-space layers (Mehari and Strodthoff, arXiv 2211.07579)",
        new S4Config(),
        S4Json.Default.S4Config,
        (config, labels) => new S4Classifier(config with { Labels = labels }),
        Import);

    /// <summary>Reads a checkpoint of the authors' training framework. Which order its leads have is not in the file: that of <see cref="Input"/> is taken.</summary>
    /// <exception cref="CheckpointException">It is none, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        S4Checkpoint checkpoint = S4Checkpoint.Read(file, FrameworkPrefix);
        int[] encoder = checkpoint.Shape("encoder.weight"), output = checkpoint.Shape("s4_layers.0.kernel.kernel.C");
        int labels = checkpoint.Shape("decoder.weight")[0];
        ImportedModel.RequireLeads(Input, file.Path, encoder[1]);
        S4Config config = new()
        {
            Leads = encoder[1],
            Labels = labels,
            Width = encoder[0],
            States = 2 * output[2],
            Layers = checkpoint.Count(k => $"s4_layers.{k}.kernel.kernel.C"),
            InternalLength = checkpoint.InternalLength("s4_layers.0"),
            Bidirectional = output[0] == 2,
        };
        ModelDescription description = new()
        {
            Name = Family,
            Summary = string.Create(CultureInfo.InvariantCulture, $"S4 classifier of {labels} labels"),
            Family = Family,
            Configuration = JsonSerializer.SerializeToElement(config, S4Json.Default.S4Config),
            Input = Input,
            Labels = BenchmarkLabels.Of(labels, Aggregation.Mean),
            Provenance = new Dictionary<string, string> { ["architecture"] = "AI4HealthUOL/ecg-fm-benchmarking, tmehari/ssm_ecg" },
        };
        return new(description, checkpoint.Tensors);
    }

    /// <summary>Names and shapes of a published checkpoint of a configuration, the tables of nodes included.</summary>
    public static IReadOnlyList<(string Name, long[] Shape)> PublishedNames(S4Config config)
    {
        using var network = new S4Classifier(config);
        return [.. S4Checkpoint.PublishedNames(network.State().Select(s => (s.Name, s.Tensor.Shape)), config.InternalLength)];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(S4Config))]
internal sealed partial class S4Json : JsonSerializerContext;
