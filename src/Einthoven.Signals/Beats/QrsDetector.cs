// Finds heartbeats in all leads at once: spatial velocity of the band-passed leads, then adaptive thresholds with search-back
// (Hamilton, Comput Cardiol 29:101, 2002, on the velocity used in vectorcardiography).
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

static class QrsDetector
{
    const double ThresholdShare = 0.3, SearchBackShare = 0.65, TWaveShare = 0.55, MinContrast = 2.2, BeatLevelQuantile = 0.5;
    static readonly int s_refractory = BeatSignals.Ms(200), s_tWaveWindow = BeatSignals.Ms(360), s_block = BeatSignals.Ms(1500);
    static readonly BiquadCascade s_band = Butterworth.Design(FilterBand.BandPass, 2, BeatSignals.Rate, 8, 20);

    /// <summary>Sample numbers (at <see cref="BeatSignals.Rate"/>) of the beats' middles, ascending.</summary>
    public static int[] Detect(BeatSignals signals)
    {
        if (signals.Leads.Count == 0 || signals.Samples < BeatSignals.Ms(300)) return [];
        double[] energy = Velocity(signals.Independent(), signals.Samples);
        List<int> candidates = Peaks(energy, s_refractory);
        (double[] signal, double[] noise) = Levels(energy);
        double Level(int at) => signal[Math.Min(at / s_block, signal.Length - 1)];
        double Floor(int at) => noise[Math.Min(at / s_block, noise.Length - 1)];
        double Threshold(int at) => Floor(at) + ThresholdShare * (Level(at) - Floor(at));
        // Where the peaks hardly stand out there is no rhythm to find, only noise.
        bool IsHeard(int at) => Level(at) > MinContrast * Floor(at);

        var beats = new List<int>();
        foreach (int at in candidates)
        {
            if (energy[at] < Threshold(at) || !IsHeard(at)) continue;
            if (beats.Count > 0 && at - beats[^1] < s_tWaveWindow && energy[at] < TWaveShare * energy[beats[^1]]) continue;
            if (beats.Count > 0 && at - beats[^1] < s_tWaveWindow && energy[beats[^1]] < TWaveShare * energy[at] && beats.Count > 1 && at - beats[^2] > s_tWaveWindow)
            {
                // The small one before was a P wave or a bump.
                beats[^1] = at;
                continue;
            }
            beats.Add(at);
        }
        SearchBack(beats, candidates, energy, at => Threshold(at) * SearchBackShare);
        DropInterposed(beats, energy);
        return [.. beats];
    }

    // Root of the summed squares of the leads' slopes, each in units of its own large slopes, averaged over 100 ms.
    static double[] Velocity(IReadOnlyList<BeatLead> leads, int n)
    {
        double[] sum = new double[n];
        double[] slope = new double[n];
        foreach (double[] x in s_band.ZeroPhaseAnyLength([.. leads.Select(lead => lead.Raw)]))
        {
            for (int i = 1; i < n - 1; i++) slope[i] = Math.Abs(x[i + 1] - x[i - 1]);
            double scale = LocalScale(slope);
            if (!(scale > 0)) continue;
            // A spike of an artefact must not outvote the other leads.
            double cap = 4 * scale;
            for (int start = 0; start < n; start += s_block)
            {
                int end = Math.Min(start + s_block, n);
                double weight = Weight(scale, slope.AsSpan(start, end - start));
                for (int i = start; i < end; i++)
                {
                    double value = Math.Min(slope[i], cap) / scale;
                    sum[i] += weight * value * value;
                }
            }
        }
        for (int i = 0; i < n; i++) sum[i] = Math.Sqrt(sum[i]);
        return Average(sum, BeatSignals.Ms(100));
    }

    // A lead whose large slopes stand out tells more than one that is busy all the time, here and now.
    static double Weight(double scale, ReadOnlySpan<double> slope)
    {
        double contrast = scale / Math.Max(Statistics.Quantile(slope, 0.6), 1e-12 * scale);
        return Math.Clamp((contrast - 3) / 12, 0.02, 1);
    }

