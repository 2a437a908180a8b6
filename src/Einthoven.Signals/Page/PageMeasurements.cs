// The measured values at the head of a page: what every printed ECG has, QTc with the name of its formula.
using System.Globalization;
using Einthoven.Signals.Beats;

namespace Einthoven.Signals.Page;

/// <summary>Measurements as a page prints them.</summary>
public static class PageMeasurements
{
    /// <summary>Rate, PR, QRS, QT, QTc and the axes of P, QRS and T; a dash where one is not there or cannot be measured; none at all without a beat.</summary>
    /// <param name="measured">The measurements of the unfiltered recording: what smooths the tracing changes them.</param>
    public static IReadOnlyList<PageMeasurement> Of(EcgMeasurements measured)
    {
        if (measured.Series.Beats.Count == 0) return [];
        List<PageMeasurement> lines =
        [
            new("Rate", Text(measured.HeartRateBpm, " /min")),
            new("PR", Text(measured.PrMs, " ms")),
            new("QRS", Text(measured.QrsMs, " ms")),
            new("QT", Text(measured.QtMs, " ms")),
            new("QTc (Fridericia)", Text(measured.QtcFridericiaMs, " ms")),
        ];
        if (measured.AxisPDeg is not null || measured.AxisQrsDeg is not null || measured.AxisTDeg is not null)
            lines.Add(new("Axes P, QRS, T", string.Join(", ", new[] { measured.AxisPDeg, measured.AxisQrsDeg, measured.AxisTDeg }.Select(a => Text(a, "\u00b0")))));
        return lines;
    }

    private static string Text(double? value, string unit) =>
        value is { } v && double.IsFinite(v) ? Math.Round(v).ToString("0", CultureInfo.InvariantCulture).Replace('-', '\u2212') + unit : "\u2013";
}
