// WFDB beyond the sample files: headers in all their spellings, short and hostile files, writing.
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals.Tests.Formats;

public sealed class WfdbTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r 1 500 4\nr.dat 16 1000/mV 16 0 0 0 0 I")]
    [InlineData("r 1 500.0/999(0) 4 10:13:37 11/05/2020\r\nr.dat 16 1000(0)/mV 16 0 0 0 0 I\r\n")]
    [InlineData("#before\n\nr 1 500 4 11-May-2020  8:26:04\n r.dat 16 1000.0(0)/mV I\n#after")]
    [InlineData("r 1 500 4\nr.dat 16 1.0e+03/mV")]
    [InlineData("r 1 500\nr.dat 16 1/uV 16 0 0 0 0 I")]
    public void A_header_is_read_in_its_many_spellings(string header)
    {
        _folder.Write("r.hea", header);
        _folder.Write("r.dat", [1, 0, 2, 0, 0xFF, 0xFF, 0, 0x80]);

        EcgLead lead = Assert.Single(EcgRecord.Read(_folder["r.hea"]).Leads);

        Assert.Equal([0.001, 0.002, -0.001, double.NaN], lead.Samples.ToArray());
        Assert.Equal("mV", lead.Unit);
        Assert.Equal(500, lead.SamplingRateHz);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment")]
    [InlineData("r")]
    [InlineData("r x 500 4")]
    [InlineData("r -1 500 4")]
    [InlineData("r 1 0 4\nr.dat 16")]
    [InlineData("r 1 NaN 4\nr.dat 16")]
    [InlineData("r 1 500 -4\nr.dat 16")]
    [InlineData("r 1 500 4")]
    [InlineData("r 2 500 4\nr.dat 16")]
    [InlineData("r 1 500 4\nr.dat")]
    [InlineData("r 1 500 4\nr.dat sixteen")]
    [InlineData("r 1 500 4\nr.dat 17")]
    [InlineData("r 1 500 4\nr.dat 16x0")]
    [InlineData("r 1 500 4\nr.dat 16 nan")]
    [InlineData("r 1 500 4\nr.dat 16 200(x)/mV")]
    [InlineData("r 1 500 4\nmissing.dat 16")]
    [InlineData("r 1 500 4\n- 16")]
    [InlineData("r 1 500 4\n/etc/passwd 16")]
    [InlineData("r 1 500 4\nC:\\x.dat 16")]
    [InlineData("r 1 500 4\n../r.dat 16")]
    [InlineData("r 1 500 4\nsub/../../r.dat 16")]
    [InlineData("r 1 500 4\nhttp://host/r.dat 16")]
    [InlineData("r 99999999 500 4\nr.dat 16")]
    [InlineData("r 1 500 999999999999\nr.dat 16")]
    [InlineData("r 1 500 99999999\nr.dat 16")]
    [InlineData("r 1 500 9223372036854775807\nr.dat 16")]
    [InlineData("r 1 500 4\nr.dat 16+9223372036854775807")]
    [InlineData("r 1 500 4\nr.dat 16x999999999")]
    [InlineData("r 2 500 4\nr.dat 16\nr.dat 212")]
    [InlineData("r/2 1 500 4\nr 4\nr 0")]
    [InlineData("r/1 1 500 4\n~ 4")]
    [InlineData("r/2 1 500 4\n~ 4")]
    public void A_broken_or_hostile_header_is_refused_with_a_reason(string header)
    {
        _folder.Write("r.hea", header);
        _folder.Write("r.dat", new byte[8]);

        EcgFormatException error = Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["r.hea"]));

        Assert.StartsWith(_folder["r.hea"], error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void A_link_that_leads_out_of_the_folder_is_not_followed()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret.dat", new byte[8]);
        _folder.Write("r.hea", "r 1 500 4\nr.dat 16 200");
        File.CreateSymbolicLink(_folder["r.dat"], outside["secret.dat"]);

        EcgFormatException error = Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["r.hea"]));

        Assert.Contains("link", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_signal_file_gives_a_warning_and_missing_samples()
    {
        WfdbWriter.Write(TestRecords.Counting(100), _folder["r.hea"]);
        byte[] data = File.ReadAllBytes(_folder["r.dat"]);
        _folder.Write("r.dat", data[..(data.Length / 2 + 3)]);

        EcgRecord record = EcgRecord.Read(_folder["r.hea"]);

        Assert.Contains("50 of 100 frames", Assert.Single(record.Warnings), StringComparison.Ordinal);
        Assert.All(record.Leads, lead => Assert.Equal(50, EcgLeadSummary.Of(lead).Missing));
    }

    [Fact]
    public void Every_truncation_of_a_small_record_ends_in_a_record_or_a_reason()
    {
        WfdbWriter.Write(TestRecords.Counting(20, 500, "I", "II"), _folder["r.hea"]);
        byte[] header = File.ReadAllBytes(_folder["r.hea"]), data = File.ReadAllBytes(_folder["r.dat"]);
        for (int length = 0; length < header.Length; length++)
        {
            _folder.Write("r.hea", header[..length]);
            Attack.ReadOrReason(_folder["r.hea"]);
        }
        _folder.Write("r.hea", header);
        for (int length = 0; length < data.Length; length++)
        {
            _folder.Write("r.dat", data[..length]);
            Attack.ReadOrReason(_folder["r.hea"]);
        }
    }

    [Fact]
    public void Every_truncation_and_every_changed_byte_of_a_flac_file_ends_in_a_record_or_a_reason()
    {
        string source = SharedData.Require("data", "formats", "wfdb", "flacformats.hea");
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(source)!, "flacformats.*")) File.Copy(file, _folder[Path.GetFileName(file)]);
        byte[] data = File.ReadAllBytes(_folder["flacformats.d0"]);
        for (int at = 0; at < data.Length; at++)
        {
            _folder.Write("flacformats.d0", data[..at]);
            Attack.ReadOrReason(_folder["flacformats.hea"]);
            byte[] changed = [.. data];
            changed[at] ^= 0x5A;
            _folder.Write("flacformats.d0", changed);
            Attack.ReadOrReason(_folder["flacformats.hea"]);
        }
    }

    [Fact]
    public void A_written_record_reads_back_to_the_same_values()
    {
        EcgRecord record = TestRecords.Counting(250);

        double worst = WfdbWriter.Write(record, _folder["w.hea"]);

        Assert.InRange(worst, 0, 1e-12);
        EcgRecord read = EcgRecord.Read(_folder["w.hea"]);
        TestRecords.AssertEqual(record, read, 1e-12);
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void A_second_pass_writes_the_same_bytes()
    {
        double[] values = [0.12345678, -1.5, double.NaN, 3.25];
        var record = new EcgRecord("x", "made", 360, 4, [new EcgLead("MLII", "mV", 360, values)], new Dictionary<string, string> { ["age"] = "60" });
        WfdbWriter.Write(record, _folder["w.hea"]);
        byte[] header = File.ReadAllBytes(_folder["w.hea"]), data = File.ReadAllBytes(_folder["w.dat"]);

        WfdbWriter.Write(EcgRecord.Read(_folder["w.hea"]), _folder["w.hea"]);

        Assert.Equal(header, File.ReadAllBytes(_folder["w.hea"]));
        Assert.Equal(data, File.ReadAllBytes(_folder["w.dat"]));
        Assert.Equal("60", EcgRecord.Read(_folder["w.hea"]).Metadata["age"]);
    }

    [Fact]
    public void A_record_is_found_by_its_name_and_by_its_signal_file()
    {
        WfdbWriter.Write(TestRecords.Counting(10), _folder["r.hea"]);

        Assert.Equal(12, EcgRecord.Read(_folder["r"]).Leads.Count);
        Assert.Equal(12, EcgRecord.Read(_folder["r.dat"]).Leads.Count);
        Assert.Equal(10, EcgRecord.Identify(_folder["r.hea"]).SampleCount);
    }

    [Fact]
    public void Comments_become_metadata_and_nothing_is_invented()
    {
        _folder.Write("r.hea", "r 1 500 4\nr.dat 16 200/mV\n#Age: 74\n# Sex: Female\n# Dx: 59118001,426783006\n#Hx: NaN\n# a remark, with 10:00 in it\n");
        _folder.Write("r.dat", new byte[8]);

        IReadOnlyDictionary<string, string> metadata = EcgRecord.Read(_folder["r.hea"]).Metadata;

        Assert.Equal("74", metadata["age"]);
        Assert.Equal("Female", metadata["sex"]);
        Assert.Equal("59118001,426783006", metadata["dx"]);
        Assert.Equal(["age", "comments", "dx", "sex"], metadata.Keys.Order());
    }

    [Fact]
    public void A_wrong_checksum_is_a_warning()
    {
        _folder.Write("r.hea", "r 1 500 4\nr.dat 16 200/mV 16 0 0 77 0 I");
        _folder.Write("r.dat", new byte[8]);

        Assert.Contains("checksum", Assert.Single(EcgRecord.Read(_folder["r.hea"]).Warnings), StringComparison.Ordinal);
    }
}
