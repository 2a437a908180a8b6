// Tables that come with the metrics parse, and their parts fit one another.
using Einthoven.Evaluation.Challenge2021;

namespace Einthoven.Golden.Kinds;

internal static class MetricsTableKinds
{
    /// <summary>Called and true classes stand in one order (the parser sees to it), and no call is worth more than the right one.</summary>
    public static void ChallengeWeightTable(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using StreamReader csv = new(golden.File("table"));
        ChallengeWeights weights = ChallengeWeights.Parse(csv);
        int n = weights.Classes.Count;
        deviations.Equal("classes apart", weights.Classes.Distinct().Count(), n);
        for (int j = 0; j < n; j++)
        {
            for (int k = 0; k < n; k++)
                deviations.Equal($"a call of {weights.Classes[k]} for {weights.Classes[j]} is worth no more than the right one",
                    weights.Values[j, k] <= weights.Values[j, j], true);
        }
    }

    /// <summary>Codes are apart, totals are the sums of the sources, scored classes have a group that holds their own code.</summary>
    public static void ChallengeClassTable(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using StreamReader csv = new(golden.File("table"));
        IReadOnlyList<ChallengeClass> classes = ChallengeClass.Parse(csv);
        deviations.Equal("codes apart", classes.Select(c => c.SnomedCode).Distinct().Count(), classes.Count);
        foreach (ChallengeClass c in classes)
        {
            deviations.Equal($"total of {c.SnomedCode}", c.Records.Values.Sum(), c.Total);
            deviations.Equal($"{c.SnomedCode} has a group", c.Group.Split('|').Contains(c.SnomedCode), c.IsScored);
        }
    }

    /// <summary>Columns are numbered in the order of the codes, flags and classes fit, totals are sums.</summary>
    public static void PtbXlStatements(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        MetricsPtbXlKind.Statement[] statements = MetricsPtbXlKind.ReadStatements(golden.File("table"));
        string[] codes = [.. statements.Select(s => s.Code)];
        deviations.Equal("order of the codes", string.Join(' ', codes), string.Join(' ', codes.Order(StringComparer.Ordinal)));
        for (int k = 0; k < statements.Length; k++)
        {
            MetricsPtbXlKind.Statement s = statements[k];
            deviations.Equal($"column of {s.Code}", s.Column, k);
            deviations.Equal($"total of {s.Code}", s.Counts[..^1].Sum(), s.Counts[^1]);
            deviations.Equal($"{s.Code} has a superclass", s.Superclass.Length > 0, s.Diagnostic);
            deviations.Equal($"{s.Code} is of some sort", s.Diagnostic || s.Form || s.Rhythm, true);
        }
    }

    /// <summary>Columns of every task are numbered from 0; no label has more positives than its split has records.</summary>
    public static void MerlCounts(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        string[][] rows = [.. File.ReadAllLines(golden.File("table")).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        foreach (IGrouping<string, string[]> task in rows.GroupBy(r => r[0]))
        {
            int[] records = [.. task.Single(r => r[1].Length == 0)[^3..].Select(int.Parse)];
            string[][] labels = [.. task.Where(r => r[1].Length > 0)];
            deviations.Equal($"labels of {task.Key} apart", labels.Select(r => r[2]).Distinct().Count(), labels.Length);
            for (int k = 0; k < labels.Length; k++)
            {
                deviations.Equal($"column of {labels[k][2]} in {task.Key}", int.Parse(labels[k][1]), k);
                int[] counts = [.. labels[k][^3..].Select(int.Parse)];
                deviations.Equal($"counts of {labels[k][2]} in {task.Key} fit", counts.Zip(records).All(c => c.First <= c.Second), true);
            }
        }
    }
}
