// MATLAB level 5 files (MAT-File Format, MathWorks): a 128-byte header and tagged elements, compressed or not.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Einthoven.Signals.Formats.Matlab;

static class MatLevel5
{
    const int HeaderBytes = 128;

    /// <summary>The best that deflate can do: a declared size beyond it is a lie.</summary>
    const int MaxDeflateRatio = 1032;

    const int TypeInt8 = 1, TypeUtf8 = 16, TypeUtf16 = 17, TypeMatrix = 14, TypeCompressed = 15;
    const int ClassChar = 4;

    public static bool Recognises(ReadOnlySpan<byte> head) =>
        head.Length >= HeaderBytes && head.StartsWith("MATLAB 5.0 MAT-file"u8)
        || head.Length >= HeaderBytes && (head[126..128].SequenceEqual("IM"u8) || head[126..128].SequenceEqual("MI"u8)) && head[..6].SequenceEqual("MATLAB"u8);

    /// <summary>Reads the variables that <paramref name="wanted"/> names; functions, objects, structures and cells are passed over.</summary>
    public static List<MatVariable> Read(string path, ReadOnlySpan<byte> file, Func<string, bool> wanted, EcgReadOptions options, List<string> names)
    {
        if (file.Length < HeaderBytes || file.StartsWith("MATLAB 7.3"u8))
            throw new EcgFormatException(path, "header", "a level 7.3 (HDF5) or cut file", "save it with the -v7 switch");
        bool bigEndian = file[126] == (byte)'M';
        var variables = new List<MatVariable>();
        int at = HeaderBytes;
        while (at < file.Length)
        {
            Element element = Take(path, file, ref at, bigEndian, padded: true);
            byte[]? inflated = null;
            ReadOnlySpan<byte> body = file.Slice(element.Offset, element.Length);
            int type = element.Type;
            if (type == TypeCompressed)
            {
                inflated = Inflate(path, element.Offset, body, bigEndian, options);
                int inner = 0;
                Element content = Take(path, inflated, ref inner, bigEndian, padded: false);
                type = content.Type;
                body = inflated.AsSpan(content.Offset, content.Length);
            }
            if (type != TypeMatrix) continue;
            if (Matrix(path, body, bigEndian, wanted, options, names) is { } variable) variables.Add(variable);
        }
        return variables;
    }

    /// <summary>Type, place and length of an element's data.</summary>
    readonly record struct Element(int Type, int Offset, int Length);

    // A tag is type and size; the small form has both in four bytes and the data in the next four.
    static Element Take(string path, ReadOnlySpan<byte> bytes, ref int at, bool bigEndian, bool padded)
    {
        if (bytes.Length - at < 8) throw Cut(path, at, "an element's tag");
        uint word = UInt32(bytes[at..], bigEndian);
        if (word >> 16 != 0)
        {
            int small = (int)(word >> 16);
            if (small > 4) throw new EcgFormatException(path, $"byte {at}", $"a small element of {small} bytes", "the file is damaged; copy it again");
            var element = new Element((int)(word & 0xFFFF), at + 4, small);
            at += 8;
            return element;
        }
        uint size = UInt32(bytes[(at + 4)..], bigEndian);
        int start = at + 8;
        if (size > bytes.Length - start) throw Cut(path, at, $"an element of {size} bytes");
        // Compressed elements are not padded, all others fill up to eight bytes (the last may lack its padding).
        long next = start + (long)size;
        if (word != TypeCompressed && padded) next = Math.Min(next + 7 & ~7L, bytes.Length);
        at = (int)next;
        return new Element((int)word, start, (int)size);
    }

