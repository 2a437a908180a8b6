// What other models say of the training recordings, to be learned beside what people said: distillation, and self-training on the unlabelled.
// Sources: Hinton et al., "Distilling the knowledge in a neural network", arXiv 1503.02531; cross-fitted, so that no model teaches what it was
// taught: Breiman, "Stacked regressions", Machine Learning 24, 1996.
using System.Globalization;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Training.Data;

/// <summary>How much other models' probabilities count beside the labels.</summary>
public sealed record Teaching
{
    /// <summary>Tables as <c>evaluate --scores</c> writes them; where several name a recording and a label, their mean is taken. None: labels alone.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>The same with the tables' names alone: where they lie on somebody's machine is nobody else's business.</summary>
    internal Teaching WithoutFolders() => this with { Scores = [.. Scores.Select(path => Path.GetFileName(path))] };

    /// <summary>Share of the probability in what is learned, 0 to 1; the label has the rest. An unknown label is the probability whole.</summary>
    public double Weight { get; init; } = 0.5;
}

/// <summary>Teachers' probabilities by recording and label of a store.</summary>
internal sealed class TeacherScores
{
    private readonly float[]?[] _byRecord;
    private readonly float _weight;

    private TeacherScores(float[]?[] byRecord, double weight) => (_byRecord, _weight) = (byRecord, (float)weight);

    /// <summary>Recordings that a teacher speaks of.</summary>
    internal int Count => _byRecord.Count(r => r is not null);

    /// <summary>Reads the tables; null where there are none.</summary>
    /// <exception cref="DatasetException">A table cannot be read, has a fault, or none of its recordings or labels is in the store.</exception>
    internal static TeacherScores? Read(Teaching teaching, RecordStore store)
    {
        if (teaching.Scores.Count == 0) return null;
        var records = new Dictionary<string, int>(store.Count, StringComparer.Ordinal);
        for (int k = 0; k < store.Count; k++) records[store.Row(k).Key] = k;
        var labels = store.Labels.Select((label, k) => (label, k)).ToDictionary(p => p.label, p => p.k, StringComparer.Ordinal);
        // evaluate names a statement of PTB-XL by its name, the data by its code.
        for (int k = 0; k < store.Labels.Count; k++)
            if (PtbXlStatements.Find(store.Labels[k]) is { } statement) labels.TryAdd(statement.Name, k);
        var sums = new float[]?[store.Count];
        var counts = new int[store.Count][];
        foreach (string path in teaching.Scores) Add(path, records, labels, store.Labels.Count, sums, counts);
        for (int record = 0; record < sums.Length; record++)
        {
            if (sums[record] is not { } row) continue;
            for (int k = 0; k < row.Length; k++) row[k] = counts[record][k] > 0 ? row[k] / counts[record][k] : float.NaN;
        }
        return new TeacherScores(sums, teaching.Weight);
    }

    /// <summary>Mixes what the teachers say of a recording into its labels.</summary>
    internal void Blend(int record, Span<float> labels)
    {
        if (_byRecord[record] is not { } said) return;
        for (int k = 0; k < said.Length; k++)
        {
            if (float.IsNaN(said[k])) continue;
            labels[k] = float.IsNaN(labels[k]) ? said[k] : ((1 - _weight) * labels[k]) + (_weight * said[k]);
        }
    }

    private static void Add(string path, Dictionary<string, int> records, Dictionary<string, int> labels, int count, float[]?[] sums, int[][] counts)
    {
        using CsvTable table = CsvTable.Open(path, "record", "label", "probability");
        bool any = false;
        while (table.Read())
        {
            if (!records.TryGetValue(table["record"], out int record) || !labels.TryGetValue(table["label"], out int label)) continue;
            if (!float.TryParse(table["probability"], NumberStyles.Float, CultureInfo.InvariantCulture, out float probability) || probability is not (>= 0 and <= 1))
                throw table.Wrong("probability", "a number from 0 to 1");
            float[] sum = sums[record] ??= new float[count];
            (counts[record] ??= new int[count])[label]++;
            sum[label] += probability;
            any = true;
        }
        if (!any) throw new DatasetException($"{path} speaks of none of the recordings and labels that are trained on. Write it with: einthoven evaluate --scores FILE, on the same data.");
    }
}
