// Writes pickles opcode by opcode, and packs them as torch.save would, so that tests can say exactly what a file holds.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Einthoven.Torch.Tests.Checkpoints;

internal sealed class PickleBuilder
{
    private readonly List<byte> written = [];

    public PickleBuilder(int protocol = 2) => Op('\x80').Byte(protocol);

    public PickleBuilder Op(params ReadOnlySpan<char> opcodes)
    {
        foreach (char opcode in opcodes) written.Add((byte)opcode);
        return this;
    }

    public PickleBuilder Byte(int value)
    {
        written.Add((byte)value);
        return this;
    }

    public PickleBuilder Raw(params byte[] bytes)
    {
        written.AddRange(bytes);
        return this;
    }

    public PickleBuilder Int(long value)
    {
        Op('\x8a').Byte(8);
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Raw(length).Raw(utf8);
    }

    public PickleBuilder Ints(params long[] values)
    {
        Op('(');
        foreach (long value in values) Int(value);
        return Op('t');
    }

    public PickleBuilder Global(string module, string name) => Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>A tensor as torch.save writes it: _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, OrderedDict()).</summary>
    public PickleBuilder Tensor(string storageType, string key, long storageCount, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(')
            .Op('(').Text("storage").Global("torch", storageType).Text(key).Text("cpu").Int(storageCount).Op('t', 'Q')
            .Int(offset).Ints(shape).Ints(strides).Op('\x89').Global("collections", "OrderedDict").Op(')', 'R')
            .Op('t', 'R');

    public byte[] End() => [.. Op('.').written];

    /// <summary>Packs a pickle and storages into an archive.</summary>
    public static byte[] Archive(byte[] pickle, params (string Key, byte[] Data)[] storages)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            foreach ((string key, byte[] data) in storages) Add(zip, $"archive/data/{key}", data);
            Add(zip, "archive/version", "3\n"u8.ToArray());
        }

        return stream.ToArray();
    }

    public static void Add(ZipArchive zip, string name, byte[] data, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using Stream member = zip.CreateEntry(name, level).Open();
        member.Write(data);
    }
}