    static MatVariable? Matrix(
        string path, ReadOnlySpan<byte> body, bool bigEndian, Func<string, bool> wanted, EcgReadOptions options, List<string> names)
    {
        int at = 0;
        Element flags = Take(path, body, ref at, bigEndian, padded: true);
        if (flags.Length < 8) throw Cut(path, at, "array flags");
        int matrixClass = (int)(UInt32(body[flags.Offset..], bigEndian) & 0xFF);
        // Opaque objects and function handles have another layout from here on: they are never looked into.
        if (matrixClass is not (ClassChar or >= 6 and <= 15)) return null;
        Element dimensions = Take(path, body, ref at, bigEndian, padded: true);
        Element nameElement = Take(path, body, ref at, bigEndian, padded: true);
        string name = nameElement.Type == TypeInt8 ? Encoding.ASCII.GetString(body.Slice(nameElement.Offset, nameElement.Length)) : "";
        names.Add(name);
        if (!wanted(name)) return null;
        if (dimensions.Length < 8) throw Cut(path, at, "dimensions");
        long rows = Int32(body[dimensions.Offset..], bigEndian), columns = 1;
        for (int d = 4; d + 4 <= dimensions.Length; d += 4)
        {
            columns *= Math.Max(0, Int32(body[(dimensions.Offset + d)..], bigEndian));
            if (columns > int.MaxValue) break;
        }
        if (rows < 0 || (double)rows * columns * sizeof(double) > Math.Min(options.MaxDecodedBytes, (long)Array.MaxLength * sizeof(double)))
            throw new EcgFormatException(path, $"variable {name}", $"{rows} by {columns} values", "this is beyond the limit; raise MaxDecodedBytes if the file is meant");
        if (rows * columns == 0) return new MatVariable(name, (int)rows, (int)columns, true, []);
        Element data = Take(path, body, ref at, bigEndian, padded: true);
        ReadOnlySpan<byte> bytes = body.Slice(data.Offset, data.Length);
        if (matrixClass == ClassChar) return new MatVariable(name, (int)rows, (int)columns, false, [], Text(bytes, data.Type, bigEndian));
        // Numbers are stored in the smallest type that holds them, whatever the class.
        NumberType type = StoredType(data.Type)
            ?? throw new EcgFormatException(path, $"variable {name}", $"data type {data.Type}", "the file is damaged; copy it again");
        long count = rows * columns;
        if (count * Numbers.Size(type) > bytes.Length)
            throw new EcgFormatException(path, $"variable {name}", $"{rows} by {columns} values do not fit in {bytes.Length} bytes", "the file is damaged; copy it again");
        double[] values = new double[count];
        Numbers.Decode(bytes, type, bigEndian, values);
        return new MatVariable(name, (int)rows, (int)columns, matrixClass >= 8, values);
    }

    static NumberType? StoredType(int type) => type switch
    {
        TypeInt8 => NumberType.Int8,
        2 => NumberType.UInt8,
        3 => NumberType.Int16,
        4 => NumberType.UInt16,
        5 => NumberType.Int32,
        6 => NumberType.UInt32,
        7 => NumberType.Float32,
        9 => NumberType.Float64,
        12 => NumberType.Int64,
        13 => NumberType.UInt64,
        _ => null,
    };

    static string Text(ReadOnlySpan<byte> bytes, int type, bool bigEndian) => type switch
    {
        4 or TypeUtf16 => (bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(bytes),
        TypeUtf8 => Encoding.UTF8.GetString(bytes),
        _ => Encoding.Latin1.GetString(bytes),
    };

    // The first eight inflated bytes are the tag of the one element inside; its size bounds the rest.
    static byte[] Inflate(string path, int at, ReadOnlySpan<byte> compressed, bool bigEndian, EcgReadOptions options)
    {
        using var source = new MemoryStream(compressed.ToArray(), writable: false);
        using var zlib = new ZLibStream(source, CompressionMode.Decompress);
        try
        {
            byte[] tag = new byte[8];
            zlib.ReadExactly(tag);
            bool small = UInt32(tag, bigEndian) >> 16 != 0;
            long size = small ? 0 : UInt32(tag.AsSpan(4), bigEndian);
            if (size + 8 > Math.Min(options.MaxDecodedBytes, Array.MaxLength) || size > (long)compressed.Length * MaxDeflateRatio + 64)
                throw new EcgFormatException(path, $"byte {at}", $"{compressed.Length} compressed bytes that claim to hold {size}", "the file is damaged or hostile");
            byte[] all = new byte[size + 8];
            tag.CopyTo(all, 0);
            zlib.ReadExactly(all.AsSpan(8));
            return all;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new EcgFormatException(path, $"byte {at}", "compressed data that cannot be read to their end", "the file is cut or damaged; copy it again", error);
        }
    }

    static EcgFormatException Cut(string path, int at, string what) =>
        new(path, $"byte {at}", $"the file ends inside {what}", "it is cut or damaged; copy it again");

    static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    static int Int32(ReadOnlySpan<byte> bytes, bool bigEndian) => (int)UInt32(bytes, bigEndian);
}
