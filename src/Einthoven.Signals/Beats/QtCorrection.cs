// The QT interval corrected for heart rate, by the formulas of the literature; each result carries its formula's name.
namespace Einthoven.Signals.Beats;

/// <summary>Rate correction of QT. QT in milliseconds, RR in seconds.</summary>
public static class QtCorrection
{
    /// <summary>QT/√RR (Bazett 1920). Corrects too much at high rates.</summary>
    public static double Bazett(double qtMs, double rrSeconds) => qtMs / Math.Sqrt(rrSeconds);

    /// <summary>QT/∛RR (Fridericia 1920).</summary>
    public static double Fridericia(double qtMs, double rrSeconds) => qtMs / Math.Cbrt(rrSeconds);

    /// <summary>QT + 154(1 − RR) (Sagie 1992, Framingham study).</summary>
    public static double Framingham(double qtMs, double rrSeconds) => qtMs + 154 * (1 - rrSeconds);

    /// <summary>QT + 1.75(rate − 60) (Hodges 1983).</summary>
    public static double Hodges(double qtMs, double rrSeconds) => qtMs + 1.75 * (60 / rrSeconds - 60);

    /// <summary>QT(120 + rate)/180 (Rautaharju 1993).</summary>
    public static double Rautaharju(double qtMs, double rrSeconds) => qtMs * (120 + 60 / rrSeconds) / 180;

    /// <summary>QT/RR^0.413 (Dmitrienko 2005).</summary>
    public static double Dmitrienko(double qtMs, double rrSeconds) => qtMs / Math.Pow(rrSeconds, 0.413);
}
