// The values of a NumPy array: leads, a scalar, or texts.
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Npy;

static class NpyArray
{
    /// <summary>The number type of a descr such as <c>&lt;f4</c>, or null where it is no plain number.</summary>
    public static (NumberType Type, bool BigEndian)? Number(string descr)
    {
        bool bigEndian = descr.StartsWith('>');
        return descr.TrimStart('<', '>', '|', '=') switch
        {
            "f2" => (NumberType.Float16, bigEndian),
            "f4" => (NumberType.Float32, bigEndian),
            "f8" => (NumberType.Float64, bigEndian),
            "i1" => (NumberType.Int8, bigEndian),
            "i2" => (NumberType.Int16, bigEndian),
            "i4" => (NumberType.Int32, bigEndian),
            "i8" => (NumberType.Int64, bigEndian),
            "u1" or "b1" => (NumberType.UInt8, bigEndian),
            "u2" => (NumberType.UInt16, bigEndian),
            "u4" => (NumberType.UInt32, bigEndian),
            "u8" => (NumberType.UInt64, bigEndian),
            _ => null,
        };
    }

    /// <summary>Leads of a two-dimensional array (axes of length 1 in front do not count), one after the other.</summary>
    public static (double[][] Leads, bool IsInteger) Signal(string path, ReadOnlySpan<byte> file, NpyHeader header, EcgReadOptions options)
    {
        if (header.IsObject)
            throw new EcgFormatException(path, "NPY header", "an array of Python objects", "its data are a pickle, which is never executed; save the numbers as a plain array");
        (NumberType type, bool bigEndian) = Number(header.Descr)
            ?? throw new EcgFormatException(path, "NPY header", $"values of type {header.Descr}", "a signal is an array of numbers");
        long[] shape = [.. header.Shape.SkipWhile((length, axis) => length == 1 && axis < header.Shape.Count - 1)];
        if (shape.Length is < 1 or > 2)
            throw new EcgFormatException(path, "NPY header", $"shape ({string.Join(", ", header.Shape)})", "one record is leads by samples; save records in files of their own");
        (long rows, long columns) = shape.Length == 1 ? (1, shape[0]) : (shape[0], shape[1]);
        bool leadsAreRows = SignalMatrix.LeadsAreRows(rows, columns);
        (long leadCount, long samples) = leadsAreRows ? (rows, columns) : (columns, rows);
        SignalMatrix.CheckSize(path, "NPY header", leadCount, samples, options);
        int size = Numbers.Size(type);
        ReadOnlySpan<byte> bytes = file[header.DataOffset..];
        if ((double)leadCount * samples * size > bytes.Length)
            throw new EcgFormatException(path, "NPY data", $"{bytes.Length} bytes for {leadCount} leads of {samples} samples", "the file is cut; save it again");
        // Leads lie one after the other when they are the rows of C order or the columns of Fortran order.
        bool contiguous = leadsAreRows != header.FortranOrder || leadCount == 1;
        double[][] leads = new double[leadCount][];
        for (int lead = 0; lead < leads.Length; lead++)
        {
            double[] values = leads[lead] = new double[samples];
            if (contiguous)
            {
                Numbers.Decode(bytes.Slice((int)(lead * samples * size), (int)(samples * size)), type, bigEndian, values);
                continue;
            }
            for (int t = 0; t < values.Length; t++)
                Numbers.Decode(bytes.Slice((int)((t * leadCount + lead) * size), size), type, bigEndian, values.AsSpan(t, 1));
        }
        return (leads, Numbers.IsInteger(type));
    }

    /// <summary>A single number, for the sampling rate of an archive; null where it is none.</summary>
    public static double? Scalar(ReadOnlySpan<byte> file, NpyHeader header)
    {
        if (Number(header.Descr) is not var (type, bigEndian) || header.Shape.Any(length => length != 1)) return null;
        double[] value = new double[1];
        if (file.Length - header.DataOffset < Numbers.Size(type)) return null;
        Numbers.Decode(file[header.DataOffset..], type, bigEndian, value);
        return value[0];
    }

    /// <summary>The texts of a string array (UTF-32 or bytes); null where it is none.</summary>
    public static string[]? Texts(ReadOnlySpan<byte> file, NpyHeader header)
    {
        string kind = header.Descr.TrimStart('<', '>', '|', '=');
        if (kind.Length < 2 || kind[0] is not ('U' or 'S') || !int.TryParse(kind.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int width)) return null;
        long item = kind[0] == 'U' ? 4L * width : width;
        if (header.Shape.Count > 1 || header.Count > 4096 || header.Count * item > file.Length - header.DataOffset) return null;
        Encoding encoding = kind[0] == 'S' ? Encoding.Latin1 : new UTF32Encoding(bigEndian: header.Descr[0] == '>', byteOrderMark: false);
        string[] texts = new string[header.Count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = encoding.GetString(file.Slice(header.DataOffset + (int)(i * item), (int)item)).TrimEnd('\0');
        return texts;
    }
}
