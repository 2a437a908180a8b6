// The family's row, and how packages are joined into one.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Ensembles;

/// <summary>One network of an ensemble.</summary>
/// <param name="Family">Its family.</param>
/// <param name="Network">Its configuration.</param>
public sealed record EnsembleMember(string Family, JsonElement Network);

/// <summary>Several networks whose logits are averaged.</summary>
public static class EnsembleFamily
{
    /// <summary>The family's name.</summary>
    public const string Name = "ensemble";

    /// <summary>The row of <see cref="ModelFamilies"/>.</summary>
    public static ModelFamily Row { get; } = new(
        Name,
        "The mean of several networks' logits (Hansen and Salamon 1990); made by model join",
        (configuration, labels) => new EnsembleNetwork([.. Members(configuration).Select(member => ModelFamilies.Get(member.Family).Create(member.Network, labels))]));

    /// <summary>The members in a configuration.</summary>
    /// <exception cref="JsonException">It is no configuration of an ensemble.</exception>
    public static IReadOnlyList<EnsembleMember> Members(JsonElement configuration)
    {
        IReadOnlyList<EnsembleMember>? members = configuration.Deserialize(EnsembleJson.Default.EnsembleConfig)?.Members;
        if (members is null or { Count: 0 }) throw new JsonException("members is empty");
        return members.Any(member => member.Family == Name) ? throw new JsonException("an ensemble is no member of another") : members;
    }

    /// <summary>The network that training with a model begins with: an ensemble's first member, or the model's own.</summary>
    public static EnsembleMember FirstNetwork(ModelDescription model) =>
        model.Family == Name ? Members(model.Configuration)[0] : new EnsembleMember(model.Family, model.Configuration);

    /// <summary>The first member's tensors under their own names: what training with other labels begins with.</summary>
    public static IEnumerable<CheckpointTensor> FirstMember(IEnumerable<CheckpointTensor> weights)
    {
        string prefix = EnsembleNetwork.Prefix(0);
        return weights.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] });
    }

    /// <summary>Joins packages that prepare recordings alike and answer to the same labels.</summary>
    /// <param name="name">The new model's name.</param>
    /// <param name="packages">Two or more; those of ensembles bring their members along.</param>
    /// <returns>The description, with the first package's thresholds and no calibration, and the weights, which point into the files.</returns>
    /// <exception cref="ModelPackageException">Two of them differ in input or labels, or are no models of labels.</exception>
    public static (ModelDescription Description, IReadOnlyList<CheckpointTensor> Weights) Join(
        string name, IReadOnlyList<(ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights)> packages)
    {
        ModelDescription first = packages[0].Model;
        var members = new List<EnsembleMember>();
        var weights = new List<CheckpointTensor>();
        foreach ((ModelDescription model, IReadOnlyList<CheckpointTensor> tensors) in packages)
        {
            if (model.Task != ModelTask.MultiLabel || model.Input.AnyLead)
                throw new ModelPackageException($"{model.Name} is no model of several leads with labels that are each there or not; only such models are joined.");
            if (InputOf(model) != InputOf(first))
                throw new ModelPackageException($"{first.Name} and {model.Name} prepare recordings differently; their input in model.json must be the same.");
            if (!model.Labels.Select(label => label.Name).SequenceEqual(first.Labels.Select(label => label.Name)))
                throw new ModelPackageException($"{first.Name} and {model.Name} do not have the same labels in the same order.");
            int before = members.Count;
            bool joined = model.Family == Name;
            members.AddRange(joined ? Members(model.Configuration) : [new EnsembleMember(model.Family, model.Configuration)]);
            weights.AddRange(joined
                ? tensors.Select(tensor => tensor with { Name = Renumbered(tensor.Name, before) })
                : tensors.Select(tensor => tensor with { Name = EnsembleNetwork.Prefix(before) + tensor.Name }));
        }

        var description = new ModelDescription
        {
            Name = name,
            Summary = first.Summary,
            Family = Name,
            Configuration = JsonSerializer.SerializeToElement(new EnsembleConfig(members), EnsembleJson.Default.EnsembleConfig),
            Input = first.Input,
            Labels = [.. first.Labels.Select(label => label with { Calibration = null })],
        };
        return (description, weights);
    }

    private static string InputOf(ModelDescription model) => JsonSerializer.Serialize(model.Input, PackageJson.Default.InputContract);

    // members.1.head.weight of an ensemble behind three members is members.4.head.weight.
    private static string Renumbered(string name, int before)
    {
        string[] parts = name.Split('.', 3);
        return EnsembleNetwork.Prefix(before + int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)) + parts[2];
    }
}

internal sealed record EnsembleConfig(IReadOnlyList<EnsembleMember> Members);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EnsembleConfig))]
internal sealed partial class EnsembleJson : JsonSerializerContext;
