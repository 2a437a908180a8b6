// ECGFounder's label list, and what its labels mean in other vocabularies.
using System.Text.Json;
using Einthoven.Models.EcgFounder;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Golden.Kinds;

internal static class FounderLabelKinds
{
    /// <summary>Number, order and spelling.</summary>
    public static void Labels(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        string[] expected = Names(files.Json("list"));
        string[] actual = [.. EcgFounderLabels.Published.Labels.Select(l => l.Name)];
        deviations.Equal("count", actual.Length, golden.Config.GetProperty("count").GetInt32());
        deviations.Equal("labels listed", actual.Length, expected.Length);
        for (int k = 0; k < Math.Min(actual.Length, expected.Length); k++) deviations.Equal($"label {k}", actual[k], expected[k]);
    }

    /// <summary>Every mapped label exists, every code is well formed, the embedded table says the same, and packages carry the codes that stand for a label.</summary>
    public static void Map(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        string[] names = Names(files.Json("labels"));
        foreach (JsonElement entry in files.Json("map").GetProperty("labels").EnumerateArray())
        {
            int index = entry.GetProperty("index").GetInt32();
            string name = entry.GetProperty("label").GetString()!;
            deviations.Equal($"label {index}", name, index < names.Length ? names[index] : "");
            if (EcgFounderLabels.Published.Labels.FirstOrDefault(l => l.Name == name) is not { } label)
            {
                deviations.Fail($"{name}: no such label");
                continue;
            }

            Compare(name, "scp", label.Scp);
            Compare(name, "snomed", label.Snomed);
            Compare(name, "ptbxl_heart_axis", label.HeartAxis ?? [], "value");
            Sets(name, label.ScpAllOf ?? []);
            foreach (string code in label.Scp.Select(m => m.Code).Concat((label.ScpAllOf ?? []).SelectMany(s => s.Codes)))
                deviations.Equal($"{code} of {name} is a statement of PTB-XL", PtbXlStatements.Find(code) is not null, true);
            foreach (LabelMapping concept in label.Snomed)
                deviations.Equal($"{concept.Code} of {name} is a number", concept.Code.Length >= 6 && concept.Code.All(char.IsAsciiDigit), true);
            ModelLabel packed = label.ToModelLabel(singleLead: false);
            bool hasCode = label.Scp.Concat(label.Snomed).Any(m => m.StandsForLabel);
            deviations.Equal($"{name} has a code", packed.Code.Length > 0, hasCode);

            void Compare(string of, string field, IReadOnlyList<LabelMapping> actual, string key = "code")
            {
                JsonElement[] listed = entry.TryGetProperty(field, out JsonElement list) ? [.. list.EnumerateArray()] : [];
                deviations.Equal($"{field} of {of}", string.Join(' ', actual.Select(m => $"{m.Code}:{m.Relation}:{m.Confidence}")),
                    string.Join(' ', listed.Select(m => $"{m.GetProperty(key).GetString()}:{Word(m, "relation")}:{Word(m, "confidence")}")));
            }

            void Sets(string of, IReadOnlyList<LabelConjunction> actual)
            {
                JsonElement[] listed = entry.TryGetProperty("scp_all_of", out JsonElement list) ? [.. list.EnumerateArray()] : [];
                deviations.Equal($"sets of {of}", string.Join(' ', actual.Select(s => $"{string.Join('+', s.Codes)}:{s.Confidence}")),
                    string.Join(' ', listed.Select(s => $"{string.Join('+', s.GetProperty("codes").EnumerateArray())}:{Word(s, "confidence")}")));
            }
        }
    }

    // code_implies_label → CodeImpliesLabel, as the enumerations are called.
    private static string Word(JsonElement json, string name) =>
        string.Concat(json.GetProperty(name).GetString()!.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static string[] Names(JsonElement list) =>
        [.. (list.ValueKind == JsonValueKind.Array ? list : list.GetProperty("labels")).EnumerateArray().Select(l => l.GetString()!)];
}
