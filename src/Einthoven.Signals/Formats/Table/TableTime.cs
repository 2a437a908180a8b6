// The sampling rate that a column of times tells.
namespace Einthoven.Signals.Formats.Table;

static class TableTime
{
    const double SlowestHz = 20, FastestHz = 50_000;

    /// <summary>Printed times are rounded: a rate within a thousandth of one of these is meant to be it.</summary>
    static readonly double[] Usual = [50, 100, 125, 128, 150, 180, 200, 240, 250, 256, 257, 300, 360, 400, 480, 500, 512, 600, 800, 1000, 1024, 1200, 2000, 2048, 4000, 5000, 8000, 10000];

    /// <summary>The rate in Hz, or null where the column only numbers the samples or is no time at all.</summary>
    public static double? Rate(ReadOnlySpan<double> times, TimeColumn kind, List<string> warnings)
    {
        if (kind is TimeColumn.None or TimeColumn.Index) return null;
        var steps = new List<double>(times.Length);
        for (int i = 1; i < times.Length; i++)
            if (!double.IsNaN(times[i] - times[i - 1])) steps.Add(times[i] - times[i - 1]);
        if (steps.Count == 0) return null;
        double largest = steps.Max(), smallest = steps.Min();
        steps.Sort();
        double step = steps[steps.Count / 2];
        if (!(step > 0))
        {
            warnings.Add("the time column does not increase: no rate can be taken from it");
            return null;
        }
        if (smallest <= 0 || largest > 1.5 * step) warnings.Add("the time column jumps: the samples are taken as equally spaced all the same");
        // Rounded times have uneven steps; over the whole column the rounding vanishes.
        double mean = (times[^1] - times[0]) / (times.Length - 1);
        if (Math.Abs(mean - step) < 0.2 * step && smallest > 0 && largest <= 3 * step) step = mean;
        double? rate = kind switch
        {
            TimeColumn.Seconds => 1 / step,
            TimeColumn.Milliseconds => 1e3 / step,
            TimeColumn.Microseconds => 1e6 / step,
            _ => Guess(step, warnings),
        };
        return rate is { } hertz ? Snap(hertz) : null;
    }

    /// <summary>True for a first column without a name that counts evenly upwards, as no lead does.</summary>
    public static bool CountsUp(ReadOnlySpan<double> values)
    {
        if (values.Length < 10) return false;
        double step = values[1] - values[0];
        if (!(step > 0)) return false;
        for (int i = 1; i < values.Length; i++)
            if (!(Math.Abs(values[i] - values[i - 1] - step) <= 0.01 * step)) return false;
        return true;
    }

    static double? Guess(double step, List<string> warnings)
    {
        if (1 / step is >= SlowestHz and <= FastestHz) return 1 / step;
        if (step != 1 && 1000 / step is >= SlowestHz and <= FastestHz)
        {
            warnings.Add("the time column does not say its unit: milliseconds assumed");
            return 1000 / step;
        }
        warnings.Add("the time column does not say its unit: no rate can be taken from it");
        return null;
    }

    static double Snap(double rate)
    {
        foreach (double usual in Usual)
            if (Math.Abs(rate - usual) <= 1e-3 * usual) return usual;
        return rate;
    }
}
