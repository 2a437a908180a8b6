// Voltage criteria of left ventricular hypertrophy, in millivolts, with R, S and Q as positive sizes.
namespace Einthoven.Signals.Beats;

/// <summary>Sums of amplitudes and what they are held against.</summary>
public static class VoltageIndices
{
    /// <summary>S(V1) + the larger of R(V5) and R(V6) (Sokolow and Lyon 1949).</summary>
    public static double SokolowLyon(double sV1, double rV5, double rV6) => sV1 + Math.Max(rV5, rV6);

    /// <summary>R(aVL) + S(V3) (Casale 1987, Cornell).</summary>
    public static double Cornell(double rAvl, double sV3) => rAvl + sV3;

    /// <summary>Cornell voltage, for women plus 0.6 mV, times QRS duration, in mV·ms.</summary>
    public static double CornellProduct(double rAvl, double sV3, double qrsMs, bool female) => (Cornell(rAvl, sV3) + (female ? 0.6 : 0)) * qrsMs;

    /// <summary>R(I) + S(III) (Gubner and Ungerleider 1943).</summary>
    public static double Gubner(double rI, double sIII) => rI + sIII;

    /// <summary>Sokolow–Lyon: 3.5 mV and more.</summary>
    public static bool IsSokolowLyonPositive(double millivolts) => millivolts >= 3.5;

    /// <summary>Cornell: above 2.8 mV in men, 2.0 mV in women.</summary>
    public static bool IsCornellPositive(double millivolts, bool female) => millivolts > (female ? 2.0 : 2.8);

    /// <summary>Cornell product: above 244 mV·ms.</summary>
    public static bool IsCornellProductPositive(double millivoltMilliseconds) => millivoltMilliseconds > 244;

    /// <summary>Gubner: above 2.5 mV.</summary>
    public static bool IsGubnerPositive(double millivolts) => millivolts > 2.5;

    /// <summary>R(aVL): above 1.1 mV.</summary>
    public static bool IsRAvlPositive(double millivolts) => millivolts > 1.1;
}
