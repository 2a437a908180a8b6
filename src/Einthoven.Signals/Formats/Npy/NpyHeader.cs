// The NPY format (numpy.lib.format, versions 1 to 3): a dictionary literal, then the values. Objects are never unpickled.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Npy;

/// <summary>The header of an array: type, order, shape and where the values begin.</summary>
sealed record NpyHeader(string Descr, bool FortranOrder, IReadOnlyList<long> Shape, int DataOffset)
{
    const int MaxHeaderBytes = 64 << 10;

    public long Count
    {
        get
        {
            long count = 1;
            foreach (long length in Shape) count = checked(count * length);
            return count;
        }
    }

    public bool IsObject => Descr.Contains('O', StringComparison.Ordinal);

    public static bool Recognises(ReadOnlySpan<byte> bytes) => bytes.Length >= 10 && bytes[0] == 0x93 && bytes[1..6].SequenceEqual("NUMPY"u8);

    public static NpyHeader Parse(string path, ReadOnlySpan<byte> bytes)
    {
        if (!Recognises(bytes)) throw new EcgFormatException(path, "byte 0", "no NPY signature", "the file is no NumPy array");
        int major = bytes[6];
        if (major is < 1 or > 3) throw new EcgFormatException(path, "byte 6", $"format version {major}", "versions 1 to 3 are read");
        int start = major == 1 ? 10 : 12;
        if (bytes.Length < start) throw Broken(path, "the header is cut");
        long length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > MaxHeaderBytes || length > bytes.Length - start) throw Broken(path, $"a header of {length} bytes");
        string text = (major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes.Slice(start, (int)length));
        return new Literal(path, text).Header(start + (int)length);
    }

    static EcgFormatException Broken(string path, string found) => new(path, "NPY header", found, "the file is cut or damaged; save it again");

    /// <summary>A strict parser of the one dictionary that may stand there.</summary>
    sealed class Literal(string path, string text)
    {
        int _at;

        public NpyHeader Header(int dataOffset)
        {
            string? descr = null;
            bool? fortran = null;
            List<long>? shape = null;
            Expect('{');
            while (Next() != '}')
            {
                string key = String();
                Expect(':');
                switch (key)
                {
                    case "descr":
                        // A list here would be a structured type.
                        descr = Next() == '\'' || Next() == '"' ? String() : throw Broken(path, "a structured type");
                        break;
                    case "fortran_order":
                        fortran = Word() switch { "True" => true, "False" => false, var other => throw Broken(path, $"fortran_order {other}") };
                        break;
                    case "shape":
                        shape = Tuple();
                        break;
                    default:
                        throw Broken(path, "an unknown key");
                }
                if (Next() == ',') _at++;
                else if (Next() != '}') throw Broken(path, "a dictionary that cannot be parsed");
            }
            if (descr is null || fortran is null || shape is null) throw Broken(path, "a key is missing");
            return new NpyHeader(descr, fortran.Value, shape, dataOffset);
        }

        char Next()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            return _at < text.Length ? text[_at] : throw Broken(path, "the dictionary is cut");
        }

        void Expect(char expected)
        {
            if (Next() != expected) throw Broken(path, $"'{expected}' expected at character {_at}");
            _at++;
        }

        string String()
        {
            char quote = Next();
            if (quote is not ('\'' or '"')) throw Broken(path, $"a text expected at character {_at}");
            int end = text.IndexOf(quote, _at + 1);
            if (end < 0) throw Broken(path, "a text without end");
            string value = text[(_at + 1)..end];
            _at = end + 1;
            return value;
        }

        string Word()
        {
            Next();
            int start = _at;
            while (_at < text.Length && char.IsAsciiLetter(text[_at])) _at++;
            return text[start.._at];
        }

        List<long> Tuple()
        {
            var values = new List<long>();
            Expect('(');
            while (Next() != ')')
            {
                int start = _at;
                while (_at < text.Length && char.IsAsciiDigit(text[_at])) _at++;
                if (values.Count == 32 || !long.TryParse(text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
                    throw Broken(path, "a shape that cannot be parsed");
                values.Add(value);
                if (Next() == ',') _at++;
                else if (Next() != ')') throw Broken(path, "a shape that cannot be parsed");
            }
            _at++;
            return values;
        }
    }
}
