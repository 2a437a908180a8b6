// Finds the members of an uncompressed zip archive inside a mapped file (PKWARE APPNOTE 4.3, with the 64-bit records of 4.3.14).
// PyTorch stores its members, so their bytes can be used in place; sizes can therefore never exceed the file's.
using System.Buffers.Binary;
using System.Text;

namespace Einthoven.Torch.Checkpoints;

/// <summary>A stored member: where its bytes lie in the file.</summary>
internal readonly record struct StoredMember(string Name, long Offset, long Length);

internal sealed class StoredZip
{
    private const uint LocalSignature = 0x04034b50;
    private const uint CentralSignature = 0x02014b50;
    private const uint EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50;
    private const uint Locator64Signature = 0x07064b50;
    private const int LocalBytes = 30, CentralBytes = 46, EndBytes = 22, End64Bytes = 56, Locator64Bytes = 20;
    private const int LongestComment = ushort.MaxValue;

    private readonly MappedFile file;
    private readonly Dictionary<string, StoredMember> members = new(StringComparer.Ordinal);

    private StoredZip(MappedFile file) => this.file = file;

    public IReadOnlyDictionary<string, StoredMember> Members => members;

    /// <summary>True if the file begins as a zip archive does.</summary>
    public static bool Recognises(MappedFile file) =>
        file.Length >= EndBytes && BinaryPrimitives.ReadUInt32LittleEndian(file.Span(0, 4)) == LocalSignature;

    public static StoredZip Read(MappedFile file)
    {
        StoredZip zip = new(file);
        (long offset, long length, long count) = zip.FindDirectory();
        if (offset < 0 || length < 0 || offset > file.Length - length || length > int.MaxValue)
            throw zip.Fault($"its directory claims bytes {offset} … +{length} of {file.Length}");
        zip.ReadDirectory(file.Span(offset, (int)length), count);
        return zip;
    }

    private (long Offset, long Length, long Count) FindDirectory()
    {
        int searched = (int)Math.Min(file.Length, EndBytes + LongestComment);
        long tailStart = file.Length - searched;
        ReadOnlySpan<byte> tail = file.Span(tailStart, searched);
        for (int i = searched - EndBytes; i >= 0; i--)
        {
            ReadOnlySpan<byte> end = tail[i..];
            if (U32(end, 0) != EndSignature || EndBytes + U16(end, 20) > end.Length) continue;
            (long offset, long length, long count) = (U32(end, 16), U32(end, 12), U16(end, 10));
            bool wide = offset == uint.MaxValue || length == uint.MaxValue || count == ushort.MaxValue;
            return wide && tailStart + i >= Locator64Bytes ? FindDirectory64(tailStart + i) : (offset, length, count);
        }

        throw Fault("its end record is missing. The file is cut off; copy it again");
    }

    private (long Offset, long Length, long Count) FindDirectory64(long endOffset)
    {
        ReadOnlySpan<byte> locator = file.Span(endOffset - Locator64Bytes, Locator64Bytes);
        ulong offset = U64(locator, 8);
        if (U32(locator, 0) != Locator64Signature || offset > (ulong)(file.Length - End64Bytes))
            throw Fault("its 64-bit end record cannot be found");
        ReadOnlySpan<byte> end = file.Span((long)offset, End64Bytes);
        if (U32(end, 0) != End64Signature) throw Fault("its 64-bit end record is damaged");
        return ((long)U64(end, 48), (long)U64(end, 40), (long)U64(end, 32));
    }

    private void ReadDirectory(ReadOnlySpan<byte> directory, long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (directory.Length < CentralBytes || U32(directory, 0) != CentralSignature)
                throw Fault($"its directory ends after {i} of {count} members");
            int nameBytes = U16(directory, 28), extraBytes = U16(directory, 30), commentBytes = U16(directory, 32);
            int total = CentralBytes + nameBytes + extraBytes + commentBytes;
            if (directory.Length < total) throw Fault($"member {i} of its directory is cut off");
            string name = Encoding.UTF8.GetString(directory.Slice(CentralBytes, nameBytes));
            if ((U16(directory, 8) & 1) != 0) throw Fault($"member {name} is encrypted; remove the encryption first");
            if (U16(directory, 10) != 0)
                throw Fault($"member {name} is compressed, which PyTorch never does; pack the archive again without compression (zip -0)");
            (long stored, long offset) = Sizes(name, directory, directory.Slice(CentralBytes + nameBytes, extraBytes));
            if (!members.TryAdd(name, Locate(name, offset, stored))) throw Fault($"member {name} occurs twice");
            directory = directory[total..];
        }
    }

    private (long Stored, long Offset) Sizes(string name, ReadOnlySpan<byte> central, ReadOnlySpan<byte> extra)
    {
        ulong stored = U32(central, 20), full = U32(central, 24), offset = U32(central, 42);
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), bytes = U16(extra, 2);
            if (bytes > extra.Length - 4) break;
            ReadOnlySpan<byte> field = extra.Slice(4, bytes);
            if (id == 1)
            {
                Widen(ref full, ref field);
                Widen(ref stored, ref field);
                Widen(ref offset, ref field);
            }

            extra = extra[(4 + bytes)..];
        }

        if (stored != full) throw Fault($"member {name} claims {full} bytes but stores {stored}");
        if (stored > (ulong)file.Length || offset > (ulong)file.Length) throw Fault($"member {name} lies outside the file");
        return ((long)stored, (long)offset);
    }

    // In the 64-bit field only those values are present whose 32-bit place is full of ones.
    private static void Widen(ref ulong value, ref ReadOnlySpan<byte> field)
    {
        if (value != uint.MaxValue || field.Length < 8) return;
        value = U64(field, 0);
        field = field[8..];
    }

    private StoredMember Locate(string name, long offset, long length)
    {
        if (offset > file.Length - LocalBytes) throw Fault($"member {name} lies outside the file");
        ReadOnlySpan<byte> local = file.Span(offset, LocalBytes);
        if (U32(local, 0) != LocalSignature) throw Fault($"member {name} is not where the directory says (byte {offset})");
        long start = offset + LocalBytes + U16(local, 26) + U16(local, 28);
        if (start > file.Length - length) throw Fault($"member {name} claims {length} bytes from byte {start} of {file.Length}");
        return new(name, start, length);
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private CheckpointException Fault(string what) => new($"{file.Path}: damaged or foreign zip archive: {what}.");
}
