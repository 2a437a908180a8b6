// What a data set holds: recordings, patients, labels with the weight that balances them, leads, rates, lengths.
using Einthoven.Signals;

namespace Einthoven.Training.Data;

/// <summary>A label's counts.</summary>
/// <param name="Label">Its code.</param>
/// <param name="Positives">Recordings that have it.</param>
/// <param name="Negatives">Recordings that do not.</param>
/// <param name="Unknown">Recordings of which nobody says.</param>
/// <param name="PosWeight">Negatives over positives among the recordings counted for it (the split train where there is one); NaN without positives.</param>
public sealed record LabelCount(string Label, int Positives, int Negatives, int Unknown, double PosWeight)
{
    /// <summary>Share of positives among the known.</summary>
    public double Prevalence => (double)Positives / (Positives + Negatives);
}

/// <summary>A value and how often it occurs.</summary>
public sealed record ValueCount(string Value, int Count);

/// <summary>The figures of a data set.</summary>
public sealed record DatasetStatistics
{
    /// <summary>Recordings.</summary>
    public required int Records { get; init; }

    /// <summary>Patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Recordings of each split.</summary>
    public required IReadOnlyList<ValueCount> Splits { get; init; }

    /// <summary>Recordings of each source.</summary>
    public required IReadOnlyList<ValueCount> Sources { get; init; }

    /// <summary>Recordings of each sex; the empty one is unknown.</summary>
    public required IReadOnlyList<ValueCount> Sexes { get; init; }

    /// <summary>Smallest, middle and largest age in years; empty where none is known.</summary>
    public required IReadOnlyList<double> Ages { get; init; }

    /// <summary>The labels.</summary>
    public required IReadOnlyList<LabelCount> Labels { get; init; }

    /// <summary>Sets of leads, from the headers; empty where they were not read.</summary>
    public required IReadOnlyList<ValueCount> Leads { get; init; }

    /// <summary>Sampling rates in Hz, from the headers.</summary>
    public required IReadOnlyList<ValueCount> Rates { get; init; }

    /// <summary>Lengths in seconds, from the headers.</summary>
    public required IReadOnlyList<ValueCount> Lengths { get; init; }

    /// <summary>Recordings whose header cannot be read.</summary>
    public required IReadOnlyList<ValueCount> Unreadable { get; init; }

    /// <summary>Counts a data set.</summary>
    /// <param name="manifest">The data set.</param>
    /// <param name="headers">Whether to open every recording's header for leads, rates and lengths.</param>
    /// <param name="progress">Told how many headers are read.</param>
    /// <param name="cancellation">Ends it.</param>
    public static DatasetStatistics Of(Manifest manifest, bool headers, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        double[] ages = [.. manifest.Rows.Select(r => r.AgeYears).OfType<double>().Order()];
        (string Leads, string Rate, string Length, string? Error)[] read = headers ? ReadHeaders(manifest, progress, cancellation) : [];
        return new DatasetStatistics
        {
            Records = manifest.Rows.Count,
            Patients = manifest.Rows.Select(r => r.Person).Distinct().Count(),
            Splits = [.. manifest.Splits().Select(s => new ValueCount(s, manifest.Rows.Count(r => r.Split == s)))],
            Sources = Count(manifest.Rows.Select(r => r.Source)),
            Sexes = Count(manifest.Rows.Select(r => r.Sex)),
            Ages = ages.Length == 0 ? [] : [ages[0], ages[ages.Length / 2], ages[^1]],
            Labels = LabelCounts(manifest),
            Leads = Count(read.Where(r => r.Error is null).Select(r => r.Leads)),
            Rates = Count(read.Where(r => r.Error is null).Select(r => r.Rate)),
            Lengths = Count(read.Where(r => r.Error is null).Select(r => r.Length)),
            Unreadable = Count(read.Select(r => r.Error).OfType<string>()),
        };
    }

    /// <summary>The labels' counts, and the weights of positives from the training part where there is one.</summary>
    public static IReadOnlyList<LabelCount> LabelCounts(Manifest manifest)
    {
        bool parted = manifest.Rows.Any(r => r.Split == "train");
        var counts = new List<LabelCount>(manifest.Labels.Count);
        for (int k = 0; k < manifest.Labels.Count; k++)
        {
            int positives = 0, negatives = 0, unknown = 0, trainPositives = 0, trainNegatives = 0;
            foreach (ManifestRow row in manifest.Rows)
            {
                bool training = !parted || row.Split == "train";
                if (float.IsNaN(row.Labels[k])) unknown++;
                else if (row.Labels[k] > 0.5f)
                {
                    positives++;
                    if (training) trainPositives++;
                }
                else
                {
                    negatives++;
                    if (training) trainNegatives++;
                }
            }
            counts.Add(new LabelCount(manifest.Labels[k], positives, negatives, unknown, trainPositives == 0 ? double.NaN : (double)trainNegatives / trainPositives));
        }
        return counts;
    }

    private static (string, string, string, string?)[] ReadHeaders(Manifest manifest, Action<int>? progress, CancellationToken cancellation)
    {
        var read = new (string, string, string, string?)[manifest.Rows.Count];
        int done = 0;
        Parallel.For(0, read.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, k =>
        {
            try
            {
                EcgHeader header = EcgRecord.Identify(manifest.Rows[k].Path);
                double rate = header.SamplingRateHz;
                read[k] = (string.Join(' ', header.Leads.Select(l => l.Name)), $"{rate:0.###}", rate > 0 ? $"{header.SampleCount / rate:0.##}" : "unknown", null);
            }
            catch (Exception e) when (e is EcgFormatException or IOException or UnauthorizedAccessException)
            {
                read[k] = ("", "", "", e.Message);
            }
            int now = Interlocked.Increment(ref done);
            if (now % 200 == 0) progress?.Invoke(now);
        });
        return read;
    }

    private static ValueCount[] Count(IEnumerable<string> values) =>
        [.. values.GroupBy(v => v).Select(g => new ValueCount(g.Key, g.Count())).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal)];
}
