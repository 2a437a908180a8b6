// What a text about an ECG is made of.
namespace Einthoven.Models.Text;

/// <summary>Global measurements; null where unknown.</summary>
/// <param name="HeartRateBpm">Beats a minute.</param>
/// <param name="PrMs">PR interval in milliseconds.</param>
/// <param name="QrsMs">QRS duration in milliseconds.</param>
/// <param name="QtcMs">Corrected QT interval in milliseconds.</param>
/// <param name="AxisDegrees">Frontal QRS axis, −180 to 180 degrees.</param>
public sealed record EcgTextMeasurements(
    double? HeartRateBpm = null, double? PrMs = null, double? QrsMs = null, double? QtcMs = null, double? AxisDegrees = null);

/// <summary>What is known of a recording.</summary>
/// <param name="Statements">Statements of a person or a machine, in their order, as they are.</param>
/// <param name="AgeYears">Age; null where unknown.</param>
/// <param name="Sex">M, F, or null where unknown.</param>
/// <param name="Measurements">Measurements; null: none.</param>
public sealed record EcgTextInput(
    IReadOnlyList<string> Statements, double? AgeYears = null, string? Sex = null, EcgTextMeasurements? Measurements = null);

/// <summary>A condition that a statement may name, and how it shows in the tracing.</summary>
/// <param name="Code">Its name in the table.</param>
/// <param name="Keywords">Lower-case phrases that name it.</param>
/// <param name="Text">How it shows, in one sentence.</param>
public sealed record EcgTextCondition(string Code, IReadOnlyList<string> Keywords, string Text);
