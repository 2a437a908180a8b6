// PyTorch checkpoints: plain data and tensors come out as saved, other objects stay inert, golden files equal their twins.
using System.Numerics;
using System.Runtime.InteropServices;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch.Tests.Checkpoints;

public sealed class TorchCheckpointTests : IDisposable
{
    private static readonly float[] Six = [0, 1, 2, 3, 4, 5];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tiny_a_pretrained")]
    [InlineData("tiny_a_finetuned17")]
    [InlineData("tiny_b_pretrained_oldnames", "tiny_b_pretrained")]
    public void A_golden_checkpoint_equals_its_safetensors_twin(string name, string? twin = null)
    {
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(SharedFolder.Require($"golden/ecg-fm/{name}.pt"));
        using SafeTensorsFile expected = SafeTensorsFile.Open(SharedFolder.Require($"golden/ecg-fm/{twin ?? name}.safetensors"));
        IReadOnlyList<CheckpointTensor> tensors = checkpoint.Tensors("model");
        Assert.Equal(expected.Tensors.Count, tensors.Count);
        foreach (CheckpointTensor tensor in tensors)
        {
            Assert.Equal(expected[tensor.Name].Shape, tensor.Shape);
            Assert.True(tensor.Data.Span.SequenceEqual(expected[tensor.Name].Data.Span), tensor.Name);
        }
    }

    [Fact]
    public void A_golden_checkpoint_gives_its_optimizer_state_and_configuration()
    {
        using TorchCheckpoint checkpoint = TorchCheckpoint.Open(SharedFolder.Require("golden/ecg-fm/tiny_a_pretrained.pt"));
        Assert.Equal("wav2vec2_cmsc", checkpoint.Find("cfg", "model", "_name"));
        Assert.Equal("(0.9, 0.98)", checkpoint.Find("cfg", "optimizer", "adam_betas"));
        CheckpointDictionary state = Assert.IsType<CheckpointDictionary>(checkpoint.Find("last_optimizer_state", "state"));
        CheckpointDictionary first = Assert.IsType<CheckpointDictionary>(state[0L]);
        Assert.IsType<CheckpointTensor>(first["exp_avg"]);
        Assert.Null(checkpoint.Find("cfg", "nothing", "below"));
    }

    [Fact]
    public void Plain_data_of_every_kind_comes_out_as_saved()
    {
        PickleBuilder pickle = new PickleBuilder(4).Op('\x95').Raw(new byte[8]).Op('}', '(')
            .Text("none").Op('N').Text("true").Op('\x88').Text("false").Op('\x89')
            .Text("int").Op('J').Raw(0xFE, 0xFF, 0xFF, 0xFF).Text("huge").Op('\x8a').Byte(9).Raw(0, 0, 0, 0, 0, 0, 0, 0, 1)
            .Text("float").Op('G').Raw(0x3F, 0xF8, 0, 0, 0, 0, 0, 0)
            .Text("bytes").Op('C').Byte(2).Raw(7, 8)
            .Text("list").Op(']', '(').Int(1).Int(2).Op('e')
            .Text("tuple").Int(1).Text("two").Op('\x86')
            .Text("set").Op('\x8f', '(').Int(3).Op('\x90')
            .Text("ordered").Global("collections", "OrderedDict").Op(')', 'R', '(').Text("k").Int(1).Op('u')
            .Text("old bytes").Global("_codecs", "encode").Text("é").Text("latin1").Op('\x86', 'R')
            .Text("size").Global("torch", "Size").Ints(2, 3).Op('\x85', 'R')
            .Text("type").Global("torch", "bfloat16")
            .Text("again").Text("shared").Op('\x94').Int(5).Op('h').Byte(0)
            .Op('u');
        CheckpointDictionary root = Assert.IsType<CheckpointDictionary>(Open(pickle).Root);
        Assert.True(root.TryGet("none", out object? none));
        Assert.Null(none);
        Assert.Equal(true, root["true"]);
        Assert.Equal(false, root["false"]);
        Assert.Equal(-2L, root["int"]);
        Assert.Equal(BigInteger.Pow(2, 64), root["huge"]);
        Assert.Equal(1.5, root["float"]);
        Assert.Equal(new byte[] { 7, 8 }, root["bytes"]);
        Assert.Equal(new List<object?> { 1L, 2L }, root["list"]);
        Assert.Equal(new object?[] { 1L, "two" }, root["tuple"]);
        Assert.Equal(new List<object?> { 3L }, root["set"]);
        Assert.Equal(1L, Assert.IsType<CheckpointDictionary>(root["ordered"])["k"]);
        Assert.Equal(new byte[] { 0xE9 }, root["old bytes"]);
        Assert.Equal(new object?[] { 2L, 3L }, root["size"]);
        Assert.Equal(ScalarType.BFloat16, root["type"]);
        Assert.Equal("shared", root["again"]);
        Assert.Equal("shared", root[5L]);
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, new long[] { 3, 1 }, 0, new float[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(new long[] { 3, 2 }, new long[] { 1, 3 }, 0, new float[] { 0, 3, 1, 4, 2, 5 })] // transposed
    [InlineData(new long[] { 2, 2 }, new long[] { 3, 1 }, 1, new float[] { 1, 2, 4, 5 })] // cut out of the middle
    [InlineData(new long[] { 2, 3 }, new long[] { 0, 1 }, 3, new float[] { 3, 4, 5, 3, 4, 5 })] // expanded
    [InlineData(new long[] { 3 }, new long[] { 2 }, 1, new float[] { 1, 3, 5 })] // every second
    [InlineData(new long[] { 1, 2 }, new long[] { 99, 1 }, 4, new float[] { 4, 5 })] // the stride of an axis of 1 says nothing
    [InlineData(new long[] { }, new long[] { }, 5, new float[] { 5 })] // scalar
    [InlineData(new long[] { 0, 4 }, new long[] { 4, 1 }, 6, new float[] { })] // empty
    public void A_strided_tensor_comes_out_contiguous(long[] shape, long[] strides, long offset, float[] expected)
    {
        CheckpointTensor tensor = Assert.IsType<CheckpointTensor>(
            Open(new PickleBuilder().Tensor("FloatStorage", "0", 6, offset, shape, strides), ("0", Bytes(Six))).Root);
        Assert.Equal(shape, tensor.Shape);
        Assert.Equal(expected, tensor.ToFloats());
    }

    [Theory]
    [InlineData("DoubleStorage", ScalarType.Float64)]
    [InlineData("HalfStorage", ScalarType.Float16)]
    [InlineData("BFloat16Storage", ScalarType.BFloat16)]
    [InlineData("LongStorage", ScalarType.Int64)]
    [InlineData("IntStorage", ScalarType.Int32)]
    [InlineData("ShortStorage", ScalarType.Int16)]
    [InlineData("CharStorage", ScalarType.Int8)]
    [InlineData("ByteStorage", ScalarType.UInt8)]
    [InlineData("BoolStorage", ScalarType.Bool)]
    [InlineData("ComplexDoubleStorage", ScalarType.Complex128)]
    public void Storages_of_every_type_are_read(string storage, ScalarType type)
    {
        byte[] data = [.. Enumerable.Range(0, 2 * type.SizeInBytes()).Select(i => (byte)i)];
        CheckpointTensor tensor = Assert.IsType<CheckpointTensor>(
            Open(new PickleBuilder().Tensor(storage, "k", 2, 0, [2], [1]), ("k", data)).Root);
        Assert.Equal(type, tensor.DType);
        Assert.Equal(data, tensor.Data.ToArray());
    }

    [Fact]
    public void Tensors_that_share_a_storage_and_parameters_are_listed_by_their_keys()
    {
        PickleBuilder pickle = new PickleBuilder().Op('}', '(')
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [2], [1])
            .Text("inner").Op('}').Text("b").Global("torch._utils", "_rebuild_parameter").Op('(')
            .Tensor("FloatStorage", "0", 6, 4, [2], [1]).Op('\x88').Global("collections", "OrderedDict").Op(')', 'R', 't', 'R').Op('s')
            .Text("n").Int(3).Op('u');
        IReadOnlyList<CheckpointTensor> tensors = Open(pickle, ("0", Bytes(Six))).Tensors();
        Assert.Equal(["a", "inner.b"], tensors.Select(t => t.Name));
        Assert.Equal([4f, 5f], tensors[1].ToFloats());
    }

