// Units of voltage and their factor to millivolts; everything else keeps its own unit.
namespace Einthoven.Signals;

static class Units
{
    public const string Millivolt = "mV";

    /// <summary>Integers whose scale no header tells.</summary>
    public const string Count = "count";

    /// <summary>Maps a unit as written in a file to the unit of the samples and the factor that leads there.</summary>
    public static (string Unit, double Factor) Normalise(string unit) => unit.Trim() switch
    {
        "mV" or "mv" or "MV" or "millivolt" or "millivolts" => (Millivolt, 1),
        // The two micro signs: U+00B5 (Latin-1) and U+03BC (Greek mu).
        "uV" or "uv" or "UV" or "\u00b5V" or "\u03bcV" or "microvolt" or "microvolts" => (Millivolt, 1e-3),
        "nV" or "nv" or "NV" or "nanovolt" => (Millivolt, 1e-6),
        "V" or "v" or "volt" or "volts" => (Millivolt, 1e3),
        "counts" or "adu" or Count => (Count, 1),
        var other => (other, 1),
    };

    /// <summary>True for a unit of voltage.</summary>
    public static bool IsVoltage(string unit)
    {
        (string normalised, double factor) = Normalise(unit);
        return factor != 1 || normalised == Millivolt;
    }

    /// <summary>True for a text that can be a unit in a column head: a voltage, a time, or another unit that recordings carry.</summary>
    public static bool IsUnit(string text) =>
        IsVoltage(text) || text is "s" or "sec" or "ms" or "us" or "Hz" or "mmHg" or "NU" or "Ohm" or "ohm" or "bpm" or "%" or "adu" or "counts" or Count;

    /// <summary>Scales by the factor of <see cref="Normalise"/>; dividing by 1000 keeps decimal values exact where multiplying by 0.001 would not.</summary>
    public static void Apply(double factor, Span<double> values)
    {
        if (factor == 1) return;
        if (factor < 1)
        {
            double divisor = Math.Round(1 / factor);
            for (int i = 0; i < values.Length; i++) values[i] /= divisor;
            return;
        }
        for (int i = 0; i < values.Length; i++) values[i] *= factor;
    }
}
