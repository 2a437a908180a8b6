// MERL's zero-shot tasks: their classes in order, how many records there are, and the words that each class is asked with.
// Source: the embedded zero_shot_tasks.json, which names its own.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Models.Merl;

/// <summary>A class of a task.</summary>
/// <param name="Name">As the published tables call it.</param>
/// <param name="Prompt">What the model is asked, in our own words.</param>
/// <param name="TestPositives">Records of the test part that have it.</param>
public sealed record ZeroShotClass(string Name, string Prompt, int TestPositives);

/// <summary>Records of each part.</summary>
/// <param name="Train">Training.</param>
/// <param name="Val">Validation.</param>
/// <param name="Test">Test.</param>
public sealed record ZeroShotRecords(int Train, int Val, int Test);

/// <summary>A task.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Level">For PTB-XL what its classes are: superclass, subclass, form or rhythm; null for other data.</param>
/// <param name="Records">Its size.</param>
/// <param name="Classes">Its classes.</param>
public sealed record ZeroShotTask(string Name, string? Level, ZeroShotRecords Records, IReadOnlyList<ZeroShotClass> Classes)
{
    private const string ResourceName = "Einthoven.Models.Merl.zero_shot_tasks.json";

    /// <summary>The six tasks.</summary>
    public static IReadOnlyList<ZeroShotTask> All { get; } = Read();

    /// <summary>The statements of PTB-XL that make a class; none for other data. MERL's files drop the codes' underscores.</summary>
    public static IReadOnlyList<Statement> StatementsOf(string? level, string className) =>
        [.. PtbXlStatements.All.Where(s => level switch
        {
            "superclass" => s.Superclass == className,
            "subclass" => s.Subclass?.Trim('_') == className,
            "form" => s.IsForm && s.Code.Trim('_') == className,
            "rhythm" => s.IsRhythm && s.Code.Trim('_') == className,
            _ => false,
        })];

    /// <summary>
    /// Whether a record of Chapman, Shaoxing and Ningbo has a class. The published labels looked for the class <b>inside</b> the codes, so
    /// that AFIB counted as AF and every STTC as ST: figures on that set depend on it.
    /// </summary>
    /// <param name="codes">The record's codes.</param>
    /// <param name="className">The class.</param>
    /// <param name="asPublished">True: as published; false: the code itself.</param>
    public static bool HasCode(IReadOnlyList<string> codes, string className, bool asPublished) =>
        asPublished ? string.Join(',', codes).Contains(className, StringComparison.Ordinal) : codes.Contains(className, StringComparer.Ordinal);

    private static ZeroShotTask[] Read()
    {
        using Stream stream = typeof(ZeroShotTask).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}.");
        return JsonSerializer.Deserialize(stream, ZeroShotJson.Default.ZeroShotFile)!.Tasks;
    }
}

internal sealed record ZeroShotFile(string Source, ZeroShotTask[] Tasks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ZeroShotFile))]
internal sealed partial class ZeroShotJson : JsonSerializerContext;
