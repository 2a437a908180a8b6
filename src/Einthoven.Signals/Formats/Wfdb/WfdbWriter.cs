// Writes a recording as WFDB: a header and one signal file in format 16.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Wfdb;

/// <summary>Writes WFDB records (format 16, one signal file).</summary>
public static class WfdbWriter
{
    const short Missing = short.MinValue;
    const int Largest = short.MaxValue;

    /// <summary>Gains in use, in counts per unit: where one of them holds every value exactly, it is taken.</summary>
    static readonly double[] CustomaryGains = [1000, 200, 100, 2000, 5000, 4880, 10000, 500, 400, 800, 250, 204.8, 409.6, 1];

    /// <summary>Writes <c>NAME.hea</c> and <c>NAME.dat</c>. Leads must have equal length and rate.</summary>
    /// <param name="record">The recording; a NaN becomes the format's code for a missing sample.</param>
    /// <param name="headerPath">Where the header goes; its file name without extension becomes the record's name.</param>
    /// <param name="gain">Counts per unit for all leads; by default, per lead, a customary gain that holds its values exactly, else the finest that fits.</param>
    /// <returns>The largest rounding error in units of the leads: 0 (to rounding in float64) when every value was held exactly.</returns>
    /// <exception cref="ArgumentException">Leads differ in length or rate, the rate is unknown, or a value does not fit at the given gain.</exception>
    public static double Write(EcgRecord record, string headerPath, double? gain = null)
    {
        int samples = CommonLength(record);
        string name = Path.GetFileNameWithoutExtension(headerPath), dataName = name + ".dat";
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))) throw new ArgumentException($"{name} cannot be a record name: letters, digits, - and _ can", nameof(headerPath));
        int count = record.Leads.Count;
        byte[] data = new byte[checked(2 * samples * count)];
        var lines = new StringBuilder();
        lines.Append(CultureInfo.InvariantCulture, $"{name} {count} {record.SamplingRateHz:R} {samples}");
        if (record.Metadata.TryGetValue("base_time", out string? time)) lines.Append(' ').Append(time);
        if (record.Metadata.TryGetValue("base_date", out string? date)) lines.Append(' ').Append(date);
        lines.Append('\n');
        double worst = 0;
        for (int c = 0; c < count; c++)
        {
            EcgLead lead = record.Leads[c];
            ReadOnlySpan<double> values = lead.Samples.Span;
            double perUnit = gain ?? Gain(values);
            int sum = 0, first = 0;
            for (int t = 0; t < samples; t++)
            {
                short stored = Missing;
                if (!double.IsNaN(values[t]))
                {
                    double scaled = Math.Round(values[t] * perUnit);
                    if (!(Math.Abs(scaled) <= Largest)) throw new ArgumentException($"{values[t]} {lead.Unit} in lead {lead.Name} does not fit 16 bits at {perUnit} counts per unit", nameof(gain));
                    stored = (short)scaled;
                    worst = Math.Max(worst, Math.Abs(stored / perUnit - values[t]));
                }
                if (t == 0) first = stored;
                sum += stored;
                BinaryPrimitives.WriteInt16LittleEndian(data.AsSpan(2 * (t * count + c)), stored);
            }
            lines.Append(CultureInfo.InvariantCulture, $"{dataName} 16 {perUnit:R}(0)/{Unit(lead.Unit)} 16 0 {first} {(short)sum} 0 {OneLine(lead.SourceName)}\n");
        }
        AppendComments(lines, record);
        string folder = Path.GetDirectoryName(headerPath) ?? "";
        File.WriteAllBytes(Path.Combine(folder, dataName), data);
        File.WriteAllText(headerPath, lines.ToString());
        return worst;
    }

    static int CommonLength(EcgRecord record)
    {
        if (!(record.SamplingRateHz > 0)) throw new ArgumentException("the sampling rate of the recording is unknown", nameof(record));
        if (record.Leads.Count == 0) throw new ArgumentException("the recording has no leads", nameof(record));
        int samples = record.Leads[0].Samples.Length;
        if (record.Leads.Any(lead => lead.Samples.Length != samples || lead.SamplingRateHz != record.SamplingRateHz))
            throw new ArgumentException("the leads differ in length or rate: resample them first", nameof(record));
        return samples;
    }

    static double Gain(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
            if (!double.IsNaN(value)) largest = Math.Max(largest, Math.Abs(value));
        foreach (double gain in CustomaryGains)
            if (largest * gain <= Largest && HoldsExactly(values, gain)) return gain;
        double finest = Math.Min(20_000, Largest / Math.Max(largest, 1e-9));
        return finest > 1 ? Math.Floor(finest) : finest;
    }

    static bool HoldsExactly(ReadOnlySpan<double> values, double gain)
    {
        foreach (double value in values)
        {
            double scaled = value * gain;
            if (Math.Abs(scaled - Math.Round(scaled)) > 1e-6) return false;
        }
        return true;
    }

    static void AppendComments(StringBuilder lines, EcgRecord record)
    {
        if (record.Metadata.TryGetValue("comments", out string? comments))
        {
            foreach (string comment in comments.Split('\n')) lines.Append("# ").Append(OneLine(comment)).Append('\n');
            return;
        }
        foreach ((string key, string value) in record.Metadata)
            if (key is not ("base_time" or "base_date")) lines.Append("# ").Append(key).Append(": ").Append(OneLine(value)).Append('\n');
    }

    static string Unit(string unit) => unit.Length == 0 ? Units.Millivolt : unit.Replace(' ', '_');

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