    [Fact]
    public void A_state_dict_with_its_metadata_is_a_plain_dictionary()
    {
        PickleBuilder pickle = new PickleBuilder().Global("collections", "OrderedDict").Op(')', 'R')
            .Text("w").Tensor("FloatStorage", "0", 6, 0, [6], [1]).Op('s')
            .Op('}').Text("_metadata").Op('}', 's', 'b');
        Assert.Equal(6, Assert.Single(Open(pickle, ("0", Bytes(Six))).Tensors()).Count);
    }

    [Fact]
    public void Any_other_global_stays_inert_and_shows_its_name_arguments_and_state()
    {
        string witness = folder.File("witness");
        PickleBuilder pickle = new PickleBuilder().Op('}', '(')
            .Text("attack").Global("os", "system").Text($"touch {witness}").Op('\x85', 'R')
            .Text("eval").Global("builtins", "eval").Text("1+1").Op('\x85', 'R')
            .Text("args").Global("argparse", "Namespace").Op(')', '\x81', '}').Text("lr").Int(1).Op('s', 'b')
            .Text("scalar").Global("numpy.core.multiarray", "scalar").Int(1).Op('\x85', 'R')
            .Text("bare").Global("pathlib", "Path").Op('u');
        CheckpointDictionary root = Assert.IsType<CheckpointDictionary>(Open(pickle).Root);
        OpaqueObject attack = Assert.IsType<OpaqueObject>(root["attack"]);
        Assert.Equal(("os", "system"), (attack.Module, attack.Name));
        Assert.Equal([$"touch {witness}"], attack.Arguments!);
        Assert.False(File.Exists(witness));
        Assert.IsType<OpaqueObject>(root["eval"]);
        Assert.Equal(1L, Assert.IsType<CheckpointDictionary>(Assert.IsType<OpaqueObject>(root["args"]).State)["lr"]);
        Assert.Equal("numpy.core.multiarray.scalar", Assert.IsType<OpaqueObject>(root["scalar"]).ToString());
        Assert.Null(Assert.IsType<OpaqueObject>(root["bare"]).Arguments);
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    // The file stays mapped until the test ends; on Linux its folder can be removed all the same.
    private TorchCheckpoint Open(PickleBuilder pickle, params (string Key, byte[] Data)[] storages) =>
        TorchCheckpoint.Open(folder.Write("f.pt", PickleBuilder.Archive(pickle.End(), storages)));
}
