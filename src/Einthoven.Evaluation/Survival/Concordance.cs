// Whether those who had the event sooner were given the higher risk (Harrell et al., JAMA 247:2543, 1982).
namespace Einthoven.Evaluation.Survival;

/// <summary>
/// Pairs (i, j) in which i had the event and j lasted longer, or as long and was censored: concordant where i has the higher risk.
/// </summary>
/// <param name="Concordant">Pairs in right order.</param>
/// <param name="Discordant">Pairs in wrong order.</param>
/// <param name="Tied">Pairs of equal risk.</param>
public sealed record Concordance(long Concordant, long Discordant, long Tied)
{
    /// <summary>Comparable pairs.</summary>
    public long Pairs => Concordant + Discordant + Tied;

    /// <summary>Harrell's C: (concordant + ½ tied) / pairs; NaN without pairs.</summary>
    public double C => (Concordant + (0.5 * Tied)) / Pairs;

    /// <summary>Counts pairs.</summary>
    /// <param name="times">To event or censoring.</param>
    /// <param name="events">Whether the event happened; false: censored.</param>
    /// <param name="risks">Higher means sooner.</param>
    public static Concordance Of(ReadOnlySpan<double> times, ReadOnlySpan<bool> events, ReadOnlySpan<double> risks)
    {
        long concordant = 0, discordant = 0, tied = 0;
        for (int i = 0; i < times.Length; i++)
        {
            if (!events[i]) continue;
            for (int j = 0; j < times.Length; j++)
            {
                if (i == j || !(times[j] > times[i] || (times[j] == times[i] && !events[j]))) continue;
                if (risks[i] > risks[j]) concordant++;
                else if (risks[i] < risks[j]) discordant++;
                else tied++;
            }
        }

        return new(concordant, discordant, tied);
    }
}
