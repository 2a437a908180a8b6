// Checks the keys and the choices of a recipe before it is read, so that a misspelt one is answered with the nearest.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Einthoven.Training.Recipes;

internal static class RecipeKeys
{
    /// <summary>Walks a recipe beside the type it is meant for.</summary>
    /// <exception cref="ArgumentException">A key is unknown or a choice is none; the message names the place and the nearest.</exception>
    internal static void Check(JsonNode given, JsonTypeInfo type, string source) => Check(given, type, "", source);

    private static void Check(JsonNode? given, JsonTypeInfo type, string path, string source)
    {
        Type bare = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (bare.IsEnum)
        {
            if (given is JsonValue text && text.TryGetValue(out string? name)) CheckChoice(name, Names(bare, type.Options), path, source);
        }
        else if (given is JsonArray list && type.Kind == JsonTypeInfoKind.Enumerable && type.ElementType is { } element)
        {
            for (int k = 0; k < list.Count; k++) Check(list[k], type.Options.GetTypeInfo(element), $"{path}[{k}]", source);
        }
        else if (given is JsonObject members && type.Kind == JsonTypeInfoKind.Object && bare != typeof(JsonElement))
        {
            CheckMembers(members, type, path, source);
        }
    }

    private static void CheckMembers(JsonObject given, JsonTypeInfo type, string path, string source)
    {
        string? discriminator = null;
        if (type.PolymorphismOptions is { } choices)
        {
            discriminator = choices.TypeDiscriminatorPropertyName;
            string prefix = path.Length == 0 ? "" : path + ".";
            if (given[discriminator] is not JsonValue value || !value.TryGetValue(out string? kind))
                throw new ArgumentException($"{source} lacks {prefix}{discriminator}; it can be {string.Join(", ", choices.DerivedTypes.Select(d => d.TypeDiscriminator))}.");
            CheckChoice(kind, [.. choices.DerivedTypes.Select(d => (string)d.TypeDiscriminator!)], prefix + discriminator, source);
            type = type.Options.GetTypeInfo(choices.DerivedTypes.First(d => (string)d.TypeDiscriminator! == kind).DerivedType);
        }
        foreach ((string key, JsonNode? value) in given)
        {
            if (key == discriminator) continue;
            string here = path.Length == 0 ? key : $"{path}.{key}";
            JsonPropertyInfo? property = type.Properties.FirstOrDefault(p => p.Name == key);
            if (property is null)
            {
                string[] names = [.. type.Properties.Select(p => p.Name).Where(name => name != discriminator)];
                throw new ArgumentException(names.Length == 0
                    ? $"{source} has an unknown key \"{here}\"; there is nothing to set there."
                    : $"{source} has an unknown key \"{here}\". Did you mean \"{here[..^key.Length]}{Nearest(names, key)}\"?");
            }
            Check(value, type.Options.GetTypeInfo(property.PropertyType), here, source);
        }
    }

    private static void CheckChoice(string given, IReadOnlyCollection<string> choices, string path, string source)
    {
        if (!choices.Contains(given, StringComparer.Ordinal))
            throw new ArgumentException($"{source} has \"{given}\" for {path}; it can be {string.Join(", ", choices)}. Did you mean \"{Nearest(choices, given)}\"?");
    }

    private static string[] Names(Type type, JsonSerializerOptions options) =>
        [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(Enum.ToObject(type, value), type, options)!.GetValue<string>())];

    private static string Nearest(IEnumerable<string> names, string given) => names.MinBy(name => Distance(name, given))!;

    /// <summary>Edits that turn one word into another (Levenshtein, Soviet Physics Doklady 10:707, 1966).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
