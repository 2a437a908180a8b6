// MATLAB level 4 files: a 20-byte header, a name and the values of each variable in turn.
using System.Buffers.Binary;
using System.Text;

namespace Einthoven.Signals.Formats.Matlab;

static class MatLevel4
{
    const int HeaderBytes = 20;
    const int MaxNameBytes = 256;

    /// <summary>The fixed part before each variable. Type is four digits: byte order, 0, number type, matrix kind.</summary>
    readonly record struct Header(bool BigEndian, int Number, int Kind, int Rows, int Columns, bool IsComplex, string Name)
    {
        public int ItemBytes => Number switch { 0 => 8, 1 or 2 => 4, 3 or 4 => 2, _ => 1 };
    }

    /// <summary>True when the beginning is a plausible level 4 header.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => TryHeader(head, out _, out _);

    /// <summary>Reads the variables that <paramref name="wanted"/> names.</summary>
    public static List<MatVariable> Read(string path, ReadOnlySpan<byte> file, Func<string, bool> wanted, EcgReadOptions options, List<string> names)
    {
        var variables = new List<MatVariable>();
        int at = 0;
        while (at < file.Length)
        {
            if (!TryHeader(file[at..], out Header header, out int headerBytes))
                throw new EcgFormatException(path, $"byte {at}", "no level 4 variable header", "the file is cut or damaged; copy it again");
            names.Add(header.Name);
            double bytes = (double)header.Rows * header.Columns * header.ItemBytes * (header.IsComplex ? 2 : 1);
            int present = file.Length - at - headerBytes;
            if (bytes > present)
                throw new EcgFormatException(path, $"variable {header.Name}", $"{header.Rows} by {header.Columns} values take {bytes} bytes, {present} are there",
                    "the file is cut; copy it again");
            if (wanted(header.Name) && header.Kind == 0)
            {
                if ((double)header.Rows * header.Columns * sizeof(double) > options.MaxDecodedBytes)
                    throw new EcgFormatException(path, $"variable {header.Name}", "more values than the limit allows", "raise MaxDecodedBytes if the file is meant");
                double[] values = new double[header.Rows * header.Columns];
                Decode(file.Slice(at + headerBytes, values.Length * header.ItemBytes), header, values);
                variables.Add(new MatVariable(header.Name, header.Rows, header.Columns, header.Number >= 2, values));
            }
            at += headerBytes + (int)bytes;
        }
        return variables;
    }

    static bool TryHeader(ReadOnlySpan<byte> bytes, out Header header, out int length)
    {
        header = default;
        length = 0;
        if (bytes.Length < HeaderBytes + 2) return false;
        bool bigEndian = BinaryPrimitives.ReadInt32LittleEndian(bytes) is < 0 or >= 5000;
        int type = Int32(bytes, bigEndian), rows = Int32(bytes[4..], bigEndian), columns = Int32(bytes[8..], bigEndian);
        int imaginary = Int32(bytes[12..], bigEndian), nameBytes = Int32(bytes[16..], bigEndian);
        int order = type / 1000, zero = type / 100 % 10, number = type / 10 % 10, kind = type % 10;
        if (type < 0 || order != (bigEndian ? 1 : 0) || zero != 0 || number > 5 || kind > 2) return false;
        if (rows < 0 || columns < 0 || imaginary is not (0 or 1) || nameBytes is < 2 or > MaxNameBytes) return false;
        if (bytes.Length < HeaderBytes + nameBytes || bytes[HeaderBytes + nameBytes - 1] != 0) return false;
        ReadOnlySpan<byte> name = bytes.Slice(HeaderBytes, nameBytes - 1);
        foreach (byte letter in name)
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '_') return false;
        header = new Header(bigEndian, number, kind, rows, columns, imaginary == 1, Encoding.ASCII.GetString(name));
        length = HeaderBytes + nameBytes;
        return true;
    }

    static int Int32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);

    static void Decode(ReadOnlySpan<byte> bytes, Header header, Span<double> values)
    {
        NumberType type = header.Number switch
        {
            0 => NumberType.Float64,
            1 => NumberType.Float32,
            2 => NumberType.Int32,
            3 => NumberType.Int16,
            4 => NumberType.UInt16,
            _ => NumberType.UInt8,
        };
        Numbers.Decode(bytes, type, header.BigEndian, values);
    }
}
