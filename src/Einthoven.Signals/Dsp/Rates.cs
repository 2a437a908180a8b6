// Sampling rates as arguments: finite, positive, and as a ratio of small integers where a filter bank needs one.
namespace Einthoven.Signals.Dsp;

static class Rates
{
    /// <summary>Rates beyond this ratio would need a filter of many million taps.</summary>
    const int MaxTerm = 1 << 20;

    public static void Check(double fromHz, double toHz)
    {
        if (!(double.IsFinite(fromHz) && fromHz > 0)) throw new ArgumentOutOfRangeException(nameof(fromHz), fromHz, "a sampling rate is a positive number of Hz");
        if (!(double.IsFinite(toHz) && toHz > 0)) throw new ArgumentOutOfRangeException(nameof(toHz), toHz, "a sampling rate is a positive number of Hz");
    }

    /// <summary>to/from as up/down in lowest terms: exact for rates with few decimals, else the best continued fraction with terms up to 2^20.</summary>
    public static (int Up, int Down) Ratio(double fromHz, double toHz)
    {
        Check(fromHz, toHz);
        double ratio = toHz / fromHz, rest = ratio;
        long up = 1, down = 0, previousUp = 0, previousDown = 1;
        while (true)
        {
            double whole = Math.Floor(rest);
            double nextUp = whole * up + previousUp, nextDown = whole * down + previousDown;
            if (nextUp > MaxTerm || nextDown > MaxTerm) break;
            (previousUp, previousDown, up, down) = (up, down, (long)nextUp, (long)nextDown);
            if (Math.Abs((double)up / down - ratio) <= 1e-12 * ratio) break;
            rest = 1 / (rest - whole);
        }
        if (up == 0 || down == 0) throw new ArgumentOutOfRangeException(nameof(toHz), toHz, $"the ratio to {fromHz} Hz is too large to resample");
        return ((int)up, (int)down);
    }
}
