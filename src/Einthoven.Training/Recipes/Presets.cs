// The recipes that come with the library, by kind and name, or one from a file.
namespace Einthoven.Training.Recipes;

/// <summary>Finds recipes. Presets lie in one folder a kind: finetune, generator, pretrain, probe, scaling, words.</summary>
public static class Presets
{
    private const string Root = "Einthoven.Training.Recipes.";

    /// <summary>Names of the presets of a kind of recipe.</summary>
    public static IReadOnlyList<string> Names<T>() where T : IRecipe =>
        [.. typeof(Presets).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix<T>(), StringComparison.Ordinal))
            .Select(n => n[Prefix<T>().Length..^".json".Length]).Order()];

    /// <summary>Reads a preset by name, or a recipe from a file.</summary>
    /// <param name="nameOrFile">Such as einthoven-mini, or recipe.json of a run.</param>
    /// <param name="settings">Values that replace single ones, as <c>key=value</c>.</param>
    /// <exception cref="ArgumentException">There is no such preset or file, or it does not work; the message says why.</exception>
    public static T Read<T>(string nameOrFile, params IEnumerable<string> settings) where T : IRecipe => RecipeJson.Read<T>(Text<T>(nameOrFile), nameOrFile, settings);

    /// <summary>The same, whether its values work together or not.</summary>
    /// <exception cref="ArgumentException">There is no such preset or file, or it is no recipe.</exception>
    internal static T Draft<T>(string nameOrFile, IEnumerable<string> settings) where T : IRecipe => RecipeJson.Draft<T>(Text<T>(nameOrFile), nameOrFile, settings);

    private static string Text<T>(string nameOrFile) where T : IRecipe
    {
        using Stream stream = typeof(Presets).Assembly.GetManifestResourceStream($"{Prefix<T>()}{nameOrFile}.json")
            ?? (File.Exists(nameOrFile) ? File.OpenRead(nameOrFile) : throw new ArgumentException(
                $"There is no preset or file '{nameOrFile}'. Presets: {string.Join(", ", Names<T>())}."));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Prefix<T>() => $"{Root}{typeof(T).Name.Replace("Recipe", "", StringComparison.Ordinal)}.";
}
