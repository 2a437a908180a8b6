// What a caller may choose about a page, and what others know and the page should print.
namespace Einthoven.Signals.Page;

/// <summary>A measured value for the page's head.</summary>
/// <param name="Name">Such as <c>QTc (Fridericia)</c>.</param>
/// <param name="Value">With its unit, such as <c>412 ms</c>.</param>
public sealed record PageMeasurement(string Name, string Value);

/// <summary>How to draw, and what to write beside the tracing. The defaults are the customary clinical page.</summary>
public sealed record PageOptions
{
    /// <summary>The options used when none are given.</summary>
    public static PageOptions Default { get; } = new();

    /// <summary>A name of <see cref="PageLayout.TwelveLeads"/>, or <c>auto</c>: 3x4+1 for twelve leads, rows for any other set.</summary>
    public string Layout { get; init; } = "auto";

    /// <summary>Paper speed in millimetres a second, 5 to 200.</summary>
    public double SpeedMmPerSecond { get; init; } = 25;

    /// <summary>Gain in millimetres a millivolt, 0.5 to 100.</summary>
    public double GainMmPerMillivolt { get; init; } = 10;

    /// <summary>Leads of the rhythm strips; empty for the layout's own.</summary>
    public IReadOnlyList<string> RhythmLeads { get; init; } = [];

    /// <summary>Seconds from the start of the recording to the left edge of the first page.</summary>
    public double StartSeconds { get; init; }

    /// <summary>Pages to draw at most; what is left over is said on the last one.</summary>
    public int MaxPages { get; init; } = 60;

    /// <summary>How the samples were filtered before they came here, as the foot of the page prints it.</summary>
    public string Filter { get; init; } = "none";

    /// <summary>Lines that say whose recording it is; by default the record's id, age and sex.</summary>
    public IReadOnlyList<string>? Identity { get; init; }

    /// <summary>Measured values, in the order to print.</summary>
    public IReadOnlyList<PageMeasurement> Measurements { get; init; } = [];

    /// <summary>Who made the statements, such as <c>einthoven-mini (unconfirmed)</c>.</summary>
    public string StatementsTitle { get; init; } = "";

    /// <summary>Statements about the recording, one a line.</summary>
    public IReadOnlyList<string> Statements { get; init; } = [];

    internal void Validate()
    {
        if (SpeedMmPerSecond is not (>= 5 and <= 200)) throw new ArgumentException($"a paper speed of {SpeedMmPerSecond} mm/s cannot be drawn; give 5 to 200, customarily 25 or 50");
        if (GainMmPerMillivolt is not (>= 0.5 and <= 100)) throw new ArgumentException($"a gain of {GainMmPerMillivolt} mm/mV cannot be drawn; give 0.5 to 100, customarily 5, 10 or 20");
        if (StartSeconds is not (>= 0 and < double.PositiveInfinity)) throw new ArgumentException($"a start at {StartSeconds} s is before the recording; give 0 or more");
        if (MaxPages < 1) throw new ArgumentException("at least one page must be drawn");
    }
}
