// PyTorch checkpoints that lie: each must end in a CheckpointException that names the file, in bounded memory and time.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch.Tests.Checkpoints;

public sealed class TorchCheckpointAttackTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(6, 0, new long[] { 7 }, new long[] { 1 })] // one element too many
    [InlineData(6, 1, new long[] { 6 }, new long[] { 1 })] // pushed over the end by its offset
    [InlineData(6, -1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(6, 0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(6, 5, new long[] { 2 }, new long[] { -1 })]
    [InlineData(6, 0, new long[] { 2 }, new long[] { long.MaxValue })] // the last index overflows
    [InlineData(6, long.MaxValue, new long[] { 2 }, new long[] { 1 })]
    [InlineData(6, 0, new long[] { 4611686018427387904, 4 }, new long[] { 0, 0 })] // the size overflows
    [InlineData(6, 0, new long[] { 1000000, 1000000 }, new long[] { 0, 0 })] // 4 TB out of 24 bytes
    [InlineData(6, 0, new long[] { 100000, 1000 }, new long[] { 0, 0 })] // 400 MB out of 24 bytes
    [InlineData(6, 0, new long[] { 2, 3 }, new long[] { 1 })] // strides of another rank
    [InlineData(7, 0, new long[] { 1 }, new long[] { 1 })] // storage larger than its member
    [InlineData(long.MaxValue, 0, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, 0, new long[] { 1 }, new long[] { 1 })]
    public void A_tensor_that_does_not_fit_its_storage_is_refused(long storageCount, long offset, long[] shape, long[] strides) =>
        Refused(new PickleBuilder().Tensor("FloatStorage", "0", storageCount, offset, shape, strides), ("0", new byte[24]));

    [Fact]
    public void Many_copies_of_one_storage_that_add_up_are_refused()
    {
        PickleBuilder pickle = new PickleBuilder().Op(']', '(');
        for (int i = 0; i < 20; i++) pickle.Tensor("FloatStorage", "0", 6, 0, [2000, 10000], [0, 0]);
        Refused(pickle.Op('e'), ("0", new byte[24]));
    }

    [Fact]
    public void A_missing_storage_or_an_unknown_storage_class_is_refused()
    {
        Refused(new PickleBuilder().Tensor("FloatStorage", "1", 6, 0, [6], [1]), ("0", new byte[24]));
        Refused(new PickleBuilder().Tensor("PrivateStorage", "0", 6, 0, [6], [1]), ("0", new byte[24]));
        Refused(new PickleBuilder().Tensor("UntypedStorage", "0", 24, 0, [6], [1]), ("0", new byte[24]));
    }

    [Theory]
    [InlineData("I1\n")] // protocol 0
    [InlineData("P0\n")] // persistent id as text
    [InlineData("i")]
    [InlineData("\x82\x01")] // extension registry
    [InlineData("\x97")] // out-of-band buffer
    [InlineData("\xff")]
    [InlineData("t")] // no mark
    [InlineData("R")] // empty stack
    [InlineData("(R")]
    [InlineData("NNR")] // calls None
    [InlineData("h\x05")] // memo never stored
    [InlineData("NQ")] // persistent id of another kind
    [InlineData("Na")]
    [InlineData("]NNs")] // pair stored into a list
    [InlineData("}(Nu")] // half a pair
    [InlineData("N)b1")]
    [InlineData("cos\nsystem")] // name without an end
    [InlineData("NN\x93")] // name that is no text
    [InlineData("X\xff\xff\xff\xff")] // 4 GB of text
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f")]
    [InlineData("B\xff\xff\xff\x7f")]
    [InlineData("\x8b\xff\xff\xff\x7f")]
    [InlineData("\x8b\xff\xff\xff\xff")]
    [InlineData("\x80\x09N.")]
    [InlineData("X\x02\0\0\0\xff\xfe.")] // text that is no UTF-8
    [InlineData("")]
    public void A_damaged_or_unsupported_pickle_is_refused(string opcodes) => Refused(new PickleBuilder().Raw(Encoding.Latin1.GetBytes(opcodes)));

    [Fact]
    public void Dictionaries_nested_without_end_or_multiplied_by_reference_are_refused_when_listed()
    {
        PickleBuilder deep = new();
        for (int i = 0; i < 100_000; i++) deep.Op('}').Text("k");
        deep.Op('N');
        for (int i = 0; i < 100_000; i++) deep.Op('s');
        RefusedListing(deep);

        PickleBuilder cyclic = new PickleBuilder().Op('}', 'q').Byte(0).Text("self").Op('h').Byte(0).Op('s');
        RefusedListing(cyclic);

        PickleBuilder multiplied = new PickleBuilder().Op('}', 'q').Byte(0);
        for (int i = 0; i < 40; i++) multiplied.Op('0', '}', '(').Text("a").Op('h').Byte(i).Text("b").Op('h').Byte(i).Op('u', 'q').Byte(i + 1);
        RefusedListing(multiplied);
    }

    [Fact]
    public void An_object_that_contains_itself_is_harmless()
    {
        PickleBuilder pickle = new PickleBuilder().Op('}').Global("a", "b").Op(')', 'R', 'q').Byte(0).Op('h').Byte(0).Op('b').Int(1).Op('s');
        using TorchCheckpoint checkpoint = Open(PickleBuilder.Archive(pickle.End()));
        OpaqueObject key = Assert.IsType<OpaqueObject>(Assert.Single(Assert.IsType<CheckpointDictionary>(checkpoint.Root)).Key);
        Assert.Same(key, key.State);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = PickleBuilder.Archive(new PickleBuilder().Tensor("FloatStorage", "0", 6, 0, [6], [1]).End(), ("0", new byte[24]));
        for (int length = 0; length < whole.Length; length++) Refused(whole[..length]);
    }

    [Fact]
    public void No_single_changed_byte_brings_the_reader_down()
    {
        byte[] whole = PickleBuilder.Archive(new PickleBuilder().Tensor("FloatStorage", "0", 6, 0, [2, 3], [1, 2]).End(), ("0", new byte[24]));
        int refused = 0;
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0xFF;
            try
            {
                Open(changed).Dispose();
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, whole.Length / 4, whole.Length);
    }

    [Fact]
    public void A_compressed_member_is_refused_so_that_no_declared_size_can_unfold()
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            PickleBuilder.Add(zip, "a/data.pkl", new byte[10_000_000], CompressionLevel.SmallestSize);
        Assert.Contains("compressed", Refused(stream.ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_size_beyond_the_file_is_refused()
    {
        byte[] whole = PickleBuilder.Archive(new PickleBuilder().Op('N').End());
        int central = whole.AsSpan().IndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(central + 20), 0x7FFFFFFF);
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(central + 24), 0x7FFFFFFF);
        Refused(whole);
    }

    [Fact]
    public void Older_formats_programs_and_foreign_files_are_told_apart()
    {
        Assert.Contains("old format", Refused([0x80, 2, 0x8a, 10, 0x6c, 0xfc]).Message, StringComparison.Ordinal);
        Assert.Contains("begins with", Refused("HDF5 or other"u8.ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("TorchScript", Refused(Zip("m/data.pkl", "m/constants.pkl")).Message, StringComparison.Ordinal);
        Assert.Contains("exactly one", Refused(Zip("m/data.pkl", "n/data.pkl")).Message, StringComparison.Ordinal);
        Assert.Contains("exactly one", Refused(Zip("document.xml")).Message, StringComparison.Ordinal);
        Assert.Contains("big-endian", Refused(Zip("m/data.pkl", "m/byteorder")).Message, StringComparison.Ordinal);
    }

    private static byte[] Zip(params string[] names)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (string name in names) PickleBuilder.Add(zip, name, "big"u8.ToArray());
        return stream.ToArray();
    }

    private void Refused(PickleBuilder pickle, params (string Key, byte[] Data)[] storages) =>
        Refused(PickleBuilder.Archive(pickle.End(), storages));

    private CheckpointException Refused(byte[] archive)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => Open(archive));
        Assert.Contains(folder.Path, e.Message, StringComparison.Ordinal);
        return e;
    }

    private void RefusedListing(PickleBuilder pickle)
    {
        using TorchCheckpoint checkpoint = Open(PickleBuilder.Archive(pickle.End()));
        Assert.Throws<CheckpointException>(() => checkpoint.Tensors());
    }

    private TorchCheckpoint Open(byte[] archive) => TorchCheckpoint.Open(folder.Write("f.pt", archive));
}
