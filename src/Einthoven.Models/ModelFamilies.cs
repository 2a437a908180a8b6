// The registry of families: one row each, and nothing else of a family is known here.

using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models;

/// <summary>A model made from somebody else's checkpoint.</summary>
/// <param name="Description">Configuration, input contract and labels; the name is set by the caller.</param>
/// <param name="Weights">The network's tensors; they may point into the checkpoint.</param>
public sealed record ImportedModel(ModelDescription Description, IReadOnlyList<CheckpointTensor> Weights)
{
    /// <summary>Refuses a checkpoint for other leads than its family's, whose names its file does not tell.</summary>
    /// <exception cref="CheckpointException">It takes another number of leads.</exception>
    internal static void RequireLeads(InputContract input, string path, int leads)
    {
        if (leads != input.Leads.Count)
            throw new CheckpointException($"{path}: its network takes {leads} leads; only networks of the {input.Leads.Count} standard leads can be imported.");
    }
}

/// <summary>One family of networks.</summary>
/// <param name="Name">The name in model.json and on the command line, such as <c>ecg-fm</c>.</param>
/// <param name="Summary">One sentence with the source.</param>
/// <param name="Create">Makes the network, weights unset, from the configuration of model.json and the number of labels.</param>
/// <param name="Import">Reads a checkpoint of the family's authors; <see langword="null"/> where there is none to read.</param>
public sealed record ModelFamily(
    string Name,
    string Summary,
    Func<JsonElement, int, EcgNetwork> Create,
    Func<TorchCheckpoint, ImportedModel>? Import = null)
{
    /// <summary>Throws an <see cref="ArgumentException"/> where a configuration and an input contract do not go together; <see langword="null"/> where all do.</summary>
    public Action<JsonElement, InputContract>? RequireInput { get; init; }

    /// <summary>Makes the network of a model or a recipe, weights unset.</summary>
    /// <param name="of">What the model or recipe is called.</param>
    /// <param name="configuration">As in model.json.</param>
    /// <param name="input">What the network will be given.</param>
    /// <param name="labels">Outputs of the head.</param>
    /// <exception cref="ModelPackageException">The configuration is none of this family, or does not go with the input.</exception>
    public EcgNetwork Build(string of, JsonElement configuration, InputContract input, int labels)
    {
        try
        {
            RequireInput?.Invoke(configuration, input);
            return Create(configuration, labels);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new ModelPackageException($"{of}: its configuration is none of the family {Name}: {error.Message}", error);
        }
    }
}

/// <summary>All families that this library knows.</summary>
public static class ModelFamilies
{
    /// <summary>The families, sorted by name.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        EcgCpc.EcgCpcFamily.Row,
        EcgFm.EcgFmImporter.Row,
        Jepa.JepaFamily.Row,
        EcgFounder.EcgFounderImporter.Row,
        Ensembles.EnsembleFamily.Row,
        Words.WordsFamilies.Get("ecg-text").Row,
        Esi.EsiFamily.Row,
        Words.WordsFamilies.Get("esi-text").Row,
        FcnWang.FcnWangFamily.Row,
        Inception1d.InceptionFamily.Row,
        Lstm.LstmFamily.Row,
        MaskedAutoencoders.MaskedAutoencoderFamily.Mlae,
        MaskedAutoencoders.MaskedAutoencoderFamily.Mtae,
        Measured.MeasuredFamily.Row,
        Merl.MerlFamily.Row,
        Words.WordsFamilies.Get("merl-text").Row,
        Probes.ProbeNetwork.Row,
        ResNetWang.ResNetWangFamily.Row,
        S4.S4Family.Row,
        SeResNet.SeResNetFamily.Row,
        MaskedAutoencoders.MaskedAutoencoderFamily.StMem,
        XResNet.XResNetFamily.Row,
    ];

    /// <summary>The family of a name.</summary>
    /// <exception cref="ModelPackageException">There is none; the message lists those there are.</exception>
    public static ModelFamily Get(string name) =>
        All.FirstOrDefault(family => family.Name == name)
        ?? throw new ModelPackageException(Generating.GeneratorFamilies.Find(name) is not null
            ? $"The family \"{name}\" makes recordings and judges none: use generate."
            : $"There is no family \"{name}\". Known: {string.Join(", ", All.Select(family => family.Name))}.");
}
