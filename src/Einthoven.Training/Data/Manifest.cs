// The rows of a data set: which file, whose, which part of the data, which labels.
namespace Einthoven.Training.Data;

/// <summary>One recording of a data set.</summary>
/// <param name="Record">Its name: unique among the recordings of its source.</param>
/// <param name="Path">The file to read.</param>
/// <param name="Patient">Whose it is; recordings of one patient belong into one part. Where nobody knows, the record's own name.</param>
/// <param name="Split">The part: train, valid, test, the number of a fold, or empty.</param>
/// <param name="Labels">One value a label: 1 present, 0 absent, NaN unknown; any number for what is measured, not counted.</param>
public sealed record ManifestRow(string Record, string Path, string Patient, string Split, float[] Labels)
{
    /// <summary>Where the recording comes from, such as ptb-xl; empty where there is one source only.</summary>
    public string Source { get; init; } = "";

    /// <summary>Age in years; null where unknown.</summary>
    public double? AgeYears { get; init; }

    /// <summary>F, M, or empty where unknown.</summary>
    public string Sex { get; init; } = "";

    /// <summary>When it was recorded, perhaps shifted for anonymity; null where unknown.</summary>
    public DateTime? Time { get; init; }

    /// <summary>The report that a person or a machine wrote, as text; empty where there is none.</summary>
    public string Report { get; init; } = "";

    /// <summary>What tells the recording from all others, of other sources too.</summary>
    public string Key => KeyOf(Source, Record);

    internal static string KeyOf(string source, string record) => source.Length == 0 ? record : $"{source}/{record}";

    /// <summary>What tells the patient from all others, of other sources too.</summary>
    public string Person => Source.Length == 0 ? Patient : $"{Source}/{Patient}";
}

/// <summary>A data set: its labels and its rows.</summary>
/// <param name="Name">For messages and cards.</param>
/// <param name="Labels">Codes of the labels, in the order of <see cref="ManifestRow.Labels"/>.</param>
/// <param name="Rows">The recordings, in the order of the source.</param>
public sealed record Manifest(string Name, IReadOnlyList<string> Labels, IReadOnlyList<ManifestRow> Rows)
{
    /// <summary>The rows of some splits, in order.</summary>
    /// <exception cref="DatasetException">There are none.</exception>
    public IReadOnlyList<ManifestRow> InSplits(IReadOnlyCollection<string> splits)
    {
        var rows = Rows.Where(r => splits.Contains(r.Split)).ToList();
        return rows.Count > 0 ? rows : throw new DatasetException(
            $"{Name} has no recording in split {string.Join(", ", splits)}; it has {string.Join(", ", Splits())}.");
    }

    /// <summary>The names of the splits, numbers in numeric order.</summary>
    public IReadOnlyList<string> Splits() =>
        [.. Rows.Select(r => r.Split).Distinct().OrderBy(s => int.TryParse(s, out int n) ? n : int.MaxValue).ThenBy(s => s, StringComparer.Ordinal)];

    /// <summary>Several data sets as one. A label that a set does not have is unknown there, not absent.</summary>
    /// <exception cref="DatasetException">Two recordings have one name and one source.</exception>
    public static Manifest Merge(IReadOnlyList<Manifest> parts)
    {
        if (parts.Count == 1) return parts[0];
        string[] labels = [.. parts.SelectMany(p => p.Labels).Distinct(StringComparer.Ordinal)];
        var places = labels.Select((label, k) => (label, k)).ToDictionary(p => p.label, p => p.k, StringComparer.Ordinal);
        var rows = new List<ManifestRow>(parts.Sum(p => p.Rows.Count));
        foreach (Manifest part in parts)
        {
            int[] target = [.. part.Labels.Select(label => places[label])];
            foreach (ManifestRow row in part.Rows)
            {
                var values = new float[labels.Length];
                Array.Fill(values, float.NaN);
                for (int k = 0; k < target.Length; k++) values[target[k]] = row.Labels[k];
                rows.Add(row with { Labels = values });
            }
        }
        var merged = new Manifest(string.Join(" + ", parts.Select(p => p.Name)), labels, rows);
        merged.RequireUniqueRecords();
        return merged;
    }

    /// <summary>Checks that every recording can be told from the others and has a value for every label.</summary>
    /// <exception cref="DatasetException">One cannot; it is named.</exception>
    public void RequireUniqueRecords()
    {
        var seen = new HashSet<string>(Rows.Count, StringComparer.Ordinal);
        foreach (ManifestRow row in Rows)
        {
            if (!seen.Add(row.Key)) throw new DatasetException($"{Name} has record {row.Key} twice. Give every recording a name of its own.");
            if (row.Labels.Length != Labels.Count)
                throw new DatasetException($"{Name}, record {row.Key}: {row.Labels.Length} labels instead of {Labels.Count}.");
        }
    }
}
