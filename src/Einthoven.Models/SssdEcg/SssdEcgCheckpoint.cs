// Published SSSD-ECG checkpoints: what their files are called inside, and which configuration they betray.
// Sources: AI4HealthUOL/SSSD-ECG, train.py ({iteration}.pkl); ispras/EcgLib, branch ecg_generation.
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Models.S4;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.SssdEcg;

/// <summary>Reads and names the checkpoints of both programs.</summary>
public static class SssdEcgCheckpoint
{
    private const string FirstLayer = "residual_layer.residual_blocks.0.S41.s4_layer";
    private const string OldTable = "label_embedding.weight";
    private const string Table = "embedding.weight";

    // Where programs put the weights in what they save.
    private static readonly string[] s_places = ["model_state_dict", "state_dict", "model"];

    /// <summary>Leads of the original program, in its order.</summary>
    public static IReadOnlyList<string> OriginalLeads { get; } = ["I", "V1", "V2", "V3", "V4", "V5", "V6", "aVF"];

    /// <summary>Leads of SSSD-ECG-nle, in its order.</summary>
    public static IReadOnlyList<string> NleLeads { get; } = ["I", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    /// <summary>Ten seconds at 100 Hz in millivolts, not normalised.</summary>
    /// <param name="leads">The order of the network's channels.</param>
    /// <param name="samples">Samples of a recording.</param>
    public static InputContract Signals(IReadOnlyList<string> leads, int samples = 1000) => new()
    {
        Leads = leads,
        SamplingRateHz = 100,
        WindowSamples = samples,
        StrideSamples = samples,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale { Millivolts = [.. Enumerable.Repeat(1.0, leads.Count)] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0.1,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    /// <summary>Reads a checkpoint of either program. Lead orders are not in the files: the one of the program is taken.</summary>
    /// <exception cref="CheckpointException">It is none.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        string? key = s_places.FirstOrDefault(k => file.Find(k) is CheckpointDictionary);
        IReadOnlyList<CheckpointTensor> found = key is null ? file.Tensors() : file.Tensors(key);
        S4Checkpoint checkpoint = S4Checkpoint.Of(file.Path, found.Select(t => t with { Name = OwnName(t.Name) }));
        SssdEcgConfig config = Configuration(checkpoint);
        bool nle = config.PairedLabels || found.Any(t => t.Name == OldTable);
        IReadOnlyList<string> leads = nle ? NleLeads : OriginalLeads;
        if (config.Leads != leads.Count)
            throw new CheckpointException($"{file.Path}: its network makes {config.Leads} leads; only networks of the {leads.Count} published ones can be imported.");
        ModelDescription description = new()
        {
            Name = SssdEcgFamily.Name,
            Summary = string.Create(CultureInfo.InvariantCulture, $"{(nle ? "SSSD-ECG-nle" : "SSSD-ECG")}: generates ECGs of {config.Labels} statements"),
            Family = SssdEcgFamily.Name,
            Configuration = SssdEcgFamily.Write(config),
            Input = Signals(leads, config.InternalLength),
            Labels = BenchmarkLabels.Of(config.Labels, Aggregation.Mean),
            Provenance = new Dictionary<string, string>
            {
                ["architecture"] = nle ? "ispras/EcgLib (Skorik and Avetisyan, arXiv 2407.11108)" : "AI4HealthUOL/SSSD-ECG (Lopez Alcaraz and Strodthoff, arXiv 2301.08227)",
            },
        };
        return new(description, checkpoint.Tensors);
    }

    /// <summary>The network's name of a tensor that a published file may call otherwise: older weight norm, the label table of nle.</summary>
    public static string OwnName(string published)
    {
        string name = WeightNormConv1d.ModernName(published);
        return name == OldTable ? Table : name;
    }

    /// <summary>The name of the older weight norm, as the original program saves it.</summary>
    public static string OldName(string own) => own
        .Replace("parametrizations.weight.original0", "weight_g", StringComparison.Ordinal)
        .Replace("parametrizations.weight.original1", "weight_v", StringComparison.Ordinal);

    /// <summary>Names and shapes of a published checkpoint of a configuration, tables of nodes included.</summary>
    /// <param name="config">The configuration; with paired labels, names are those of SSSD-ECG-nle.</param>
    public static IReadOnlyList<(string Name, long[] Shape)> PublishedNames(SssdEcgConfig config)
    {
        using var network = new SssdEcgNetwork(config);
        return [.. S4Checkpoint.PublishedNames(
            network.State().Select(s => (config.PairedLabels ? s.Name : OldName(s.Name), s.Tensor.Shape)), config.InternalLength)];
    }

    private static SssdEcgConfig Configuration(S4Checkpoint checkpoint)
    {
        int[] input = checkpoint.Shape("init_conv.0.conv.parametrizations.weight.original1");
        int[] first = checkpoint.Shape("residual_layer.fc_t1.weight"), second = checkpoint.Shape("residual_layer.fc_t2.weight");
        int[] output = checkpoint.Shape(FirstLayer + ".kernel.kernel.C");
        int pairs = checkpoint.Count(k => $"label_embedding.{k}.weight");
        int[] labels = pairs > 0 ? [pairs, checkpoint.Shape("label_embedding.0.weight")[1]] : checkpoint.Shape(Table);
        int[] sex = checkpoint.Has("gender_embedding.weight") ? checkpoint.Shape("gender_embedding.weight") : [0, 0];
        return new()
        {
            Leads = input[1],
            Labels = labels[0],
            Width = input[0],
            SkipWidth = checkpoint.Shape("final_conv.0.conv.bias")[0],
            Blocks = checkpoint.Count(k => $"residual_layer.residual_blocks.{k}.fc_t.weight"),
            StepWaves = first[1],
            StepHidden = first[0],
            StepWidth = second[0],
            InternalLength = checkpoint.InternalLength(FirstLayer),
            States = 2 * output[2],
            Bidirectional = output[0] == 2,
            LayerNorm = checkpoint.Has("residual_layer.residual_blocks.0.S41.norm_layer.weight"),
            LabelWidth = labels[1],
            PairedLabels = pairs > 0,
            SexClasses = sex[0],
            SexWidth = sex[1],
        };
    }
}
