// Groups beats by their QRS shape over all leads and averages each group: the averaged beat has the waves without the noise.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

/// <summary>Beats of one shape. Offsets are samples from the beat's fiducial point.</summary>
/// <param name="Members">Indices of the beats.</param>
/// <param name="From">First sample of the averages, negative.</param>
/// <param name="Smooth">Averaged filtered leads, [lead][sample].</param>
/// <param name="Sharp">The same with less smoothing, as far as QRS can reach.</param>
sealed record BeatClass(IReadOnlyList<int> Members, int From, double[][] Smooth, double[][] Sharp)
{
    public int Length => Smooth.Length == 0 ? 0 : Smooth[0].Length;
}

static class BeatClasses
{
    /// <summary>Samples before and after the fiducial point that an average covers.</summary>
    public static readonly int Before = BeatSignals.Ms(420), After = BeatSignals.Ms(700);

    const double SameShape = 0.88;
    // As far as QRS and the quiet beyond it can reach.
    static readonly int s_sharpBefore = BeatSignals.Ms(280), s_sharpAfter = BeatSignals.Ms(320);
    static readonly int s_qrsHalf = BeatSignals.Ms(70), s_shift = BeatSignals.Ms(24);

    /// <summary>Groups beats; their fiducial points are moved so that the shapes of a group lie on each other.</summary>
    public static List<BeatClass> Group(BeatSignals signals, int[] fiducials, IReadOnlyList<int> beats)
    {
        IReadOnlyList<BeatLead> leads = signals.Independent();
        var groups = new List<List<int>>();
        var shapes = new List<double[]>();
        foreach (int beat in beats)
        {
            int best = -1, bestShift = 0;
            double bestLikeness = SameShape;
            for (int g = 0; g < groups.Count; g++)
            {
                (double likeness, int shift) = Align(leads, fiducials[beat], shapes[g], signals.Samples);
                if (likeness > bestLikeness) (best, bestShift, bestLikeness) = (g, shift, likeness);
            }
            if (best < 0)
            {
                groups.Add([beat]);
                shapes.Add(Shape(leads, fiducials[beat], signals.Samples));
                continue;
            }
            fiducials[beat] = Math.Clamp(fiducials[beat] + bestShift, 0, signals.Samples - 1);
            groups[best].Add(beat);
            double[] added = Shape(leads, fiducials[beat], signals.Samples), shape = shapes[best];
            double weight = 1.0 / Math.Min(groups[best].Count, 8);
            for (int i = 0; i < shape.Length; i++) shape[i] += (added[i] - shape[i]) * weight;
        }
        return [.. groups.OrderByDescending(g => g.Count).Select(g => Average(signals, fiducials, g))];
    }

    // Sample-wise median of at most nine members (a mean of fewer than three).
    static BeatClass Average(BeatSignals signals, int[] fiducials, List<int> members)
    {
        const int Most = 15;
        int[] used = [.. members.Where((_, i) => members.Count <= Most || i * Most / members.Count != (i - 1) * Most / members.Count)];
        int length = Before + After;
        return new(members, -Before, Average(l => l.Smooth, 0, length), Average(l => l.Sharp, Before - s_sharpBefore, Before + s_sharpAfter));

        // Outside the range asked for, the values at its ends.
        double[][] Average(Func<BeatLead, double[]> samples, int from, int to)
        {
            double[][] averages = new double[signals.Leads.Count][];
            int[] starts = [.. used.Select(b => fiducials[b] - Before + from)];
            for (int l = 0; l < averages.Length; l++)
            {
                double[] x = samples(signals.Leads[l]), average = new double[length];
                // Each beat from its own level before the QRS, so that wander does not blur the average.
                double[] levels = [.. used.Select(b => Level(x, fiducials[b]))];
                ColumnMedians.Of(x, starts, levels, average.AsSpan(from..to));
                average.AsSpan(0, from).Fill(average[from]);
                average.AsSpan(to).Fill(average[to - 1]);
                averages[l] = average;
            }
            return averages;
        }
    }

    static double Level(double[] x, int fiducial)
    {
        double sum = 0;
        int count = BeatSignals.Ms(30), start = fiducial - BeatSignals.Ms(90);
        for (int i = 0; i < count; i++) sum += x[Math.Clamp(start + i, 0, x.Length - 1)];
        return sum / count;
    }

    static double[] Shape(IReadOnlyList<BeatLead> leads, int fiducial, int samples)
    {
        double[] shape = new double[leads.Count * 2 * s_qrsHalf];
        Shape(leads, fiducial, samples, shape);
        return shape;
    }

    static void Shape(IReadOnlyList<BeatLead> leads, int fiducial, int samples, Span<double> shape)
    {
        int width = 2 * s_qrsHalf, first = fiducial - s_qrsHalf;
        for (int l = 0; l < leads.Count; l++)
        {
            ReadOnlySpan<double> x = leads[l].Smooth;
            Span<double> own = shape.Slice(l * width, width);
            if (first >= 0 && first + width <= samples) x.Slice(first, width).CopyTo(own);
            else
                for (int i = 0; i < width; i++) own[i] = x[Math.Clamp(first + i, 0, samples - 1)];
            double mean = 0;
            foreach (double value in own) mean += value;
            mean /= width;
            for (int i = 0; i < width; i++) own[i] -= mean;
        }
    }

    static (double Likeness, int Shift) Align(IReadOnlyList<BeatLead> leads, int fiducial, double[] shape, int samples)
    {
        double[] moved = new double[shape.Length];
        (double Likeness, int Shift) At(int shift)
        {
            Shape(leads, fiducial + shift, samples, moved);
            return (Statistics.Correlation(moved, shape), shift);
        }
        (double Likeness, int Shift) best = (-1, 0);
        // Coarse steps first; the fine ones only around the best.
        for (int shift = -s_shift; shift <= s_shift; shift += 4)
            if (At(shift) is var coarse && coarse.Likeness > best.Likeness) best = coarse;
        int centre = best.Shift;
        for (int shift = centre - 3; shift <= centre + 3; shift++)
            if (At(shift) is var fine && fine.Likeness > best.Likeness) best = fine;
        return best;
    }
}
