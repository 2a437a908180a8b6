// Every real file of data/formats reads as the reference decoders read it. Tolerances: README of that folder.
using System.Text.Json;
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals.Tests.Formats;

public class SampleFileTests
{
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach ((string format, string record) in SampleCases.All(malformed: false)) data.Add(format, record);
        return data;
    }

    public static TheoryData<string, string> Malformed()
    {
        var data = new TheoryData<string, string>();
        foreach ((string format, string record) in SampleCases.All(malformed: true)) data.Add(format, record);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sample_file_reads_as_its_expected_values_say(string format, string record)
    {
        JsonElement expected = SampleCases.Expected(format, record);
        string path = SampleCases.MainFile(format, expected);
        if (expected.TryGetProperty("must_be_refused", out JsonElement refused) && refused.GetBoolean())
        {
            EcgFormatException error = Assert.Throws<EcgFormatException>(() => EcgRecord.Read(path));
            Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
            return;
        }
        if (expected.TryGetProperty("exams", out JsonElement exams))
        {
            AssertExams(path, exams);
            return;
        }
        if (!expected.TryGetProperty("leads", out JsonElement leads))
        {
            // Annotation files are no recordings.
            Assert.Throws<EcgFormatException>(() => EcgRecord.Read(path));
            return;
        }

        EcgRecord read = EcgRecord.Read(path, OptionsOf(expected));

        Assert.Equal(leads.GetArrayLength(), read.Leads.Count);
        int index = 0;
        foreach (JsonElement lead in leads.EnumerateArray()) AssertLead(lead, read.Leads[index++]);
        if (format == "wfdb") AssertCounts(path, leads);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_file_ends_as_its_expectation_says(string format, string record)
    {
        JsonElement expected = SampleCases.Expected(format, record);
        string path = SampleCases.MainFile(format, expected);
        string outcome = expected.GetProperty("expected").GetString()!;
        if (outcome.StartsWith("error", StringComparison.Ordinal))
        {
            EcgFormatException error = Assert.Throws<EcgFormatException>(() => EcgRecord.Read(path));
            Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
        }
        else if (outcome.StartsWith("warning", StringComparison.Ordinal))
        {
            EcgRecord read = EcgRecord.Read(path);
            Assert.NotEmpty(read.Warnings);
            Assert.All(read.Leads, lead => Assert.True(double.IsNaN(lead.Samples.Span[^1])));
        }
        else
        {
            Assert.Fail($"unknown expectation: {outcome}");
        }
    }

    // The expected values are those of the stored rows; reading leaves out the zeros that fill a shorter tracing up at either end.
    static void AssertExams(string path, JsonElement exams)
    {
        var expected = exams.EnumerateArray().Where(e => e.GetProperty("exam_id").GetInt64() != 0).ToList();
        Assert.Equal(expected.Select(e => $"{path}#{e.GetProperty("exam_id").GetInt64()}"), EcgInputs.Expand([path]).Inputs.Select(input => input.Path));
        foreach (JsonElement exam in expected)
        {
            EcgRecord read = EcgRecord.Read($"{path}#{exam.GetProperty("exam_id").GetInt64()}");
            int first = exam.GetProperty("nonzero_span")[0].GetInt32(), last = exam.GetProperty("nonzero_span")[1].GetInt32();
            Assert.Equal(last - first + 1, read.SampleCount);
            int index = 0;
            foreach (JsonElement lead in exam.GetProperty("leads").EnumerateArray())
            {
                EcgLead actual = read.Leads[index++];
                Assert.Equal(lead.GetProperty("name").GetString(), actual.Name);
                Assert.Equal((lead.GetProperty("fs").GetDouble(), lead.GetProperty("unit").GetString()), (actual.SamplingRateHz, actual.Unit));
                AssertValues(lead.GetProperty("mid3"), actual.Samples.Span[(lead.GetProperty("mid_index").GetInt32() - first)..]);
                double mean = EcgLeadSummary.Of(actual).Mean!.Value * read.SampleCount / lead.GetProperty("n").GetInt32();
                AssertClose(lead.GetProperty("mean"), mean, 1e-9);
            }
        }
    }

    // What a file of the set cannot say itself is told in its expected values: the rate, and counts per millivolt in the note.
    static EcgReadOptions OptionsOf(JsonElement expected)
    {
        double? rate = expected.TryGetProperty("fs", out JsonElement fs) ? fs.GetDouble()
            : expected.GetProperty("leads")[0].TryGetProperty("fs", out JsonElement leadRate) ? leadRate.GetDouble() : null;
        double? gain = null;
        if (expected.TryGetProperty("note", out JsonElement note) && note.GetString() is { } text
            && text.IndexOf(" counts/mV", StringComparison.Ordinal) is > 0 and int at)
            gain = double.Parse(text[(text.LastIndexOf(' ', at - 1) + 1)..at]);
        return new EcgReadOptions { SamplingRateHz = rate, CountsPerMillivolt = gain };
    }

    static void AssertLead(JsonElement expected, EcgLead lead)
    {
        Assert.Equal(expected.GetProperty("name").GetString()!.Trim(), lead.SourceName.Trim());
        Assert.Equal(expected.GetProperty("unit").GetString(), lead.Unit);
        ReadOnlySpan<double> samples = lead.Samples.Span;
        Assert.Equal(expected.GetProperty("n").GetInt32(), samples.Length);
        Assert.Equal(expected.GetProperty("fs").GetDouble(), lead.SamplingRateHz, 1e-9 * lead.SamplingRateHz);
        AssertValues(expected.GetProperty("first5"), samples);
        if (expected.TryGetProperty("mid3", out JsonElement middle)) AssertValues(middle, samples[expected.GetProperty("mid_index").GetInt32()..]);

        EcgLeadSummary summary = EcgLeadSummary.Of(lead);
        Assert.Equal(expected.GetProperty("missing").GetInt32(), summary.Missing);
        double largest = 0;
        foreach (double value in samples)
            if (!double.IsNaN(value)) largest = Math.Max(largest, Math.Abs(value));
        AssertClose(expected.GetProperty("mean"), summary.Mean, 1e-9 * largest);
        AssertClose(expected.GetProperty("std"), summary.Std, 1e-9 * largest);
    }

    static void AssertValues(JsonElement expected, ReadOnlySpan<double> samples)
    {
        int i = 0;
        foreach (JsonElement value in expected.EnumerateArray())
        {
            double? sample = double.IsNaN(samples[i]) ? null : samples[i];
            AssertClose(value, sample, 1e-9 * Math.Max(1, Math.Abs(sample ?? 0)));
            i++;
        }
    }

    static void AssertClose(JsonElement expected, double? actual, double tolerance)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(actual);
            return;
        }
        Assert.NotNull(actual);
        double value = expected.GetDouble();
        Assert.InRange(actual.Value, value - tolerance - HalfNinthDigit(value), value + tolerance + HalfNinthDigit(value));
    }

    static double HalfNinthDigit(double value) => value == 0 ? 0 : 0.5 * Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 8);

    // Counts before scaling are exact: first values, sum and CRC-32 over little-endian int32.
    static void AssertCounts(string path, JsonElement leads)
    {
        WfdbHeader header = WfdbHeaderParser.ReadFile(path, path, EcgReadOptions.Default);
        if (header.Segments is not null) return; // counts of several segments have different gains
        WfdbSignalFiles.Read(header, EcgReadOptions.Default, [], (index, counts, _) =>
        {
            JsonElement expected = leads[index];
            int[] first = [.. expected.GetProperty("raw_first5").EnumerateArray().Select(v => v.GetInt32())];
            Assert.Equal(first, counts[..first.Length].ToArray());
            long sum = 0;
            uint crc = uint.MaxValue;
            foreach (int count in counts)
            {
                sum += count;
                for (int shift = 0; shift < 32; shift += 8) crc = Crc32(crc, (byte)(count >> shift));
            }
            Assert.Equal(expected.GetProperty("raw_sum").GetInt64(), sum);
            Assert.Equal(expected.GetProperty("raw_crc32_le32").GetUInt32(), ~crc);
        }, TestContext.Current.CancellationToken);
    }

    static uint Crc32(uint crc, byte value)
    {
        crc ^= value;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        return crc;
    }
}
