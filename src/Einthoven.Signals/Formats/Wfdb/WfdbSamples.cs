// The binary storage formats of WFDB signal files (signal(5) of the WFDB applications guide): bytes to counts.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbSamples
{
    public static bool IsSupported(int format) => format is 8 or 16 or 24 or 32 or 61 or 80 or 160 or 212 or 310 or 311;

    /// <summary>True for the FLAC-coded formats, 8, 16 and 24 bits.</summary>
    public static bool IsFlac(int format) => format is 508 or 516 or 524;

    /// <summary>The count that stands for a missing sample; null for format 8, which has none.</summary>
    public static int? InvalidCode(int format) => format switch
    {
        16 or 61 or 160 or 516 => short.MinValue,
        24 or 524 => -8388608,
        32 => int.MinValue,
        80 or 508 => -128,
        212 => -2048,
        310 or 311 => -512,
        _ => null,
    };

    /// <summary>Bytes that hold <paramref name="samples"/> samples.</summary>
    public static long ByteCount(int format, long samples) => format switch
    {
        8 or 80 => samples,
        16 or 61 or 160 => checked(2 * samples),
        24 => checked(3 * samples),
        32 => checked(4 * samples),
        212 => checked(3 * samples + 1) / 2,
        310 => samples / 3 * 4 + (samples % 3) switch { 0 => 0, 1 => 2, _ => 4 },
        311 => samples / 3 * 4 + (samples % 3) switch { 0 => 0, 1 => 2, _ => 3 },
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Whole samples that <paramref name="bytes"/> bytes hold.</summary>
    public static long SampleCount(int format, long bytes) => format switch
    {
        8 or 80 => bytes,
        16 or 61 or 160 => bytes / 2,
        24 => bytes / 3,
        32 => bytes / 4,
        212 => bytes / 3 * 2 + (bytes % 3 == 2 ? 1 : 0),
        310 => bytes / 4 * 3 + (bytes % 4 >= 2 ? 1 : 0),
        311 => bytes / 4 * 3 + (bytes % 4) switch { 3 => 2, 2 => 1, _ => 0 },
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Decodes as many samples as <paramref name="counts"/> holds. Format 8 yields the stored differences.</summary>
    public static void Decode(int format, ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        switch (format)
        {
            case 8:
                for (int i = 0; i < counts.Length; i++) counts[i] = (sbyte)bytes[i];
                break;
            case 16 when BitConverter.IsLittleEndian:
                ReadOnlySpan<short> words = MemoryMarshal.Cast<byte, short>(bytes)[..counts.Length];
                for (int i = 0; i < counts.Length; i++) counts[i] = words[i];
                break;
            case 16:
                for (int i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
                break;
            case 24:
                for (int i = 0; i < counts.Length; i++) counts[i] = bytes[3 * i] | bytes[3 * i + 1] << 8 | (sbyte)bytes[3 * i + 2] << 16;
                break;
            case 32:
                for (int i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
                break;
            case 61:
                for (int i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * i)..]);
                break;
            case 80:
                for (int i = 0; i < counts.Length; i++) counts[i] = bytes[i] - 128;
                break;
            case 160:
                for (int i = 0; i < counts.Length; i++) counts[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) - 32768;
                break;
            case 212:
                Decode212(bytes, counts);
                break;
            case 310:
                Decode310(bytes, counts);
                break;
            case 311:
                Decode311(bytes, counts);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format));
        }
    }

    // Two 12-bit samples in three bytes: the middle byte holds the high bits of both.
    static void Decode212(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        int pairs = counts.Length / 2;
        for (int i = 0; i < pairs; i++)
        {
            int middle = bytes[3 * i + 1];
            counts[2 * i] = SignExtend(bytes[3 * i] | (middle & 15) << 8, 12);
            counts[2 * i + 1] = SignExtend(bytes[3 * i + 2] | middle >> 4 << 8, 12);
        }
        if (counts.Length % 2 == 1)
            counts[^1] = SignExtend(bytes[3 * pairs] | (bytes[3 * pairs + 1] & 15) << 8, 12);
    }

    // Three 10-bit samples in two words: bits 1-10 of each word, the third in the five high bits of both.
    static void Decode310(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            int at = i / 3 * 4;
            int first = BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
            int second = i % 3 == 0 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 2)..]);
            int value = (i % 3) switch
            {
                0 => first >> 1 & 1023,
                1 => second >> 1 & 1023,
                _ => first >> 11 | second >> 11 << 5,
            };
            counts[i] = SignExtend(value, 10);
        }
    }

    // Three 10-bit samples in the low 30 bits of one 32-bit word; the last word may be cut to the bytes it needs.
    static void Decode311(ReadOnlySpan<byte> bytes, Span<int> counts)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            int at = i / 3 * 4;
            uint word = 0;
            for (int k = Math.Min(4, bytes.Length - at) - 1; k >= 0; k--) word = word << 8 | bytes[at + k];
            counts[i] = SignExtend((int)(word >> 10 * (i % 3)) & 1023, 10);
        }
    }

    static int SignExtend(int value, int bits) => value << 32 - bits >> 32 - bits;
}
