// Turns ECGFounder's published checkpoints into model packages: sizes read from the tensors, labels, the three input contracts, weights.
using System.Buffers.Binary;
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFounder;

/// <summary>The family's row in <see cref="ModelFamilies"/>, and its importer.</summary>
public static class EcgFounderImporter
{
    /// <summary>The family's name in model.json and on the command line.</summary>
    public const string Family = "ecgfounder";

    private const string StateKey = "state_dict";

    /// <summary>The family's row.</summary>
    public static ModelFamily Row { get; } = new(
        Family,
        "ECGFounder: Net1D for twelve leads or one, 150 statements (Li et al., NEJM AI 2(7), AIoa2401033, 2025)",
        (json, labels) => new Net1D(Net1DConfig.Read(json) with { Labels = labels }),
        Import);

    /// <summary>
    /// Reads a checkpoint of the authors' programs: a dictionary with the weights under state_dict beside optimiser and progress, or the weights
    /// alone. Batch norms are off, as the authors use both networks, though their tensors are in the file.
    /// </summary>
    /// <exception cref="CheckpointException">It is no Net1D, or takes other leads than the published two.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        bool isWrapped = file.Find(StateKey) is CheckpointDictionary;
        IReadOnlyList<CheckpointTensor> tensors = isWrapped ? file.Tensors(StateKey) : file.Tensors();
        Net1DConfig config = Sizes(file.Path, tensors);
        IReadOnlyList<string> leads = EcgFounderContracts.LeadsOf(config.Leads)
            ?? throw new CheckpointException($"{file.Path}: its network takes {config.Leads} leads; ECGFounder is published for 12 and for 1.");
        IReadOnlyList<EcgFounderLabel> published = EcgFounderLabels.Published.Labels;
        bool isPublished = config.Labels == published.Count;
        long used;
        using (var network = new Net1D(config)) used = network.UsedParameterCount;
        string words = leads.Count == 1 ? $"one lead (trained on lead {leads[0]})" : $"{leads.Count} leads";
        ModelDescription description = new()
        {
            Name = Family,
            Summary = isPublished
                ? $"ECGFounder, {words}: {published.Count} statements, not calibrated"
                : $"ECGFounder, {words}: {config.Labels} labels that the checkpoint does not name",
            Family = Family,
            Configuration = config.Write(),
            Input = EcgFounderContracts.A(leads),
            OtherInputs = [EcgFounderContracts.B(leads), EcgFounderContracts.C(leads)],
            Labels = isPublished
                ? [.. published.Select(label => label.ToModelLabel(singleLead: leads.Count == 1))]
                : [.. Enumerable.Range(0, config.Labels).Select(k => new ModelLabel { Name = string.Create(CultureInfo.InvariantCulture, $"label {k}") })],
            Provenance = Provenance(file, isWrapped, used),
        };
        return new(description, tensors);
    }

    // A checkpoint does not state its sizes; every one that the published programs let vary shows in a tensor's shape.
    private static Net1DConfig Sizes(string path, IReadOnlyList<CheckpointTensor> tensors)
    {
        Dictionary<string, long[]> shapes = tensors.GroupBy(tensor => tensor.Name).ToDictionary(group => group.Key, group => group.First().Shape);
        long[] stem = Shape("first_conv.conv.weight", 3), dense = Shape("dense.weight", 2);
        List<int> widths = [], blocks = [];
        double ratio = 1;
        int groupWidth = 1;
        for (int stage = 0; shapes.ContainsKey(Name(stage, 0, "conv3")); stage++)
        {
            long[] grouped = Shape(Name(stage, 0, "conv2"), 3);
            int width = (int)Shape(Name(stage, 0, "conv3"), 3)[0];
            widths.Add(width);
            int count = 1;
            while (shapes.ContainsKey(Name(stage, count, "conv3"))) count++;
            blocks.Add(count);
            ratio = (double)grouped[0] / width;
            groupWidth = (int)(width / Math.Max(1, grouped[0] / Math.Max(1, grouped[1])));
        }
        if (widths.Count == 0) throw NotNet1D(Name(0, 0, "conv3"));
        Net1DConfig config = new()
        {
            Leads = (int)stem[1],
            StemWidth = (int)stem[0],
            Kernel = (int)stem[2],
            Ratio = ratio,
            Widths = widths,
            Blocks = blocks,
            GroupWidth = groupWidth,
            Labels = (int)dense[0],
        };
        try
        {
            config.Validate();
        }
        catch (ArgumentException error)
        {
            throw new CheckpointException($"{path}: its tensors' shapes fit no Net1D. {error.Message}", error);
        }
        return config;

        static string Name(int stage, int block, string convolution) =>
            string.Create(CultureInfo.InvariantCulture, $"stage_list.{stage}.block_list.{block}.{convolution}.conv.weight");

        long[] Shape(string name, int dimensions) =>
            shapes.TryGetValue(name, out long[]? shape) && shape.Length == dimensions ? shape : throw NotNet1D(name);

        CheckpointException NotNet1D(string name) =>
            new($"{path}: is no checkpoint of ECGFounder: it lacks {name} or has it in another form. Give 12_lead_ECGFounder.pth, 1_lead_ECGFounder.pth or a network fine-tuned from them.");
    }

    private static Dictionary<string, string> Provenance(TorchCheckpoint file, bool isWrapped, long used)
    {
        Dictionary<string, string> provenance = new()
        {
            ["architecture"] = "PKUDigitalHealth/ECGFounder, MIT licence; batch norm and dropout off, as published",
            ["parametersInUse"] = used.ToString("N0", CultureInfo.InvariantCulture),
        };
        if (!isWrapped) return provenance;
        foreach (string key in (string[])["epoch", "step"])
            if (file.Find(key) is long number) provenance[key] = number.ToString(CultureInfo.InvariantCulture);
        if (Number(file.Find("val_auroc")) is { } area) provenance["validationAuroc"] = area.ToString("0.####", CultureInfo.InvariantCulture);
        return provenance;
    }

    // A float, or NumPy's pickled scalar: scalar(dtype, eight bytes).
    private static double? Number(object? value) => value switch
    {
        double number => number,
        OpaqueObject { Name: "scalar", Arguments: [_, byte[] { Length: sizeof(double) } bytes] } => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        _ => null,
    };
}
