// MATLAB files beyond the samples: what a header beside them gives, what is assumed without one, hostile files.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Einthoven.Signals.Tests.Formats;

public sealed class MatTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_challenge_file_without_header_is_counts_of_unknown_scale_and_rate()
    {
        _folder.Write("x.mat", Level4("val", 12, 5, (lead, t) => (short)(lead * 10 + t)));

        EcgRecord record = EcgRecord.Read(_folder["x.mat"]);

        Assert.Equal(TestRecords.Twelve, record.Leads.Select(l => l.Name));
        Assert.Equal("count", record.Leads[0].Unit);
        Assert.Equal([30, 31, 32, 33, 34], record.Leads[3].Samples.ToArray());
        Assert.True(double.IsNaN(record.SamplingRateHz));
        Assert.Equal(3, record.Warnings.Count);
    }

    [Fact]
    public void What_a_file_lacks_the_caller_can_give()
    {
        _folder.Write("x.mat", Level4("val", 2, 3, (lead, t) => t == 1 ? short.MinValue : (short)1000));

        EcgRecord record = EcgRecord.Read(_folder["x.mat"], new EcgReadOptions { SamplingRateHz = 250, CountsPerMillivolt = 500 });

        Assert.Equal("mV", record.Leads[0].Unit);
        Assert.Equal([2, double.NaN, 2], record.Leads[0].Samples.ToArray());
        Assert.Equal(250, record.SamplingRateHz);
        Assert.Empty(record.Warnings);
    }

    [Fact]
    public void A_level_5_file_takes_names_and_gains_from_the_header_beside_it()
    {
        _folder.Write("x.hea", "x 2 360 3\nx.mat 16+24 100/mV 16 0 0 0 0 II\nx.mat 16+24 200/mV 16 0 0 0 0 V1\n");
        _folder.Write("x.mat", Level5(false, ("val", 2, 3, [100, 200, 300, 400, 500, 600])));

        foreach (string name in new[] { "x.mat", "x.hea" })
        {
            EcgRecord record = EcgRecord.Read(_folder[name]);
            Assert.Equal([1, 3, 5], record.Lead("II").Samples.ToArray());
            Assert.Equal([1, 2, 3], record.Lead("V1").Samples.ToArray());
            Assert.Equal(360, record.SamplingRateHz);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_standardised_fairseq_file_gets_its_millivolts_back(bool compressed)
    {
        _folder.Write("x.mat", Level5(compressed,
            ("feats", 2, 4, [1, -1, -1, 1, 1, -1, -1, 1]), ("mean", 2, 1, [0.5, -0.5]), ("std", 2, 1, [0.1, 0.2]), ("curr_sample_rate", 1, 1, [500])));

        EcgRecord record = EcgRecord.Read(_folder["x.mat"]);

        double[] restored = record.Leads[1].Samples.ToArray(), wanted = [-0.7, -0.3, -0.7, -0.3];
        for (int t = 0; t < wanted.Length; t++) Assert.Equal(wanted[t], restored[t], 1e-12);
        Assert.Contains("standardised", Assert.Single(record.Warnings), StringComparison.Ordinal);
        Assert.Equal(500, record.SamplingRateHz);
    }

    [Fact]
    public void A_file_without_a_signal_names_what_it_has()
    {
        _folder.Write("x.mat", Level5(false, ("weights", 2, 2, [1, 2, 3, 4])));

        Assert.Contains("weights", Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["x.mat"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_and_changed_byte_ends_in_a_record_or_a_reason(bool compressed)
    {
        byte[] file = Level5(compressed, ("feats", 2, 6, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), ("curr_sample_rate", 1, 1, [500]));
        Attack.EveryTruncationAndChange(_folder, "x.mat", file);
    }

    [Fact]
    public void Every_truncation_and_changed_byte_of_level_4_ends_in_a_record_or_a_reason() =>
        Attack.EveryTruncationAndChange(_folder, "x.mat", Level4("val", 3, 8, (lead, t) => (short)(lead + t)));

    [Fact]
    public void A_compressed_element_that_claims_gigabytes_is_refused_before_anything_is_allocated()
    {
        byte[] element = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(element, 14);
        BinaryPrimitives.WriteUInt32LittleEndian(element.AsSpan(4), 2_000_000_000);
        byte[] packed = Deflate(element);
        byte[] file = [.. Header5(), .. Int(15), .. Int(packed.Length), .. packed];
        _folder.Write("x.mat", file);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["x.mat"]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    static byte[] Level4(string name, int rows, int columns, Func<int, int, short> value)
    {
        var file = new List<byte>();
        foreach (int field in new[] { 30, rows, columns, 0, name.Length + 1 }) file.AddRange(Int(field));
        file.AddRange(Encoding.ASCII.GetBytes(name + "\0"));
        for (int t = 0; t < columns; t++)
            for (int lead = 0; lead < rows; lead++) file.AddRange(BitConverter.GetBytes(value(lead, t)));
        return [.. file];
    }

    static byte[] Level5(bool compressed, params (string Name, int Rows, int Columns, double[] ColumnMajor)[] variables)
    {
        var file = new List<byte>(Header5());
        foreach ((string name, int rows, int columns, double[] values) in variables)
        {
            byte[] text = Encoding.ASCII.GetBytes(name);
            byte[] body =
            [
                .. Int(6), .. Int(8), .. Int(6), .. Int(0),
                .. Int(5), .. Int(8), .. Int(rows), .. Int(columns),
                .. Int(1), .. Int(text.Length), .. text, .. new byte[(8 - text.Length % 8) % 8],
                .. Int(9), .. Int(values.Length * 8), .. values.SelectMany(BitConverter.GetBytes),
            ];
            byte[] element = [.. Int(14), .. Int(body.Length), .. body];
            if (compressed)
            {
                byte[] packed = Deflate(element);
                element = [.. Int(15), .. Int(packed.Length), .. packed];
            }
            file.AddRange(element);
        }
        return [.. file];
    }

    static byte[] Header5()
    {
        byte[] header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file").CopyTo(header, 0);
        header[124] = 0;
        header[125] = 1;
        header[126] = (byte)'I';
        header[127] = (byte)'M';
        return header;
    }

    static byte[] Deflate(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zlib = new ZLibStream(target, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(bytes);
        return target.ToArray();
    }

    static byte[] Int(int value) => BitConverter.GetBytes(value);
}
