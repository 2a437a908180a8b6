// The registry of families that make recordings: one row each, beside ModelFamilies, whose networks judge them.
using System.Text.Json;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Generating;

/// <summary>One family of generators.</summary>
/// <param name="Name">The name in model.json and on the command line, such as <c>sssd-ecg</c>.</param>
/// <param name="Summary">One sentence with the source.</param>
/// <param name="Create">Makes the network, weights unset, from the configuration of model.json and the number of labels.</param>
/// <param name="Import">Reads a checkpoint of the family's authors; <see langword="null"/> where there is none to read.</param>
public sealed record GeneratorFamily(
    string Name,
    string Summary,
    Func<JsonElement, int, DiffusionNetwork> Create,
    Func<TorchCheckpoint, ImportedModel>? Import = null);

/// <summary>All families of generators that this library knows.</summary>
public static class GeneratorFamilies
{
    /// <summary>The families, sorted by name.</summary>
    public static IReadOnlyList<GeneratorFamily> All { get; } = [S4UNet.S4UNetFamily.Row, SssdEcg.SssdEcgFamily.Row];

    /// <summary>The family of a name, or null.</summary>
    public static GeneratorFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>The family of a name.</summary>
    /// <exception cref="ModelPackageException">There is none; the message says what there is.</exception>
    public static GeneratorFamily Get(string name) => Find(name) ?? throw new ModelPackageException(
        ModelFamilies.All.Any(family => family.Name == name)
            ? $"The family \"{name}\" judges recordings and makes none. Families that make recordings: {string.Join(", ", All.Select(family => family.Name))}."
            : $"There is no family of generators \"{name}\". Known: {string.Join(", ", All.Select(family => family.Name))}.");
}
