// Recipes as JSON: typed, with defaults, single values replaced from the command line, and unknown keys answered with the nearest one.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Einthoven.Training.Recipes;

/// <summary>Reads and writes recipes.</summary>
public static class RecipeJson
{
    // By reflection: a generated deserialiser would forget the defaults of absent init-only properties.
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <param name="settings">Values that replace single ones: <c>augmentation.cropSamples=500</c>.</param>
    /// <exception cref="ArgumentException">The text is no such recipe, a key is unknown, or a value does not work; the message says which and why.</exception>
    public static T Read<T>(string json, string source, IEnumerable<string> settings) where T : TrainingRecipe
    {
        try
        {
            JsonNode root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                ?? throw new ArgumentException($"{source} holds null instead of a recipe.");
            foreach (string setting in settings) Set(root.AsObject(), setting);
            CheckKeys(root.AsObject(), typeof(T), "", source);
            T recipe = root.Deserialize<T>(s_options)!;
            recipe.Validate();
            return recipe;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{source} is no recipe: {e.Message}", e);
        }
    }

    /// <summary>A recipe as JSON, every value written out.</summary>
    public static string Write(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, recipe.GetType(), s_options);

    /// <summary>Replaces one value. The text after = is JSON; what is no JSON is taken as a string.</summary>
    private static void Set(JsonObject root, string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new ArgumentException($"--set {setting}: write KEY=VALUE, such as epochs=3 or augmentation.cropSamples=500.");
        string[] path = setting[..equals].Split('.');
        JsonObject at = root;
        foreach (string key in path[..^1])
        {
            if (at[key] is not JsonObject next) at[key] = next = [];
            at = next;
        }
        at[path[^1]] = Value(setting[(equals + 1)..]);
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static void CheckKeys(JsonObject given, Type type, string path, string source)
    {
        JsonTypeInfo info = s_options.GetTypeInfo(type);
        if (info.Kind != JsonTypeInfoKind.Object || info.PolymorphismOptions is not null || type == typeof(JsonElement)) return;
        foreach ((string key, JsonNode? value) in given)
        {
            JsonPropertyInfo? property = info.Properties.FirstOrDefault(p => p.Name == key);
            if (property is null)
            {
                string nearest = info.Properties.Select(p => p.Name).MinBy(name => Distance(name, key))!;
                throw new ArgumentException($"{source} has an unknown key \"{path}{key}\". Did you mean \"{path}{nearest}\"?");
            }
            if (value is JsonObject inner) CheckKeys(inner, property.PropertyType, $"{path}{key}.", source);
        }
    }

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
