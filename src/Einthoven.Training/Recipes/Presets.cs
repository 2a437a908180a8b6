// The recipes that come with the library, by name, and reading one from a file.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Einthoven.Training.Recipes;

/// <summary>Finds recipes.</summary>
public static class Presets
{
    private const string Prefix = "Einthoven.Training.Recipes.";

    // By reflection: a generated deserialiser would forget the defaults of absent init-only properties.
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(Presets).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^".json".Length]).Order()];

    /// <summary>Reads a preset by name, or a recipe from a file.</summary>
    /// <exception cref="ArgumentException">There is no such preset or file, or it does not read; the message says why.</exception>
    public static FinetuneRecipe Read(string nameOrFile)
    {
        using Stream stream = typeof(Presets).Assembly.GetManifestResourceStream($"{Prefix}{nameOrFile}.json")
            ?? (File.Exists(nameOrFile) ? File.OpenRead(nameOrFile) : throw new ArgumentException(
                $"There is no preset or file '{nameOrFile}'. Presets: {string.Join(", ", Names)}."));
        try
        {
            FinetuneRecipe recipe = JsonSerializer.Deserialize<FinetuneRecipe>(stream, s_json)
                ?? throw new ArgumentException($"{nameOrFile} holds null instead of a recipe.");
            recipe.Validate();
            return recipe;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{nameOrFile} is no recipe: {e.Message}", e);
        }
    }

    /// <summary>A recipe as JSON.</summary>
    public static string Write(FinetuneRecipe recipe) => JsonSerializer.Serialize(recipe, s_json);
}
