// Safetensors files that lie: each must end in a CheckpointException that names the file, whatever it claims.
using System.Buffers.Binary;
using System.Text;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch.Tests.Checkpoints;

public sealed class SafeTensorsAttackTests : IDisposable
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_untouched_file_of_these_tests_opens()
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Write(Good, 8));
        Assert.Equal(2, file["a"].Count);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7)] // data cut off
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9)] // a byte too many
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}""", 9)] // a hole before
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8)] // backwards
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8)] // shape larger than its bytes
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8)] // negative axis
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0)] // product wraps to 0
    [InlineData("""{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", 8)] // no integer
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}""", 8)] // beyond 64 bits
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,16]}}""", 8)] // three offsets
    [InlineData("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8)] // unknown type
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8)] // no type
    [InlineData("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8)] // type is a number
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)] // field twice
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // name twice
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)] // overlap
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12)] // hole between
    [InlineData("""{"a":null}""", 0)]
    [InlineData("""{"__metadata__":{"n":1}}""", 0)]
    [InlineData("""{"__metadata__":{"n":"1","n":"2"}}""", 0)]
    [InlineData("""{"__metadata__":[]}""", 0)]
    [InlineData("""{} {}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8)] // unfinished
    [InlineData("""[]""", 0)]
    [InlineData("not json", 0)]
    public void A_contradictory_header_is_refused(string header, int dataBytes) => Refused(Write(header, dataBytes));

    [Fact]
    public void A_header_nested_beyond_measure_is_refused() =>
        Refused(Write("{\"a\":{\"x\":" + new string('[', 5000) + new string(']', 5000) + "}}", 0));

    [Fact]
    public void A_name_that_is_no_utf8_is_refused()
    {
        byte[] header = Encoding.Latin1.GetBytes("{\"\xff\xfe\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
        Refused(folder.Write("f", [.. Length(header.Length), .. header, .. new byte[8]]));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(100_000_001)]
    [InlineData(1_000_000)]
    [InlineData(0)]
    public void A_header_length_that_cannot_be_is_refused_before_anything_is_allocated(long claimed)
    {
        string path = folder.Write("f", [.. Length(claimed), .. Encoding.UTF8.GetBytes(Good), .. new byte[8]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Write(Good, 8));
        for (int length = 0; length < whole.Length; length++) Refused(folder.Write("cut", whole[..length]));
    }

    [Fact]
    public void A_missing_file_is_named() => Refused(folder.File("nowhere"));

    private static void Refused(string path)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
    }

    private static byte[] Length(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private string Write(string header, int dataBytes) =>
        folder.Write("f.safetensors", [.. Length(Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);
}
