// The checks that every configuration of these networks makes.
namespace Einthoven.Models.PtbXlBenchmark;

internal static class Sizes
{
    /// <exception cref="ArgumentException">The condition does not hold.</exception>
    internal static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The network's configuration does not work: {problem}.");
    }

    /// <summary>What all of them have: leads, labels, hidden widths, dropout.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    internal static void RequireCommon(int leads, int labels, IReadOnlyList<int> headHidden, double dropout)
    {
        Require(leads > 0, "leads is not positive");
        Require(labels > 0, "labels is not positive");
        Require(headHidden.All(w => w > 0), "headHidden has a width that is not positive");
        Require(dropout is >= 0 and < 1, "dropout is not in [0, 1)");
    }
}
