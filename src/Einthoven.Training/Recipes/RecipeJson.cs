// Recipes as JSON: typed, with defaults, single values replaced from the command line, and unknown keys answered with the nearest one.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Einthoven.Training.Recipes;

/// <summary>Reads and writes recipes.</summary>
public static class RecipeJson
{
    private const string ScheduleKey = "schedule";
    private const string DefaultSchedule = "cosine";

    // By reflection: a generated deserialiser would forget the defaults of absent init-only properties.
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>How recipes are written.</summary>
    internal static JsonSerializerOptions Options => s_options;

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <param name="settings">Values that replace single ones: <c>augmentation.cropSamples=500</c>.</param>
    /// <exception cref="ArgumentException">The text is no such recipe, a key is unknown, or a value does not work; the message says which and why.</exception>
    public static T Read<T>(string json, string source, IEnumerable<string> settings) where T : IRecipe =>
        (T)Read(typeof(T), json, source, settings);

    /// <summary>The same, whether its values work together or not.</summary>
    /// <exception cref="ArgumentException">The text is no such recipe, or a key is unknown.</exception>
    internal static T Draft<T>(string json, string source, IEnumerable<string> settings) where T : IRecipe => (T)Parse(typeof(T), json, source, settings);

    /// <summary>A choice as recipes write it.</summary>
    internal static string Word<T>(T choice) where T : struct, Enum => JsonSerializer.SerializeToNode(choice, s_options)!.GetValue<string>();

    /// <summary>Whether a text holds the same recipe, whichever values it leaves to their defaults.</summary>
    internal static bool IsSame(string json, IRecipe recipe)
    {
        string own = Write(recipe);
        if (json == own) return true;
        try
        {
            return Write(Read(recipe.GetType(), json, "the recipe", [])) == own;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IRecipe Read(Type type, string json, string source, IEnumerable<string> settings)
    {
        IRecipe recipe = Parse(type, json, source, settings);
        try
        {
            recipe.Validate();
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{source} is no recipe: {e.Message}", e);
        }

        return recipe;
    }

    private static IRecipe Parse(Type type, string json, string source, IEnumerable<string> settings)
    {
        try
        {
            JsonNode root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })
                ?? throw new ArgumentException($"{source} holds null instead of a recipe.");
            // Written down, so that a setting such as schedule.endFraction finds the kind it belongs to.
            if (type.IsAssignableTo(typeof(TrainingRecipe))) root[ScheduleKey] ??= DefaultSchedule;
            SpellOut(root.AsObject(), type);
            foreach (string setting in settings)
            {
                Set(root.AsObject(), setting);
                SpellOut(root.AsObject(), type);
            }
            RecipeKeys.Check(root.AsObject(), s_options.GetTypeInfo(type), source);
            return (IRecipe)root.Deserialize(type, s_options)!;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{source} is no recipe: {e.Message}", e);
        }
    }

    /// <summary>A kind alone stands for that kind with its defaults: "cosine" for {"kind": "cosine"}.</summary>
    private static void SpellOut(JsonObject root, Type type)
    {
        foreach (JsonPropertyInfo property in s_options.GetTypeInfo(type).Properties)
        {
            if (root[property.Name] is JsonValue value && value.TryGetValue(out string? kind)
                && s_options.GetTypeInfo(property.PropertyType).PolymorphismOptions is { } choices)
            {
                root[property.Name] = new JsonObject { [choices.TypeDiscriminatorPropertyName] = kind };
            }
        }
    }

    /// <summary>A recipe as JSON, every value written out.</summary>
    public static string Write(IRecipe recipe) => JsonSerializer.Serialize(recipe, recipe.GetType(), s_options);

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
}
