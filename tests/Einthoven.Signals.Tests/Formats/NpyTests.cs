// NumPy arrays beyond the samples: every number type, the JSON beside an array, refused objects, hostile files.
using System.IO.Compression;
using System.Text;

namespace Einthoven.Signals.Tests.Formats;

public sealed class NpyTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("|i1", "01 FF")]
    [InlineData("|u1", "01 FF", 255.0)]
    [InlineData("<i2", "0100 FFFF")]
    [InlineData(">i2", "0001 FFFF")]
    [InlineData("<i4", "01000000 FFFFFFFF")]
    [InlineData("<i8", "0100000000000000 FFFFFFFFFFFFFFFF")]
    [InlineData("<u2", "0100 FFFF", 65535.0)]
    [InlineData("<f2", "003C 00BC")]
    [InlineData(">f4", "3F800000 BF800000")]
    [InlineData("<f8", "000000000000F03F 000000000000F0BF")]
    public void Every_number_type_is_read(string descr, string hex, double second = -1)
    {
        byte[] data = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        _folder.Write("x.npy", Array($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}", data));

        Assert.Equal([1, second], Assert.Single(EcgRecord.Read(_folder["x.npy"]).Leads).Samples.ToArray());
    }

    [Fact]
    public void A_json_file_beside_the_array_gives_rate_unit_and_leads()
    {
        _folder.Write("x.npy", Array("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", [1, 0, 10, 0, 2, 0, 20, 0, 3, 0, 30, 0]));
        _folder.Write("x.json", """{"fs": 250, "unit": "uV", "leads": ["II", "v5"]}""");

        EcgRecord record = EcgRecord.Read(_folder["x.npy"]);

        Assert.Equal(["II", "V5"], record.Leads.Select(l => l.Name));
        Assert.Equal([0.01, 0.02, 0.03], record.Lead("V5").Samples.ToArray());
        Assert.Equal(250, record.SamplingRateHz);
        Assert.Empty(record.Warnings);
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", "pickle")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", "structured")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }", "<c8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), }", "no signal")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (12, 999999999999), }", "MaxDecodedBytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (12, 1000), }", "cut")]
    [InlineData("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (2,), }", "header")]
    [InlineData("{'descr': '<f4', 'shape': (2,), }", "missing")]
    [InlineData("{", "cut")]
    public void What_is_no_signal_is_refused_with_a_reason(string header, string reason)
    {
        _folder.Write("x.npy", Array(header, new byte[16]));

        Assert.Contains(reason, Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["x.npy"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_changed_byte_ends_in_a_record_or_a_reason() =>
        Attack.EveryTruncationAndChange(_folder, "x.npy", Array("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }", new byte[16]));

    [Fact]
    public void Every_truncation_and_changed_byte_of_an_archive_ends_in_a_record_or_a_reason()
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "ecg.npy", Array("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }", new byte[32]));
            Add(zip, "fs.npy", Array("{'descr': '<i8', 'fortran_order': False, 'shape': (), }", BitConverter.GetBytes(500L)));
        }
        byte[] file = target.ToArray();
        Assert.Equal(500, EcgRecord.Read(_folder.Write("y.npz", file)).SamplingRateHz);
        Attack.EveryTruncationAndChange(_folder, "x.npz", file);
    }

    static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using Stream stream = zip.CreateEntry(name).Open();
        stream.Write(bytes);
    }

    static byte[] Array(string header, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. data];
    }
}
