// `golden [SET…]`: one line a case, the closing line, and an exit status.
using System.Globalization;

namespace Einthoven.Golden;

internal static class GoldenCommand
{
    /// <summary>Runs the named sets, or all; 0 where no case failed, else 1, 2 where a named set does not exist or there is no tree.</summary>
    public static int Run(string[] sets, TextWriter output)
    {
        if (GoldenTree.Find() is not { } tree)
        {
            Console.Error.WriteLine(GoldenTree.Missing);
            return 2;
        }

        if (sets.FirstOrDefault(s => tree.Sets.All(t => t.Name != s)) is string unknown)
        {
            Console.Error.WriteLine($"no golden set '{unknown}'; there are {string.Join(", ", tree.Sets.Select(s => s.Name))}");
            return 2;
        }

        Dictionary<GoldenStatus, int> counts = new() { [GoldenStatus.Passed] = 0, [GoldenStatus.Failed] = 0, [GoldenStatus.Skipped] = 0 };
        foreach (GoldenCase golden in tree.Sets.Where(s => sets.Length == 0 || sets.Contains(s.Name)).SelectMany(s => s.Cases))
        {
            GoldenOutcome outcome = GoldenRunner.Run(golden);
            counts[outcome.Status]++;
            string worst = outcome.Status == GoldenStatus.Skipped ? "-" : Share(outcome.Worst);
            output.WriteLine($"{golden.Path} {golden.Kind} {outcome.Status.ToString().ToLowerInvariant()} {worst}");
            if (outcome.Status == GoldenStatus.Failed) output.WriteLine($"    {outcome.Detail}");
            output.Flush();
        }

        output.WriteLine($"{counts[GoldenStatus.Passed]} passed, {counts[GoldenStatus.Failed]} failed, {counts[GoldenStatus.Skipped]} skipped");
        return counts[GoldenStatus.Failed] == 0 ? 0 : 1;
    }

    // Three figures; 1.0004 must not be shown as 1.00 beside "failed".
    private static string Share(double worst) =>
        double.IsInfinity(worst) ? "inf" : worst is > 1 and < 1.01 ? "1.01" : worst.ToString("G3", CultureInfo.InvariantCulture);
}
