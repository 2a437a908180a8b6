// Cuts a data set into parts: at random, by patient, by time, or by patient with the labels balanced; and finds patients in two parts.
// Balancing: rarest label first as in Sechidis, Tsoumakas, Vlahavas, "On the stratification of multi-label data", ECML PKDD 2011, but whole
// patients at a time, each to the part where all its labels together are lacking most.
using Einthoven.Torch;

namespace Einthoven.Training.Data;

/// <summary>How a data set is cut.</summary>
public enum SplitMethod
{
    /// <summary>By patient, the patients in random order.</summary>
    Patient,

    /// <summary>By patient, every label in the same proportion everywhere.</summary>
    Stratified,

    /// <summary>
    /// By the time of recording, the earliest first. A patient belongs where most of their recordings are; recordings of the patient in another
    /// part are left without one, as in the published temporal splits.
    /// </summary>
    Time,

    /// <summary>Recording by recording, whoever the patient is.</summary>
    Random,
}

/// <summary>A part of a data set that is to be made.</summary>
/// <param name="Name">train, valid, test, or the number of a fold.</param>
/// <param name="Share">Its share of the recordings; the shares add up to 1.</param>
public sealed record SplitPart(string Name, double Share);

/// <summary>Cuts data sets.</summary>
public static class Splitting
{
    /// <summary>Gives every recording its part.</summary>
    /// <param name="manifest">The data set; its present splits are replaced.</param>
    /// <param name="method">How.</param>
    /// <param name="parts">Which parts, in the order of time where that matters.</param>
    /// <param name="seed">Seed of the random order.</param>
    /// <exception cref="DatasetException">Times are missing, or there are fewer patients than parts.</exception>
    public static Manifest Cut(Manifest manifest, SplitMethod method, IReadOnlyList<SplitPart> parts, ulong seed)
    {
        if (parts.Count == 0 || parts.Any(p => p.Share <= 0) || Math.Abs(parts.Sum(p => p.Share) - 1) > 1e-6)
            throw new DatasetException("The shares of the parts must be positive and add up to 1.");
        int[][] groups = [.. manifest.Rows.Select((row, k) => (row, k))
            .GroupBy(p => method == SplitMethod.Random ? p.row.Key : p.row.Person, p => p.k).Select(g => g.ToArray())];
        if (groups.Length < parts.Count)
            throw new DatasetException($"{manifest.Name} has {groups.Length} patients for {parts.Count} parts.");
        var random = new PhiloxRandom(seed);
        int[] partOf = method switch
        {
            SplitMethod.Time => ByTime(manifest, parts, groups),
            SplitMethod.Stratified => Stratified(manifest, parts, groups, random),
            _ => InOrder(groups, random.Permutation(groups.Length), parts, manifest.Rows.Count),
        };
        return manifest with { Rows = [.. manifest.Rows.Select((row, k) => row with { Split = partOf[k] < 0 ? "" : parts[partOf[k]].Name })] };
    }

    /// <summary>Patients with recordings in more than one part, each with the parts.</summary>
    public static IReadOnlyList<(string Person, IReadOnlyList<string> Splits)> Leaks(Manifest manifest) =>
        [.. manifest.Rows.Where(r => r.Split.Length > 0).GroupBy(r => r.Person)
            .Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Select(r => r.Split).Distinct().Order(StringComparer.Ordinal)])).Where(p => p.Item2.Count > 1)];

    // Fills one part after the other.
    private static int[] InOrder(int[][] groups, int[] order, IReadOnlyList<SplitPart> parts, int total)
    {
        var partOf = new int[total];
        int part = 0, placed = 0;
        double border = parts[0].Share * total;
        foreach (int group in order)
        {
            while (part + 1 < parts.Count && placed + (groups[group].Length / 2.0) > border) border += parts[++part].Share * total;
            foreach (int row in groups[group]) partOf[row] = part;
            placed += groups[group].Length;
        }
        return partOf;
    }

    private static int[] ByTime(Manifest manifest, IReadOnlyList<SplitPart> parts, int[][] groups)
    {
        if (manifest.Rows.FirstOrDefault(r => r.Time is null) is { } undated)
            throw new DatasetException($"{manifest.Name}: record {undated.Key} has no time. Splitting by time needs the column time for every recording.");
        int[] order = [.. Enumerable.Range(0, manifest.Rows.Count).OrderBy(k => manifest.Rows[k].Time)];
        int[] partOf = InOrder([.. Enumerable.Range(0, order.Length).Select(k => new[] { k })], order, parts, order.Length);
        foreach (int[] group in groups)
        {
            // Of two parts with as many recordings the later one.
            int home = group.GroupBy(k => partOf[k]).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
            foreach (int row in group) partOf[row] = partOf[row] == home ? home : -1;
        }
        return partOf;
    }

    private static int[] Stratified(Manifest manifest, IReadOnlyList<SplitPart> parts, int[][] groups, PhiloxRandom random)
    {
        int labels = manifest.Labels.Count;
        int[][] positives = [.. groups.Select(g => Enumerable.Range(0, labels).Select(l => g.Count(k => manifest.Rows[k].Labels[l] == 1)).ToArray())];
        int[] totals = [.. Enumerable.Range(0, labels).Select(l => positives.Sum(p => p[l]))];
        // What each part still wants, of every label and of recordings at all.
        double[][] wanted = [.. parts.Select(p => totals.Select(t => t * p.Share).ToArray())];
        double[] room = [.. parts.Select(p => p.Share * manifest.Rows.Count)];
        var partOf = new int[manifest.Rows.Count];
        int[] order = random.Permutation(groups.Length);
        // Patients with the rarest labels first: later there would be no choice left.
        int[] rarest = [.. positives.Select(p => Enumerable.Range(0, labels).Where(l => p[l] > 0).OrderBy(l => totals[l]).ThenBy(l => l).FirstOrDefault(-1))];
        foreach (int group in order.OrderBy(g => rarest[g] < 0 ? int.MaxValue : totals[rarest[g]]).ThenBy(g => rarest[g]))
        {
            int best = 0;
            for (int part = 1; part < parts.Count; part++)
                if (Cost(part) < Cost(best)) best = part;
            foreach (int row in groups[group]) partOf[row] = best;
            for (int l = 0; l < labels; l++) wanted[best][l] -= positives[group][l];
            room[best] -= groups[group].Length;

            // What the squares of the lacks, each relative to what the part should have, gain when the patient comes here.
            double Cost(int part)
            {
                double cost = Square(room[part], groups[group].Length, parts[part].Share * manifest.Rows.Count);
                for (int l = 0; l < labels; l++)
                    if (positives[group][l] > 0) cost += Square(wanted[part][l], positives[group][l], parts[part].Share * totals[l]);
                return cost;
            }
        }
        return partOf;
    }

    private static double Square(double lack, double gift, double due) => (((lack - gift) * (lack - gift)) - (lack * lack)) / due;
}
