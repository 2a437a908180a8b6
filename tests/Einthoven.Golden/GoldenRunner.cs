// Runs one case and says how it went; an error inside a check is a failed case like any other.
namespace Einthoven.Golden;

internal enum GoldenStatus
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>How a case went; worst is the largest deviation as a share of its tolerance.</summary>
internal readonly record struct GoldenOutcome(GoldenStatus Status, double Worst, string Detail);

internal static class GoldenRunner
{
    public static GoldenOutcome Run(GoldenCase golden)
    {
        if (GoldenKinds.Find(golden.Kind) is not { } check)
            return new(GoldenStatus.Skipped, 0, $"nothing here builds the kind {golden.Kind} yet");

        Deviations deviations = new(golden);
        try
        {
            using GoldenFiles files = golden.Open();
            check(golden, files, deviations);
        }
#pragma warning disable CA1031 // Whatever a check throws is this case's failure and must not hide the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new(GoldenStatus.Failed, double.PositiveInfinity, $"{e.GetType().Name}: {e.Message}");
        }

        if (deviations.Compared == 0) return new(GoldenStatus.Failed, double.PositiveInfinity, "the check compared nothing");
        return new(deviations.Worst <= 1 ? GoldenStatus.Passed : GoldenStatus.Failed, deviations.Worst, deviations.Where);
    }
}
