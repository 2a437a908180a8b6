// The result of delineation: where the waves of each beat begin, peak and end.
namespace Einthoven.Signals.Beats;

/// <summary>Marks of one beat in seconds from the start of the recording; null where a wave is not there or cannot be told.</summary>
public readonly record struct WaveMarks
{
    /// <summary>P onset.</summary>
    public double? POn { get; init; }

    /// <summary>P peak.</summary>
    public double? PPeak { get; init; }

    /// <summary>P end.</summary>
    public double? POff { get; init; }

    /// <summary>QRS onset.</summary>
    public double? QrsOn { get; init; }

    /// <summary>The R peak, or the largest deflection of a QRS without R.</summary>
    public double? RPeak { get; init; }

    /// <summary>QRS end (J point).</summary>
    public double? QrsOff { get; init; }

    /// <summary>T onset.</summary>
    public double? TOn { get; init; }

    /// <summary>T peak.</summary>
    public double? TPeak { get; init; }

    /// <summary>T end.</summary>
    public double? TOff { get; init; }
}

/// <summary>One heartbeat.</summary>
/// <param name="Marks">The marks of the leads together: the median of the leads' marks.</param>
/// <param name="Leads">The marks of each lead of <see cref="BeatSeries.LeadNames"/>.</param>
/// <param name="Shape">Number of the QRS shape: 0 is the commonest of its part of the recording.</param>
public sealed record Beat(WaveMarks Marks, IReadOnlyList<WaveMarks> Leads, int Shape);

/// <summary>The heartbeats of a recording, found once over all leads and delineated in each.</summary>
/// <param name="LeadNames">The leads that could be used.</param>
/// <param name="Beats">In the order of time.</param>
/// <param name="Remarks">In plain words, what could not be measured and why.</param>
public sealed record BeatSeries(IReadOnlyList<string> LeadNames, IReadOnlyList<Beat> Beats, IReadOnlyList<string> Remarks)
{
    /// <summary>Finds and delineates the beats of a recording; any rate, any leads in millivolts or counts.</summary>
    public static BeatSeries Of(EcgRecord record) => BeatDelineator.Delineate(BeatSignals.Of(record)).Series;
}
