// The statements that a generator can be told, by their codes; and which of them can hardly be meant together.
using System.Text.Json;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Models.Generating;

/// <summary>The labels of a generator, in the order of its conditions.</summary>
public sealed class ConditionLabels
{
    private const string Resource = "Einthoven.Models.Generating.contradictions.json";
    private readonly IReadOnlyList<ModelLabel> _labels;

    /// <summary>Takes the labels of a package.</summary>
    public ConditionLabels(IReadOnlyList<ModelLabel> labels)
    {
        _labels = labels;
        Codes = [.. labels.Select(label => label.Key)];
    }

    /// <summary>One code a label without its vocabulary, such as <c>AFIB</c>; the plain name where it has none.</summary>
    public IReadOnlyList<string> Codes { get; }

    /// <summary>A condition in which some labels are present and all others absent.</summary>
    /// <param name="names">Codes (any case) or plain names; none: no label is present.</param>
    /// <returns>One value a label.</returns>
    /// <exception cref="ArgumentException">A label is unknown; the message names the nearest.</exception>
    public float[] Vector(IEnumerable<string> names)
    {
        var vector = new float[Codes.Count];
        foreach (string name in names) vector[Place(name)] = 1;
        return vector;
    }

    /// <summary>The place of a label.</summary>
    /// <exception cref="ArgumentException">It is unknown; the message names the nearest.</exception>
    public int Place(string name)
    {
        for (int k = 0; k < Codes.Count; k++)
        {
            if (Is(Codes[k], name) || Is(_labels[k].Name, name) || Is(_labels[k].Code, name)) return k;
        }

        string nearest = Codes.MinBy(code => ModelCatalog.Distance(code, name.ToUpperInvariant()))!;
        throw new ArgumentException($"The model knows no label \"{name}\"; the nearest is {nearest}. It knows {string.Join(", ", Codes)}.");
    }

    /// <summary>The labels that are present, for headers: <c>AFIB,LVH</c>, with their shares where they are present in part.</summary>
    public string Describe(IReadOnlyList<float> vector) => string.Join(',', Enumerable.Range(0, Codes.Count).Where(k => vector[k] != 0)
        .Select(k => vector[k] == 1 ? Codes[k] : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Codes[k]}={vector[k]:0.###}")));

    /// <summary>Pairs of present statements that exclude each other, as sentences; the set may be generated all the same.</summary>
    public IReadOnlyList<string> Contradictions(IReadOnlyList<float> vector)
    {
        string[] present = [.. Enumerable.Range(0, Codes.Count).Where(k => vector[k] > 0).Select(k => Codes[k])];
        using Stream stream = typeof(ConditionLabels).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using JsonDocument rules = JsonDocument.Parse(stream);
        var found = new List<string>();
        foreach (JsonElement rule in rules.RootElement.GetProperty("rules").EnumerateArray())
        {
            string[] one = [.. present.Intersect(Texts(rule.GetProperty("one")))];
            string[] other = rule.TryGetProperty("other", out JsonElement listed)
                ? [.. present.Intersect(Texts(listed))]
                : [.. present.Except(one).Where(code => PtbXlStatements.Find(code) is { IsDiagnostic: true, IsForm: false })];
            found.AddRange(from a in one from b in other select $"{a} with {b}: {rule.GetProperty("why").GetString()}");
        }

        return found;
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString()!);

    private static bool Is(string own, string name) => string.Equals(own, name, StringComparison.OrdinalIgnoreCase);
}
