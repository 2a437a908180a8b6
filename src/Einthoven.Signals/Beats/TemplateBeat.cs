// The typical beat of one lead: beats laid on each other at given places, sample by sample their median and mean.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>Median and mean beat of one lead, and how like the median each beat is.</summary>
/// <param name="Median">Sample-wise median: resists artefacts.</param>
/// <param name="Mean">Sample-wise mean: less noise where there are no artefacts.</param>
/// <param name="Correlations">Correlation of each beat used with the median beat.</param>
public sealed record TemplateBeat(double[] Median, double[] Mean, double[] Correlations)
{
    /// <summary>Averages the beats whose whole window lies inside the signal; null where there is none.</summary>
    /// <param name="samples">One lead.</param>
    /// <param name="beats">Sample numbers of the beats.</param>
    /// <param name="from">First sample of the window from the beat, usually negative.</param>
    /// <param name="to">End of the window, exclusive.</param>
    /// <param name="levelSamples">The mean of so many first samples of the window is each beat's zero.</param>
    public static TemplateBeat? Of(ReadOnlySpan<double> samples, ReadOnlySpan<int> beats, int from, int to, int levelSamples)
    {
        var windows = new List<double[]>();
        foreach (int beat in beats)
        {
            if (beat + from < 0 || beat + to > samples.Length) continue;
            double[] window = samples[(beat + from)..(beat + to)].ToArray();
            double level = levelSamples > 0 ? window.Take(levelSamples).Average() : 0;
            for (int i = 0; i < window.Length; i++) window[i] -= level;
            windows.Add(window);
        }
        if (windows.Count == 0) return null;
        double[] median = new double[to - from], mean = new double[to - from], column = new double[windows.Count];
        for (int i = 0; i < median.Length; i++)
        {
            for (int k = 0; k < column.Length; k++) column[k] = windows[k][i];
            median[i] = Statistics.Median(column);
            mean[i] = column.Average();
        }
        return new(median, mean, [.. windows.Select(w => Statistics.Correlation(w, median))]);
    }
}
