// Turns a published ECG-FM classifier into a model package: configuration, labels, input contract, weights.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFm;

/// <summary>The family's row in <see cref="ModelFamilies"/>, and its importer.</summary>
public static class EcgFmImporter
{
    /// <summary>The family's name in model.json and on the command line.</summary>
    public const string Family = "ecg-fm";

    /// <summary>
    /// What the published pipeline feeds the network: twelve leads, linear resampling to 500 Hz, each lead standardised over the whole
    /// recording with 1e-8 beside the deviation, windows of 5 s from the start.
    /// </summary>
    /// <remarks>Source: bowang-lab/ECG-FM, notebooks/infer_quickstart.ipynb.</remarks>
    public static InputContract InputContract { get; } = new()
    {
        Leads = LeadNames.Standard12,
        SamplingRateHz = 500,
        WindowSamples = 2500,
        StrideSamples = 2500,
        Resampling = ResamplingMethod.EndpointLinear,
        Normalization = new Standardize { Epsilon = 1e-8 },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    /// <summary>The family's row.</summary>
    public static ModelFamily Row { get; } = new(
        Family,
        "ECG-FM: wav2vec 2.0 for twelve leads (McKeen et al., JAMIA Open 2025, ooaf122)",
        (json, labels) => new EcgFmClassifier(EcgFmJson.ReadConfig(json) with { Labels = labels }),
        Import);

    /// <summary>A configuration as model.json holds it.</summary>
    public static JsonElement WriteConfig(EcgFmConfig config) => JsonSerializer.SerializeToElement(config, EcgFmJson.Default.EcgFmConfig);

    /// <summary>Reads a fine-tuned checkpoint of the authors' framework.</summary>
    /// <exception cref="CheckpointException">It is no classifier of ECG-FM, or takes other leads than the twelve.</exception>
    public static ImportedModel Import(TorchCheckpoint file)
    {
        EcgFmCheckpoint checkpoint = EcgFmCheckpoint.Read(file);
        if (!checkpoint.IsClassifier)
            throw new CheckpointException($"{file.Path}: is a pretrained encoder ({checkpoint.Model}) without a classifier, so it finds nothing by itself. Give a fine-tuned checkpoint, or fine-tune this one.");
        if (checkpoint.Config.Leads != InputContract.Leads.Count)
            throw new CheckpointException($"{file.Path}: its network takes {checkpoint.Config.Leads} leads; only those of the {InputContract.Leads.Count} standard leads can be imported.");

        EcgFmLabelSet? published = EcgFmLabelSet.OfSize(checkpoint.Config.Labels);
        ModelDescription description = new()
        {
            Name = Family,
            Summary = published == null
                ? $"ECG-FM classifier of {checkpoint.Config.Labels} labels that the checkpoint does not name"
                : $"ECG-FM classifier, labels {published.Name}",
            Family = Family,
            Configuration = WriteConfig(checkpoint.Config),
            Input = InputContract,
            Labels = published?.ToModelLabels() ?? Unnamed(checkpoint.Config.Labels),
            Provenance = Provenance(checkpoint, published),
        };
        return new(description, checkpoint.Tensors);
    }

    private static IReadOnlyList<ModelLabel> Unnamed(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ModelLabel { Name = string.Create(CultureInfo.InvariantCulture, $"label {i}") })];

    private static Dictionary<string, string> Provenance(EcgFmCheckpoint checkpoint, EcgFmLabelSet? published)
    {
        Dictionary<string, string> provenance = new()
        {
            ["architecture"] = "bowang-lab/ECG-FM and Jwoo5/fairseq-signals, MIT licence",
            ["network"] = checkpoint.Model,
            ["updates"] = checkpoint.Updates.ToString(CultureInfo.InvariantCulture),
        };
        if (published != null) provenance["labels"] = published.Source;
        if (checkpoint.PositiveWeights is { } weights)
            provenance["positiveWeights"] = string.Join(", ", weights.Select(w => w.ToString(CultureInfo.InvariantCulture)));
        return provenance;
    }
}
