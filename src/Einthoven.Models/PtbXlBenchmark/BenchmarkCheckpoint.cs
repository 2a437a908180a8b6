// Published checkpoints of the PTB-XL benchmark: weights as its framework saves them, and what belongs to them by its protocol.
// Source: Strodthoff et al., IEEE JBHI 25(5), 2021, and their repository (standard_scaler of experiment 0; prediction by windows).
using System.Globalization;
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.PtbXlBenchmark;

/// <summary>The tensors of a checkpoint, from which sizes are read.</summary>
internal sealed class BenchmarkCheckpoint
{
    private readonly string _path;
    private readonly Dictionary<string, CheckpointTensor> _tensors;

    private BenchmarkCheckpoint(string path, IEnumerable<CheckpointTensor> tensors) =>
        (_path, _tensors) = (path, tensors.ToDictionary(t => t.Name));

    /// <summary>Twelve leads at 100 Hz in millivolts, one mean and deviation for all of them; 2.5 s windows every 1.25 s.</summary>
    internal static InputContract Input { get; } = new()
    {
        Leads = LeadNames.Standard12,
        SamplingRateHz = 100,
        WindowSamples = 250,
        StrideSamples = 125,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale
        {
            Millivolts = [.. Enumerable.Repeat(0.23895642180464072, 12)],
            OffsetMillivolts = -0.0007771724002828525,
        },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0.1,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    /// <summary>The tensors under their published names.</summary>
    internal IReadOnlyCollection<CheckpointTensor> Tensors => _tensors.Values;

    /// <summary>Reads the part of a file that holds the network: <c>model</c>, or the root.</summary>
    internal static BenchmarkCheckpoint Read(TorchCheckpoint file) =>
        new(file.Path, file.Find("model") is CheckpointDictionary ? file.Tensors("model") : file.Tensors());

    /// <summary>A tensor's shape.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor: it belongs to another network.</exception>
    internal int[] Shape(string name) => _tensors.TryGetValue(name, out CheckpointTensor? tensor)
        ? [.. tensor.Shape.Select(s => checked((int)s))]
        : throw new CheckpointException($"{_path}: has no tensor {name}, so it is not a network of this family.");

    internal bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>How many of a numbered tensor there are, from a first number on.</summary>
    internal int Count(Func<int, string> name, int first = 0)
    {
        int count = 0;
        while (Has(name(first + count))) count++;
        return count;
    }

    /// <summary>Widths of the head's hidden layers, and its outputs.</summary>
    internal (IReadOnlyList<int> Hidden, int Labels) Head(string prefix, int first = 2)
    {
        int[] widths = [.. Enumerable.Range(0, Count(k => $"{prefix}.{first + 2 + (4 * k)}.weight")).Select(k => Shape($"{prefix}.{first + 2 + (4 * k)}.weight")[0])];
        if (widths.Length == 0) throw new CheckpointException($"{_path}: has no head {prefix}, so it is not a network of this family.");
        return (widths[..^1], widths[^1]);
    }

    /// <summary>The model that the checkpoint is.</summary>
    internal ImportedModel Import(string family, string network, JsonElement configuration, int leads, int labels, IEnumerable<CheckpointTensor>? tensors = null)
    {
        ImportedModel.RequireLeads(Input, _path, leads);
        IReadOnlyList<ModelLabel> named = BenchmarkLabels.Of(labels);
        ModelDescription description = new()
        {
            Name = family,
            Summary = string.Create(CultureInfo.InvariantCulture, $"{network} of the PTB-XL benchmark, {labels} labels"),
            Family = family,
            Configuration = configuration,
            Input = Input,
            Labels = named,
            Provenance = new Dictionary<string, string>
            {
                ["architecture"] = "helme/ecg_ptbxl_benchmarking (Strodthoff et al., IEEE JBHI 2021)",
                ["scale"] = "mean and deviation of the authors' experiment with all statements; a model of other data needs its own",
            },
        };
        return new(description, [.. tensors ?? Tensors]);
    }
}

/// <summary>The label sets of the benchmark's tasks, told apart by their sizes.</summary>
internal static class BenchmarkLabels
{
    /// <summary>Labels of 71 (all), 44 (diagnostic), 23 (subclasses), 5 (superclasses), 19 (form) or 12 (rhythm) outputs; numbered ones for any other.</summary>
    internal static IReadOnlyList<ModelLabel> Of(int count, Aggregation aggregation = Aggregation.Max)
    {
        IReadOnlyList<Statement> all = PtbXlStatements.All;
        Statement[]? statements = new[] { [.. all], all.Where(s => s.IsDiagnostic).ToArray(), [.. all.Where(s => s.IsForm)], [.. all.Where(s => s.IsRhythm)] }
            .FirstOrDefault(set => set.Length == count);
        if (statements is not null)
        {
            return [.. statements.Select(s => new ModelLabel
            {
                Name = s.Name,
                Code = s.QualifiedCode,
                Snomed = s.Snomed?.Code ?? "",
                Category = s.Category,
                Aggregation = aggregation,
            })];
        }

        string[]? classes = new[] { Names(all.Select(s => s.Subclass)), Names(all.Select(s => s.Superclass)) }.FirstOrDefault(set => set.Length == count);
        return classes is not null
            ? [.. classes.Select(c => new ModelLabel { Name = c, Category = "diagnostic", Aggregation = aggregation })]
            : [.. Enumerable.Range(0, count).Select(k => new ModelLabel { Name = string.Create(CultureInfo.InvariantCulture, $"label {k}"), Aggregation = aggregation })];
    }

    private static string[] Names(IEnumerable<string?> names) => [.. names.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}
