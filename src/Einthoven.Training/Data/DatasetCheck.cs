// Looks for what spoils a training run: unreadable or doubled recordings, flat leads, absurd gains, labels that say nothing, patients in two parts.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Einthoven.Signals;

namespace Einthoven.Training.Data;

/// <summary>Something wrong with a data set.</summary>
/// <param name="Where">The recording, label or file.</param>
/// <param name="What">What was found and what to do, in one line.</param>
public sealed record DatasetProblem(string Where, string What);

/// <summary>Checks data sets.</summary>
public static class DatasetCheck
{
    // Millivolts. Surface ECGs stay within a few; paced spikes and drift reach ten. Counts read as millivolts are hundreds or thousands.
    private const double LargestMillivolts = 30;

    // QRS complexes of a lead in use are above a tenth of a millivolt from peak to peak; amplifiers' noise is below this.
    private const double SmallestMillivolts = 0.02;

    private sealed record Look(string Hash, IReadOnlyList<string> Problems);

    /// <summary>Reads every recording and looks at every label.</summary>
    /// <param name="manifest">The data set.</param>
    /// <param name="progress">Told how many recordings are read.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IReadOnlyList<DatasetProblem> Run(Manifest manifest, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var looks = new Look[manifest.Rows.Count];
        int done = 0;
        Parallel.For(0, looks.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, k =>
        {
            looks[k] = LookAt(manifest.Rows[k].Path, cancellation);
            int now = Interlocked.Increment(ref done);
            if (now % 50 == 0) progress?.Invoke(now);
        });
        var problems = new List<DatasetProblem>();
        for (int k = 0; k < looks.Length; k++)
            problems.AddRange(looks[k].Problems.Select(p => new DatasetProblem(manifest.Rows[k].Key, p)));
        problems.AddRange(Doubles(manifest, looks));
        problems.AddRange(LabelProblems(manifest));
        problems.AddRange(Splitting.Leaks(manifest).Select(l => new DatasetProblem(
            $"patient {l.Person}", $"is in splits {string.Join(" and ", l.Splits)}: split by patient, or results will look better than they are")));
        return problems;
    }

    /// <summary>Checks the files of a store against its checksums.</summary>
    /// <param name="folder">The store.</param>
    /// <param name="progress">Told how many files are read.</param>
    public static IReadOnlyList<DatasetProblem> RunStore(string folder, Action<int>? progress = null)
    {
        StoreDescription store = StoreDescription.Read(folder);
        var problems = new List<DatasetProblem>();
        int done = 0;
        foreach ((string file, string sum) in store.Shards.Select(s => (s.File, s.Sha256)).Append((store.Index.File, store.Index.Sha256)).Append((store.Text.File, store.Text.Sha256)))
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path)) problems.Add(new(file, "is missing: pack the data set again"));
            else if (DurableFile.Sum(path) != sum) problems.Add(new(file, "is damaged: its checksum is not that of store.json. Delete it and pack the data set again"));
            progress?.Invoke(++done);
        }
        return problems;
    }

    private static Look LookAt(string path, CancellationToken cancellation)
    {
        EcgRecord record;
        try
        {
            record = EcgRecord.Read(path, cancellation);
        }
        catch (Exception e) when (e is EcgFormatException or IOException or UnauthorizedAccessException)
        {
            return new Look("", [$"cannot be read: {e.Message}"]);
        }
        var problems = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (EcgLead lead in record.Leads)
        {
            hash.AppendData(MemoryMarshal.AsBytes(lead.Samples.Span));
            if (Examine(lead) is { } problem) problems.Add(problem);
        }
        if (!(record.SamplingRateHz > 0)) problems.Add("states no sampling rate");
        return new Look(Convert.ToHexString(hash.GetCurrentHash()), problems);
    }

    private static string? Examine(EcgLead lead)
    {
        ReadOnlySpan<double> samples = lead.Samples.Span;
        int missing = 0;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in samples)
        {
            if (double.IsNaN(value)) missing++;
            else (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        if (samples.Length == 0 || missing == samples.Length) return $"lead {lead.Name} has no samples";
        if (low == high) return $"lead {lead.Name} is flat";
        if (double.IsInfinity(low) || double.IsInfinity(high)) return $"lead {lead.Name} holds infinite values";
        if (missing > 0) return $"lead {lead.Name} lacks {missing} of {samples.Length} samples (NaN)";
        if (!lead.IsMillivolts) return $"lead {lead.Name} is in \"{lead.Unit}\", not mV";
        if (high - low > LargestMillivolts)
            return string.Create(CultureInfo.InvariantCulture, $"lead {lead.Name} spans {high - low:0.#} mV: impossible gain, or a saturated amplifier");
        if (high - low < SmallestMillivolts)
            return string.Create(CultureInfo.InvariantCulture, $"lead {lead.Name} spans {high - low:0.####} mV: impossible gain, or next to no signal");
        return null;
    }

    private static IEnumerable<DatasetProblem> Doubles(Manifest manifest, Look[] looks)
    {
        foreach (IGrouping<string, int> same in Enumerable.Range(0, looks.Length).Where(k => looks[k].Hash.Length > 0).GroupBy(k => looks[k].Hash).Where(g => g.Count() > 1))
        {
            ManifestRow[] rows = [.. same.Select(k => manifest.Rows[k])];
            bool across = rows.Select(r => r.Split).Distinct().Count() > 1;
            yield return new(rows[0].Key, $"has the same samples as {string.Join(", ", rows.Skip(1).Select(r => r.Key))}"
                + (across ? $", in splits {string.Join(" and ", rows.Select(r => r.Split).Distinct())}: keep one of them" : ""));
        }
    }

    private static IEnumerable<DatasetProblem> LabelProblems(Manifest manifest)
    {
        for (int k = 0; k < manifest.Labels.Count; k++)
        {
            float[] known = [.. manifest.Rows.Select(r => r.Labels[k]).Where(v => !float.IsNaN(v))];
            string where = $"label {manifest.Labels[k]}";
            if (known.Length == 0) yield return new(where, "is unknown everywhere: nothing can be learned from it");
            else if (known.All(v => v == known[0])) yield return new(where, $"is {known[0]} wherever it is known: nothing can be learned from it");
            else if (known.Any(v => v is not (0 or 1)))
                yield return new(where, $"holds {known.First(v => v is not (0 or 1)).ToString(CultureInfo.InvariantCulture)}: a finding is 1, 0 or empty");
        }
    }
}
