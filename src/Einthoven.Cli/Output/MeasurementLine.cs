// The measurements of a recording in one line, as at the head of a printed ECG.

using System.Globalization;
using Einthoven.Signals.Beats;

namespace Einthoven.Cli.Output;

internal static class MeasurementLine
{
    /// <summary>Rate, PR, QRS, QT, QTc with its formula, QRS axis; what could not be measured is left out.</summary>
    public static string Of(EcgMeasurements measured)
    {
        (string Name, double? Value, string Unit)[] values =
        [
            ("", measured.HeartRateBpm, "/min"), ("PR ", measured.PrMs, " ms"), ("QRS ", measured.QrsMs, " ms"), ("QT ", measured.QtMs, " ms"),
            ("QTc ", measured.QtcFridericiaMs, " ms (Fridericia)"), ("QRS axis ", measured.AxisQrsDeg, "\u00b0"),
        ];
        return string.Join(", ", values.Where(v => v.Value is not null).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Name}{v.Value:0}{v.Unit}")));
    }
}
