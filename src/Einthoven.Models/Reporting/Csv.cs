// Quoting of CSV fields, RFC 4180.

namespace Einthoven.Models.Reporting;

/// <summary>CSV as RFC 4180 has it.</summary>
public static class Csv
{
    /// <summary>A field, in quotes where it holds a quote, a comma or a line break.</summary>
    public static string Field(string text) =>
        text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
