// What is true of a simulated recording: it was made so.
namespace Einthoven.Signals.Simulation;

/// <summary>One ventricular beat; times in seconds from the start, null where a wave is not there or lies outside the recording.</summary>
/// <remarks>
/// Boundaries of P and QRS: first and last moment where the length of that wave's own dipole reaches 5 % of its largest.
/// Peaks: where it is largest. T: its onset by the same rule, its end where the steepest tangent of the falling limb meets zero.
/// </remarks>
/// <param name="Symbol">Annotation code as in PhysioNet's databases: N, L, R, A, V, E, j, S, /.</param>
/// <param name="POn">Start of the P wave that was conducted.</param>
/// <param name="PPeak">Its largest vector.</param>
/// <param name="POff">Its end.</param>
/// <param name="QrsOn">Start of the QRS complex.</param>
/// <param name="RPeak">Its largest vector.</param>
/// <param name="QrsOff">Its end.</param>
/// <param name="TOn">Start of the T wave.</param>
/// <param name="TPeak">Its largest vector.</param>
/// <param name="TOff">Its end by the tangent.</param>
public sealed record SimulatedBeat(
    char Symbol, double? POn, double? PPeak, double? POff, double? QrsOn, double? RPeak, double? QrsOff, double? TOn, double? TPeak, double? TOff);

/// <summary>One atrial activation that shows as a P wave.</summary>
/// <param name="On">Start in seconds.</param>
/// <param name="Peak">Largest vector.</param>
/// <param name="Off">End.</param>
/// <param name="Kind"><c>sinus</c>, <c>ectopic</c>, <c>retrograde</c> or <c>paced</c>.</param>
/// <param name="Conducted">Whether a QRS complex came of it.</param>
public sealed record SimulatedAtrialWave(double On, double Peak, double Off, string Kind, bool Conducted);

/// <summary>Something that lasts from one time to another: an artefact.</summary>
/// <param name="Kind"><c>motion</c>, <c>contact loss</c>, <c>reversal</c>, <c>saturation</c>.</param>
/// <param name="Where">The electrode, cables or lead.</param>
/// <param name="From">Start in seconds.</param>
/// <param name="To">End in seconds.</param>
public sealed record SimulatedSpan(string Kind, string Where, double From, double To);

/// <summary>Everything known about a simulated recording.</summary>
public sealed record SimulationTruth
{
    /// <summary>The options that made it; with the same version they make it again.</summary>
    public required SimulationOptions Options { get; init; }

    /// <summary>Rhythm and morphologies in words and codes; a normal one is said to be.</summary>
    public required IReadOnlyList<SimulationLabel> Labels { get; init; }

    /// <summary>Mean ventricular rate a minute from first to last beat in the recording; null with fewer than two.</summary>
    public double? HeartRateBpm { get; init; }

    /// <summary>Start of P to start of QRS in ms, median over conducted beats; null where there are none.</summary>
    public double? PrMs { get; init; }

    /// <summary>Duration of the QRS complex in ms, of the prevailing beat.</summary>
    public double? QrsMs { get; init; }

    /// <summary>Start of QRS to end of T in ms, median.</summary>
    public double? QtMs { get; init; }

    /// <summary>The QT interval for a rate of 60 by Fridericia's formula, in ms.</summary>
    public double? QtcFridericiaMs { get; init; }

    /// <summary>Frontal axis of the QRS complex from its areas in I and aVF, in degrees, before cables are swapped.</summary>
    public double? QrsAxisDegrees { get; init; }

    /// <summary>The beats whose QRS begins within the recording.</summary>
    public required IReadOnlyList<SimulatedBeat> Beats { get; init; }

    /// <summary>The P waves that begin within the recording, conducted or not.</summary>
    public required IReadOnlyList<SimulatedAtrialWave> AtrialWaves { get; init; }

    /// <summary>Pacing spikes in seconds.</summary>
    public required IReadOnlyList<double> Spikes { get; init; }

    /// <summary>Artefacts that do not cover the whole recording evenly.</summary>
    public required IReadOnlyList<SimulatedSpan> Spans { get; init; }
}

/// <summary>A simulated recording and what is true of it.</summary>
/// <param name="Record">Twelve leads in millivolts.</param>
/// <param name="Truth">The truth.</param>
public sealed record EcgSimulation(EcgRecord Record, SimulationTruth Truth);