    // The median over blocks of the largest slope: what a QRS of this lead has.
    static double LocalScale(double[] slope)
    {
        var largest = new List<double>();
        for (int start = 0; start < slope.Length; start += s_block)
            largest.Add(slope.AsSpan(start, Math.Min(s_block, slope.Length - start)).ToArray().Max());
        return Statistics.Median([.. largest]);
    }

    static double[] Average(double[] x, int width)
    {
        double[] result = new double[x.Length];
        double sum = 0;
        int half = width / 2;
        for (int i = 0; i < x.Length + half; i++)
        {
            if (i < x.Length) sum += x[i];
            if (i > 2 * half) sum -= x[i - 2 * half - 1];
            if (i >= half) result[i - half] = sum / (2 * half + 1);
        }
        return result;
    }

    static List<int> Peaks(double[] x, int distance)
    {
        var peaks = new List<int>();
        for (int i = 0; i < x.Length; i++)
        {
            bool isPeak = x[i] > 0 && (i == 0 || x[i] > x[i - 1]) && (i == x.Length - 1 || x[i] >= x[i + 1]);
            if (!isPeak) continue;
            if (peaks.Count > 0 && i - peaks[^1] < distance)
            {
                if (x[i] > x[peaks[^1]]) peaks[^1] = i;
            }
            else
            {
                peaks.Add(i);
            }
        }
        return peaks;
    }

    // Per block of 1.5 s: the median largest value and the median value of the blocks around it (about 12 s).
    static (double[] Signal, double[] Noise) Levels(double[] energy)
    {
        const int Around = 4;
        int blocks = Math.Max(1, energy.Length / s_block);
        double[] largest = new double[blocks], middle = new double[blocks];
        for (int b = 0; b < blocks; b++)
        {
            int start = b * s_block, end = b == blocks - 1 ? energy.Length : start + s_block;
            double[] part = energy[start..end];
            largest[b] = part.Max();
            middle[b] = Statistics.Quantile(part, 0.3);
        }
        double[] signal = new double[blocks], noise = new double[blocks];
        for (int b = 0; b < blocks; b++)
        {
            int from = Math.Max(0, b - Around), to = Math.Min(blocks, b + Around + 1);
            signal[b] = Statistics.Quantile(largest.AsSpan(from, to - from), BeatLevelQuantile);
            noise[b] = Statistics.Median(middle.AsSpan(from, to - from));
        }
        return (signal, noise);
    }

    // A weak one between two beats that are no further apart than usual is noise; an interposed extrasystole is not weak.
    static void DropInterposed(List<int> beats, double[] energy)
    {
        const double GapShare = 1.3, WeakShare = 0.75;
        for (int i = 1; i + 1 < beats.Count && beats.Count > 4; i++)
        {
            int from = Math.Max(1, i - 8), to = Math.Min(beats.Count - 1, i + 8);
            double typical = Statistics.Median([.. Enumerable.Range(from, to - from + 1).Select(k => (double)(beats[k] - beats[k - 1]))]);
            double weaker = Math.Min(energy[beats[i - 1]], energy[beats[i + 1]]);
            if (beats[i + 1] - beats[i - 1] < GapShare * typical && energy[beats[i]] < WeakShare * weaker) beats.RemoveAt(i--);
        }
    }

    static void SearchBack(List<int> beats, List<int> candidates, double[] energy, Func<int, double> threshold)
    {
        const double GapShare = 1.6;
        if (beats.Count < 3) return;
        for (int i = 1; i < beats.Count; i++)
        {
            int from = Math.Max(1, i - 6), to = Math.Min(beats.Count - 1, i + 6);
            double typical = Statistics.Median([.. Enumerable.Range(from, to - from + 1).Select(k => (double)(beats[k] - beats[k - 1]))]);
            if (beats[i] - beats[i - 1] < GapShare * typical) continue;
            int margin = Math.Max(s_tWaveWindow, (int)(0.45 * typical));
            int best = -1;
            foreach (int at in candidates)
            {
                if (at <= beats[i - 1] + margin || at >= beats[i] - margin / 2 || energy[at] < threshold(at)) continue;
                if (best < 0 || energy[at] > energy[best]) best = at;
            }
            if (best < 0) continue;
            beats.Insert(i, best);
            i--; // The gap before the new beat is looked at again.
        }
    }
}
