// The electrical axis in the frontal plane, from net areas (or any net values) of two limb leads.
namespace Einthoven.Signals.Beats;

/// <summary>Where an adult's QRS axis lies.</summary>
public enum AxisClass
{
    /// <summary>−30° to 90°.</summary>
    Normal,

    /// <summary>Below −30°, down to −90°.</summary>
    Left,

    /// <summary>Above 90°, up to 180°.</summary>
    Right,

    /// <summary>Between −90° and −180°.</summary>
    Extreme,
}

/// <summary>Axes in degrees from −180 (exclusive) to 180: 0 points left, 90 down.</summary>
public static class FrontalAxis
{
    /// <summary>The axis from the net values of I and aVF: a Goldberger lead is √3/2 as long as a bipolar one.</summary>
    /// <returns>Null where both are zero.</returns>
    public static double? FromLeadsOneAndAvf(double one, double avf) => Angle(2 / Math.Sqrt(3) * avf, one);

    /// <summary>The axis from the net values of I and III.</summary>
    /// <returns>Null where both are zero.</returns>
    public static double? FromLeadsOneAndThree(double one, double three) => Angle((one + 2 * three) / Math.Sqrt(3), one);

    /// <summary>The sector of an axis.</summary>
    public static AxisClass Classify(double degrees) => degrees switch
    {
        >= -30 and <= 90 => AxisClass.Normal,
        >= -90 and < -30 => AxisClass.Left,
        > 90 => AxisClass.Right,
        _ => AxisClass.Extreme,
    };

    static double? Angle(double down, double left) => down == 0 && left == 0 ? null : Math.Atan2(down, left) * 180 / Math.PI;
}
