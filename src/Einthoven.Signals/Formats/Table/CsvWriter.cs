// Writes a recording as CSV: a column a lead, rate and unit in comments, every value with all its digits.
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Table;

/// <summary>Writes CSV files that this library reads back to the same values.</summary>
public static class CsvWriter
{
    /// <summary>Writes the recording. Leads must have equal length and rate.</summary>
    /// <remarks>Values are the shortest decimals that read back to the same float64; a missing sample is <c>NaN</c>.</remarks>
    /// <exception cref="ArgumentException">Leads differ in length or rate, or there are none.</exception>
    public static void Write(EcgRecord record, string path)
    {
        if (record.Leads.Count == 0) throw new ArgumentException("the recording has no leads", nameof(record));
        int samples = record.Leads[0].Samples.Length;
        if (record.Leads.Any(lead => lead.Samples.Length != samples || !lead.SamplingRateHz.Equals(record.SamplingRateHz)))
            throw new ArgumentException("the leads differ in length or rate: resample them first", nameof(record));
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        if (record.SamplingRateHz > 0) writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# sampling_rate: {record.SamplingRateHz:R}"));
        if (record.Leads.Any(lead => lead.IsMillivolts)) writer.WriteLine("# unit: mV");
        foreach ((string key, string value) in record.Metadata)
            if (key is not ("comments" or "unit")) writer.WriteLine($"# {key}: {value.ReplaceLineEndings(" ")}");
        writer.WriteLine(string.Join(',', record.Leads.Select(Head)));
        Span<char> digits = stackalloc char[32];
        for (int t = 0; t < samples; t++)
        {
            for (int c = 0; c < record.Leads.Count; c++)
            {
                if (c > 0) writer.Write(',');
                record.Leads[c].Samples.Span[t].TryFormat(digits, out int length, "R", CultureInfo.InvariantCulture);
                writer.Write(digits[..length]);
            }
            writer.WriteLine();
        }
    }

    // Spreadsheets take a cell that begins with one of these for a formula, unless it is quoted.
    static string Head(EcgLead lead)
    {
        string head = lead.IsMillivolts ? lead.SourceName : $"{lead.SourceName} ({lead.Unit})";
        return head.Length > 0 && head[0] is '=' or '+' or '-' or '@' || head.Contains(',', StringComparison.Ordinal)
            ? $"\"{head.Replace('"', '\'')}\""
            : head;
    }
}
