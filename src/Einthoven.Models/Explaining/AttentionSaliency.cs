// ECG-FM's saliency: where the last layer's attention goes, as a curve over the samples and as colours.
// Source: bowang-lab/ECG-FM, scripts/saliency.py and its notebooks; spline: Unser, "Splines", IEEE Signal Processing Magazine 16(6), 1999.
namespace Einthoven.Models.Explaining;

/// <summary>A colour.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue);

/// <summary>How a frame's attention becomes a value for each sample.</summary>
public enum SaliencyStretch
{
    /// <summary>One value for the line between two samples, over the whole window: the published picture.</summary>
    Window,

    /// <summary>
    /// As the current quick-start notebook: frames · samples − 1 values, of which it draws the first samples − 2 and so shows the first frame
    /// only. For comparison with its pictures.
    /// </summary>
    NotebookFirstFrame,
}

/// <summary>Saliency from attention.</summary>
public static class AttentionSaliency
{
    /// <summary>The published colours of the least and the most attended.</summary>
    public static (Rgb Low, Rgb High) Colors { get; } = (new(0, 71, 171), new(220, 20, 60));

    /// <summary>The largest share that each query gives to one frame.</summary>
    /// <param name="attention">[frames, frames], rows are queries; mean over the heads of the last layer.</param>
    /// <param name="frames">Frames.</param>
    public static double[] Peaks(ReadOnlySpan<double> attention, int frames)
    {
        double[] peaks = new double[frames];
        for (int t = 0; t < frames; t++)
        {
            peaks[t] = attention[t * frames];
            for (int k = 1; k < frames; k++) peaks[t] = Math.Max(peaks[t], attention[(t * frames) + k]);
        }

        return peaks;
    }

    /// <summary>Saliency in [0, 1], 0 and 1 included: the peaks stretched to the samples and scaled by their range.</summary>
    /// <param name="attention">As of <see cref="Peaks"/>.</param>
    /// <param name="frames">Frames.</param>
    /// <param name="samples">Samples of the window.</param>
    /// <param name="stretch">How.</param>
    /// <returns>samples − 1 values, one for each line between samples; one fewer as in the notebook.</returns>
    public static double[] Compute(ReadOnlySpan<double> attention, int frames, int samples, SaliencyStretch stretch = SaliencyStretch.Window)
    {
        double[] peaks = Peaks(attention, frames);
        return stretch == SaliencyStretch.Window
            ? Scale(Stretch(peaks, samples - 1))
            : Scale(Stretch(peaks, (frames * samples) - 1))[..(samples - 2)];
    }

    /// <summary>A cubic spline through values, mirrored at both ends, read at <paramref name="count"/> places from the first to the last.</summary>
    public static double[] Stretch(ReadOnlySpan<double> values, int count)
    {
        double[] c = Coefficients(values);
        double[] stretched = new double[count];
        for (int i = 0; i < count; i++)
        {
            double x = count == 1 ? 0 : i * (values.Length - 1.0) / (count - 1);
            int whole = Math.Min((int)x, Math.Max(0, values.Length - 2));
            double f = x - whole, g = 1 - f;
            stretched[i] = ((g * g * g * At(whole - 1)) + ((4 - (3 * f * f * (2 - f))) * At(whole))
                + ((4 - (3 * g * g * (2 - g))) * At(whole + 1)) + (f * f * f * At(whole + 2))) / 6;
        }

        return stretched;

        double At(int k)
        {
            int last = c.Length - 1;
            if (last == 0) return c[0];
            k = Math.Abs(k);
            return c[k > last ? (2 * last) - k : k];
        }
    }

    /// <summary>(v − min) / (max − min); all 0 where the values do not differ.</summary>
    public static double[] Scale(ReadOnlySpan<double> values)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (double v in values) (least, most) = (Math.Min(least, v), Math.Max(most, v));
        double[] scaled = new double[values.Length];
        if (most > least)
            for (int i = 0; i < scaled.Length; i++) scaled[i] = (values[i] - least) / (most - least);
        return scaled;
    }

    /// <summary>The colour of a share from 0 to 1 between two colours, truncated to whole steps.</summary>
    public static Rgb Color(double share, Rgb low, Rgb high)
    {
        return new(Mix(low.Red, high.Red), Mix(low.Green, high.Green), Mix(low.Blue, high.Blue));

        byte Mix(byte a, byte b) => (byte)(((1 - share) * a) + (share * b));
    }

    // (c[i−1] + 4·c[i] + c[i+1]) / 6 = v[i], solved by a recursion forward and one back.
    private static double[] Coefficients(ReadOnlySpan<double> values)
    {
        double[] c = values.ToArray();
        int last = c.Length - 1;
        if (last == 0) return c;
        double pole = Math.Sqrt(3) - 2;
        for (int i = 0; i <= last; i++) c[i] *= 6;
        double sum = c[0] + (Math.Pow(pole, last) * c[last]);
        for (int i = 1; i < last; i++) sum += (Math.Pow(pole, i) + Math.Pow(pole, (2 * last) - i)) * c[i];
        c[0] = sum / (1 - Math.Pow(pole, 2 * last));
        for (int i = 1; i <= last; i++) c[i] += pole * c[i - 1];
        c[last] = pole / ((pole * pole) - 1) * (c[last] + (pole * c[last - 1]));
        for (int i = last - 1; i >= 0; i--) c[i] = pole * (c[i + 1] - c[i]);
        return c;
    }
}
