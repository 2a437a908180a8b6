// Builds ECG-FM's pretraining network and objective from the fields of a case, and replays its recorded draws.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

/// <summary>A record of one step's draws; what the case does not store, the step must not ask for.</summary>
internal sealed class RecordedDraws : IPretrainingDraws
{
    public required int[][] Frames { get; init; }

    public int[][]? Channels { get; init; }

    public Tensor? Noise { get; init; }

    public IReadOnlyDictionary<NegativeSource, long[]> Drawn { get; init; } = new Dictionary<NegativeSource, long[]>();

    public int[][] Mask(MaskAxis axis, SpanMasking masking, int rows, int size, IReadOnlyList<int>? valid) =>
        axis == MaskAxis.Frames ? Frames : Channels ?? throw new InvalidDataException("no recorded channel masks");

    public Tensor Gumbel(long rows, long entries) =>
        Noise is { } noise && noise.Shape is [var r, var e] && r == rows && e == entries
            ? noise
            : throw new InvalidDataException($"Gumbel noise [{rows}, {entries}] was asked for; recorded is {Noise}");

    public long[] Negatives(NegativeSource source, int count, long bound) =>
        Drawn.TryGetValue(source, out long[]? drawn) && drawn.Length == count && drawn.All(d => d >= 0 && d < bound)
            ? [.. drawn]
            : throw new InvalidDataException($"{count} draws below {bound} for {source} were asked for; recorded are {drawn?.Length}");
}

internal static class EcgFmPretrainingBuild
{
    public static EcgFmPretraining Network(GoldenCase golden, GoldenFiles files)
    {
        JsonElement c = golden.Config;
        if (Flag("quantize_input") || Flag("same_quantizer") || Flag("negatives_from_everywhere"))
            throw new InvalidDataException("quantized inputs and negatives from everywhere are not built: no published model uses them");
        EcgFmPretraining network = new(EcgFmBuild.Config(c), new EcgFmPretrainingConfig
        {
            QuantizeTargets = Flag("quantize_targets"),
            TargetGlu = Flag("target_glu"),
            LatentVars = c.GetProperty("latent_vars").GetInt32(),
            LatentGroups = c.GetProperty("latent_groups").GetInt32(),
            LatentDim = c.GetProperty("latent_dim").GetInt32(),
            FinalDim = c.GetProperty("final_dim").GetInt32(),
            FeatureDropout = c.GetProperty("dropout").GetDouble(),
        });
        Weights.Load(network, golden, files, WeightNormConv1d.ModernName);
        return network;

        bool Flag(string name) => c.GetProperty(name).GetBoolean();
    }

    public static Wav2VecOptions Options(JsonElement c) => new()
    {
        Frames = Masking(c, "mask_", c.GetProperty("mask_length").GetInt32()) with
        {
            NoOverlap = c.GetProperty("no_mask_overlap").GetBoolean(),
            MinimumSpace = c.GetProperty("mask_min_space").GetInt32(),
        },
        Channels = Masking(c, "mask_channel_", c.GetProperty("mask_channel_length").GetInt32()) with { MinimumSpans = 0 },
        Negatives = c.GetProperty("num_negatives").GetInt32(),
        CrossRowNegatives = c.GetProperty("cross_sample_negatives").GetInt32(),
        CodebookNegatives = c.GetProperty("codebook_negatives").GetInt32(),
        LogitTemperature = c.GetProperty("logit_temp").GetDouble(),
        Temperature = Temperature(c),
        DiversityWeight = c.GetProperty("loss_weights")[0].GetDouble(),
        FeaturePenalty = c.GetProperty("loss_weights")[1].GetDouble(),
    };

    public static GumbelTemperature Temperature(JsonElement c)
    {
        JsonElement t = c.GetProperty("latent_temp");
        return new(t[0].GetDouble(), t[1].GetDouble(), t[2].GetDouble());
    }

    public static SegmentContrastOptions Contrast(JsonElement c) => new()
    {
        Temperature = c.GetProperty("cmsc_temperature").GetDouble(),
        Weight = c.TryGetProperty("cmsc_weight", out JsonElement weight) ? weight.GetDouble() : 1,
    };

    /// <summary>The draws that the case's arrays name; a role without an array of its own in this file lies in another of the case's files.</summary>
    public static RecordedDraws Draws(GoldenCase golden, GoldenFiles files)
    {
        Dictionary<NegativeSource, long[]> drawn = [];
        Add(NegativeSource.SameRow, "negatives_raw");
        Add(NegativeSource.SameRow, "negatives_same");
        Add(NegativeSource.AnyRow, "negatives_cross");
        Add(NegativeSource.Codebook, "negatives_codebook");
        return new()
        {
            Frames = Positions(Array(golden, files, "mask")!),
            Channels = Array(golden, files, "mask_channels") is { } channels ? Positions(channels) : null,
            Noise = Array(golden, files, "gumbel") is { } noise ? Tensor.From(noise.ToFloats(), noise.Shape) : null,
            Drawn = drawn,
        };

        void Add(NegativeSource source, string role)
        {
            if (Array(golden, files, role) is { } stored) drawn[source] = stored.ToInt64s();
        }
    }

    /// <summary>The tensor in a role: in the case's own file, or in the file that its source is from.</summary>
    public static CheckpointTensor? Array(GoldenCase golden, GoldenFiles files, string role)
    {
        if (golden.Array(role) is not string name) return null;
        if (files.Tensors().TryGet(name, out CheckpointTensor? own)) return own;
        return golden.TryFile("source") != null ? files.Tensors("source")[name] : files.Tensors()[name];
    }

    /// <summary>The case's batch: windows, pairs, lengths.</summary>
    public static TrainingBatch Batch(GoldenCase golden, GoldenFiles files)
    {
        GoldenArray input = files.Input();
        if (golden.Field("input")!.Value.TryGetProperty("times", out _) is false && Array(golden, files, "lead_survivors") is { } survivors)
            input = InputEdits.TimesLeads(input, survivors.ToDoubles());
        long[]? lengths = golden.Config.TryGetProperty("lengths", out JsonElement stated) && stated.ValueKind == JsonValueKind.Array
            ? [.. stated.EnumerateArray().Select(l => l.GetInt64())]
            : null;
        return new(
            Tensor.From(input.Floats, input.Shape),
            RecordIds: Array(golden, files, "patient_id")?.ToInt64s(),
            Segments: Array(golden, files, "segment")?.ToInt64s().Select(s => (int)s).ToArray(),
            ValidSamples: lengths);
    }

    public static int[][] Positions(CheckpointTensor flags) =>
        [.. flags.ToInt64s().Chunk((int)flags.Shape[1]).Select(row => Enumerable.Range(0, row.Length).Where(t => row[t] != 0).ToArray())];

    private static SpanMasking Masking(JsonElement c, string prefix, int length) => new()
    {
        Probability = c.GetProperty(prefix + "prob").GetDouble(),
        Length = length,
        Selection = Enum.Parse<SpanLengths>(c.GetProperty(prefix + "selection").GetString()!, ignoreCase: true),
        Other = c.GetProperty(prefix + "other").GetDouble(),
    };
}
