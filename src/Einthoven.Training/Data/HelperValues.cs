// Values that are learned beside the labels, and forgotten afterwards: what was measured in the recordings, who they are of. A network that must
// also tell them finds what few examples of a rare label cannot teach it.
// Source: Caruana, "Multitask learning", Machine Learning 28, 1997.
using System.Globalization;

namespace Einthoven.Training.Data;

/// <summary>Values that a network learns beside its labels, from outputs that its package does not keep.</summary>
public sealed record Helpers
{
    /// <summary>Tables with a column record and a column a value, such as <c>measure --amplitudes</c> writes; columns that hold no number are passed over. None: no helpers.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The same with the tables' names alone.</summary>
    internal Helpers WithoutFolders() => this with { Tables = [.. Tables.Select(path => Path.GetFileName(path))] };

    /// <summary>What the squared error of a value, in units of its variance, counts beside the cross-entropy of a label; above 0.</summary>
    public double Weight { get; init; } = 0.05;
}

/// <summary>Helpers of a store's recordings, each with mean 0 and deviation 1 over the training part.</summary>
internal sealed class HelperValues
{
    // Measurements have outliers: a wave that was missed, a paced beat. None may rule the loss.
    private const float Limit = 3;

    private readonly float[]?[] _byRecord;

    private HelperValues(IReadOnlyList<string> names, float[]?[] byRecord, double weight) => (Names, _byRecord, Weight) = (names, byRecord, weight);

    /// <summary>The values' columns.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>What a value's squared error counts.</summary>
    internal double Weight { get; }

    /// <summary>Recordings that have any.</summary>
    internal int Count => _byRecord.Count(row => row is not null);

    /// <summary>Reads the tables; null where there are none.</summary>
    /// <param name="helpers">Which.</param>
    /// <param name="store">Has the recordings.</param>
    /// <param name="training">Those that scale the values.</param>
    /// <exception cref="DatasetException">A table cannot be read, speaks of none of the recordings, or no column varies among them.</exception>
    internal static HelperValues? Read(Helpers helpers, RecordStore store, int[] training)
    {
        if (helpers.Tables.Count == 0) return null;
        Dictionary<string, int> records = KeysOf(store);
        var columns = new List<(string Name, float[] Values)>();
        foreach (string path in helpers.Tables) columns.AddRange(ReadTable(path, records, store.Count));
        var scaled = columns.Where(column => Standardize(column.Values, training)).ToList();
        if (scaled.Count == 0)
            throw new DatasetException($"{string.Join(", ", helpers.Tables)}: no column of numbers varies among the training recordings.");
        var rows = new float[]?[store.Count];
        for (int k = 0; k < rows.Length; k++)
        {
            float[] row = [.. scaled.Select(column => column.Values[k])];
            if (!Array.TrueForAll(row, float.IsNaN)) rows[k] = row;
        }
        return new HelperValues([.. scaled.Select(column => column.Name)], rows, helpers.Weight);
    }

    /// <summary>The values of a recording; NaN where one is unknown.</summary>
    internal void CopyTo(int record, Span<float> values)
    {
        if (_byRecord[record] is { } row) row.CopyTo(values);
        else values.Fill(float.NaN);
    }

    // A table of measurements names files, one of a data set names recordings.
    private static Dictionary<string, int> KeysOf(RecordStore store)
    {
        var records = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int k = 0; k < store.Count; k++)
        {
            StoreRow row = store.Row(k);
            records.TryAdd(row.Key, k);
            records.TryAdd(Path.GetFullPath(row.Path), k);
        }
        return records;
    }

    private static IEnumerable<(string, float[])> ReadTable(string path, Dictionary<string, int> records, int count)
    {
        using CsvTable table = CsvTable.Open(path, "record");
        string[] names = [.. table.Columns.Where(column => column != "record")];
        float[][] values = [.. names.Select(_ => Enumerable.Repeat(float.NaN, count).ToArray())];
        bool any = false;
        while (table.Read())
        {
            string name = table["record"];
            if (!records.TryGetValue(name, out int record) && (name.Length == 0 || !records.TryGetValue(Path.GetFullPath(name), out record))) continue;
            any = true;
            for (int k = 0; k < names.Length; k++)
                if (float.TryParse(table[names[k]], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)) values[k][record] = value;
        }
        if (!any)
            throw new DatasetException($"{path} speaks of none of the recordings that are trained on: its column record has neither their names (such as {records.Keys.First()}) nor their files.");
        return names.Zip(values);
    }

    private static bool Standardize(float[] values, int[] training)
    {
        double[] known = [.. training.Select(k => (double)values[k]).Where(value => !double.IsNaN(value))];
        if (known.Length < 2) return false;
        double mean = known.Average(), deviation = Math.Sqrt(known.Average(value => (value - mean) * (value - mean)));
        if (!(deviation > 0)) return false;
        for (int k = 0; k < values.Length; k++) values[k] = Math.Clamp((float)((values[k] - mean) / deviation), -Limit, Limit);
        return true;
    }
}
