// Tables beyond the samples: separators, units, times, missing cells, rows as leads, broken tables, writing.
using Einthoven.Signals.Formats.Table;

namespace Einthoven.Signals.Tests.Formats;

public sealed class TableTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("time,I,II\n0,0.1,1\n0.002,0.2,2\n0.004,0.3,3\n")]
    [InlineData("time_ms;I;II\r\n0;0,1;1,0\r\n2;0,2;2,0\r\n4;0,3;3,0\r\n")]
    [InlineData("'Elapsed time','I','II'\n'hh:mm:ss.mmm','mV','mV'\n'0:00.000',0.1,1\n'0:00.002',0.2,2\n'0:00.004',0.3,3\n")]
    [InlineData("\"t (ms)\"\t\"I (uV)\"\t\"II [mV]\"\n0\t100\t1\n2\t200\t2\n4\t300\t3")]
    [InlineData("# fs = 500 Hz\n% unit: mV\nI II\n0.1 1\n0.2 2\n0.3 3\n")]
    [InlineData("# sampling_rate: 500\nsample,I,II\n0,0.1,1,\n1,0.2,2,\n2,0.3,3,\n")]
    [InlineData("\ufeff#fs:500\n#units:V\nI,II\n1e-4,1e-3\n2e-4,2E-3\n0.0003,0.003\n")]
    public void A_table_is_read_in_its_many_spellings(string text)
    {
        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", text));

        Assert.Equal(["I", "II"], record.Leads.Select(l => l.Name));
        Assert.Equal(500, record.SamplingRateHz);
        for (int t = 0; t < 3; t++)
        {
            Assert.Equal(0.1 * (t + 1), record.Leads[0].Samples.Span[t], 1e-12);
            Assert.Equal(t + 1, record.Leads[1].Samples.Span[t], 1e-12);
        }
    }

    [Fact]
    public void Missing_cells_are_missing_samples()
    {
        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", "#fs:500\nI,II\n,1\nNaN,null\n-,3\n4,NA\n"));

        Assert.Equal([double.NaN, double.NaN, double.NaN, 4], record.Leads[0].Samples.ToArray());
        Assert.Equal([1, double.NaN, 3, double.NaN], record.Leads[1].Samples.ToArray());
    }

    [Fact]
    public void A_rate_that_is_not_stated_stays_unknown()
    {
        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", "I,II\n0.1,1\n0.2,2\n"));

        Assert.True(double.IsNaN(record.SamplingRateHz));
        Assert.Contains(record.Warnings, w => w.Contains("sampling rate", StringComparison.Ordinal));
        Assert.Equal(250, EcgRecord.Read(_folder["x.csv"], new EcgReadOptions { SamplingRateHz = 250 }).SamplingRateHz);
    }

    [Fact]
    public void Large_values_without_unit_are_taken_for_microvolts_with_a_warning()
    {
        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", "#fs:500\nI,II\n-100,200\n300,-400\n"));

        Assert.Equal([-0.1, 0.3], record.Leads[0].Samples.ToArray());
        Assert.Contains("microvolts", Assert.Single(record.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_long_rows_are_leads()
    {
        string row = string.Join(',', Enumerable.Range(0, 200).Select(t => t / 1000.0));

        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", $"# fs: 100\n# unit: mV\nII,{row}\nV5,{row}\n"));

        Assert.Equal(["II", "V5"], record.Leads.Select(l => l.Name));
        Assert.Equal(200, record.SampleCount);
        Assert.Equal(0.199, record.Leads[1].Samples.Span[199]);
    }

    [Fact]
    public void A_row_cut_at_the_end_of_the_file_is_left_out_with_a_warning()
    {
        EcgRecord record = EcgRecord.Read(_folder.Write("x.csv", "#fs:500\n#unit:mV\nI,II\n1,2\n3,4\n5"));

        Assert.Equal(2, record.SampleCount);
        Assert.Contains("line 6", Assert.Single(record.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#fs:500\nI,II\n1,2\n3\n5,6\n", "line 4")]
    [InlineData("#fs:500\nI,II\n1,2\n3,4,5\n", "line 4")]
    [InlineData("#fs:500\nI,II\n1,2\n3,four\n", "column 2")]
    [InlineData("#fs:500\nI,II\n1,2\n3,Infinity\n", "column 2")]
    [InlineData("#fs:500\nI,II,III,aVR\n1,2\n3,4\n", "column names")]
    [InlineData("I,II\n", "not recognised")]
    [InlineData("just some words\nand more of them\n", "not recognised")]
    [InlineData("<html><body>1,2</body></html>", "not recognised")]
    [InlineData("{\"a\": 1}", "not recognised")]
    public void A_broken_table_is_refused_with_the_place(string text, string reason)
    {
        _folder.Write("x.csv", text);

        Assert.Contains(reason, Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["x.csv"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Utf_16_text_is_read()
    {
        _folder.Write("x.csv", [.. System.Text.Encoding.Unicode.GetPreamble(), .. System.Text.Encoding.Unicode.GetBytes("time,I\n0,1\n0.004,2\n")]);

        Assert.Equal(250, EcgRecord.Read(_folder["x.csv"]).SamplingRateHz);
    }

    [Fact]
    public void A_written_table_reads_back_to_the_same_values()
    {
        EcgRecord record = TestRecords.Counting(120);
        double[] odd = [.. record.Leads[0].Samples.ToArray()];
        (odd[3], odd[7]) = (double.NaN, Math.PI);
        var leads = new List<EcgLead>(record.Leads) { [0] = new EcgLead("-aVR", "mV", 500, odd) };
        var changed = new EcgRecord("x", "made", 500, 120, leads, new Dictionary<string, string> { ["sex"] = "F" });

        CsvWriter.Write(changed, _folder["w.csv"]);

        EcgRecord read = EcgRecord.Read(_folder["w.csv"]);
        TestRecords.AssertEqual(changed, read);
        Assert.Empty(read.Warnings);
        Assert.Equal("F", read.Metadata["sex"]);
        Assert.Contains("\"-aVR\"", File.ReadAllText(_folder["w.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_changed_byte_ends_in_a_record_or_a_reason() =>
        Attack.EveryTruncationAndChange(_folder, "x.csv", "# fs: 500\ntime;I (uV)\n0,000;1,5\n0,002;-2\n0,004;3\n"u8.ToArray());
}
