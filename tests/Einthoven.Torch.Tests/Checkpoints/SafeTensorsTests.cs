// Safetensors: what is written comes back, the layout is as documented, and golden files open.
using System.Buffers.Binary;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch.Tests.Checkpoints;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_comes_back_with_names_order_types_and_texts()
    {
        string path = folder.File("all.safetensors");
        CheckpointTensor[] written =
        [
            CheckpointTensor.From<bool>("truth", [3], [true, false, true]),
            CheckpointTensor.From<double>("wide", [2, 1], [Math.PI, -0.0]),
            CheckpointTensor.From<float>("größe", [2, 2], [1.5f, float.NaN, float.PositiveInfinity, -2]),
            CheckpointTensor.From<Half>("half", [2], [(Half)0.25, (Half)(-8)]),
            new("brain", ScalarType.BFloat16, [1], new byte[] { 0x80, 0x3F }),
            CheckpointTensor.From<long>("big", [], [long.MinValue]),
            CheckpointTensor.From<int>("int", [1], [-7]),
            CheckpointTensor.From<short>("short", [1], [-300]),
            CheckpointTensor.From<ushort>("unsigned", [1], [60000]),
            CheckpointTensor.From<sbyte>("tiny", [2], [-128, 127]),
            CheckpointTensor.From<byte>("byte", [1], [255]),
            CheckpointTensor.From<float>("empty", [0, 5], []),
        ];
        SafeTensorsWriter.Write(path, written, new Dictionary<string, string> { ["format"] = "pt", ["a \"text\""] = "ü" });

        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.Equal(written.Select(t => t.Name), file.Tensors.Select(t => t.Name));
        foreach (CheckpointTensor tensor in written)
        {
            Assert.Equal(tensor.DType, file[tensor.Name].DType);
            Assert.Equal(tensor.Shape, file[tensor.Name].Shape);
            Assert.Equal(tensor.Data.ToArray(), file[tensor.Name].Data.ToArray());
        }

        Assert.Equal("ü", file.Metadata["a \"text\""]);
        Assert.Equal([1.5f, float.NaN, float.PositiveInfinity, -2], file["größe"].ToFloats());
        Assert.Equal([1.0], file["brain"].ToDoubles());
        Assert.Equal([0.25f, -8f], file["half"].ToFloats());
        Assert.Equal([1L, 0, 1], file["truth"].ToInt64s());
        Assert.Equal([-128L, 127], file["tiny"].ToInt64s());
        Assert.Equal([(double)long.MinValue], file["big"].ToDoubles());
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes_with_the_data_on_an_eight_byte_boundary()
    {
        CheckpointTensor[] tensors = [CheckpointTensor.From<byte>("b", [3], [1, 2, 3]), CheckpointTensor.From<double>("d", [1], [1])];
        Dictionary<string, string> forwards = new() { ["x"] = "1", ["y"] = "2" }, backwards = new() { ["y"] = "2", ["x"] = "1" };
        SafeTensorsWriter.Write(folder.File("one"), tensors, forwards);
        SafeTensorsWriter.Write(folder.File("two"), tensors, backwards);
        byte[] bytes = File.ReadAllBytes(folder.File("one"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("two")));
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal(1.0, BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan((int)header + 8)));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_litter()
    {
        string path = folder.File("kept");
        SafeTensorsWriter.Write(path, [CheckpointTensor.From<byte>("old", [1], [1])]);
        CheckpointTensor broken = new("new", ScalarType.Float32, [2], new byte[7]);
        Assert.Throws<CheckpointException>(() => SafeTensorsWriter.Write(path, [broken]));
        CheckpointTensor tensor = CheckpointTensor.From<byte>("twice", [1], [1]);
        Assert.Throws<CheckpointException>(() => SafeTensorsWriter.Write(path, [tensor, tensor]));
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        Assert.Equal("old", Assert.Single(file.Tensors).Name);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_disposed_file_refuses_its_bytes_instead_of_crashing()
    {
        SafeTensorsWriter.Write(folder.File("f"), [CheckpointTensor.From<byte>("t", [1], [1])]);
        SafeTensorsFile file = SafeTensorsFile.Open(folder.File("f"));
        CheckpointTensor tensor = file["t"];
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Data.Span[0]);
    }

    [Fact]
    public void An_absent_tensor_is_named_with_its_file()
    {
        SafeTensorsWriter.Write(folder.File("f"), []);
        using SafeTensorsFile file = SafeTensorsFile.Open(folder.File("f"));
        CheckpointException e = Assert.Throws<CheckpointException>(() => file["weight"]);
        Assert.Contains("weight", e.Message, StringComparison.Ordinal);
        Assert.Contains(file.Path, e.Message, StringComparison.Ordinal);
        Assert.False(file.TryGet("weight", out _));
    }

    [Fact]
    public void Every_golden_file_opens_and_survives_a_round_trip()
    {
        string[] paths = Directory.GetFiles(SharedFolder.Require("golden/ecg-fm"), "*.safetensors");
        Assert.NotEmpty(paths);
        foreach (string path in paths)
        {
            using SafeTensorsFile original = SafeTensorsFile.Open(path);
            SafeTensorsWriter.Write(folder.File("copy"), original.Tensors);
            using SafeTensorsFile copy = SafeTensorsFile.Open(folder.File("copy"));
            Assert.Equal(original.Tensors.Count, copy.Tensors.Count);
            foreach (CheckpointTensor tensor in original.Tensors)
                Assert.True(tensor.Data.Span.SequenceEqual(copy[tensor.Name].Data.Span), $"{path}: {tensor.Name}");
        }
    }
}
