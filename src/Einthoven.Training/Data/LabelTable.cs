// Sets of labels out of a table, without the recordings that they belong to.
using System.Globalization;

namespace Einthoven.Training.Data;

/// <summary>The labels of one row.</summary>
/// <param name="Record">The row's name.</param>
/// <param name="Labels">One value a label of the table; what is empty is absent.</param>
public sealed record LabelRow(string Record, float[] Labels);

/// <summary>A table with a column record and a column a label, as manifests have them; their other columns are not looked at.</summary>
/// <param name="Labels">Names of the labels.</param>
/// <param name="Rows">The rows in order.</param>
public sealed record LabelTable(IReadOnlyList<string> Labels, IReadOnlyList<LabelRow> Rows)
{
    private static readonly HashSet<string> s_other = ["record", "path", "patient", "split", "source", "age", "sex", "time", "report", "text"];

    /// <summary>Reads a table.</summary>
    /// <exception cref="DatasetException">It cannot be read, has no rows or labels, or a value is neither 1, 0 nor empty.</exception>
    public static LabelTable Read(string path)
    {
        using CsvTable table = CsvTable.Open(path, "record");
        string[] labels = [.. table.Columns.Where(column => !s_other.Contains(column))];
        var rows = new List<LabelRow>();
        while (table.Read())
        {
            rows.Add(new(table["record"], [.. labels.Select(label => table[label] switch
            {
                "" => 0f,
                var text when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is (0 or 1) => value,
                _ => throw table.Wrong(label, "1 (present), 0 or empty (absent)"),
            })]));
        }

        return labels.Length > 0 && rows.Count > 0
            ? new(labels, rows)
            : throw new DatasetException($"{path} has {rows.Count} rows and {labels.Length} columns of labels; both are needed.");
    }
}
