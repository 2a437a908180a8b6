// WFDB annotation files in MIT format: pairs of bytes, six bits of code and ten of time step (PhysioNet, WFDB Applications Guide, annot(5)).
using System.Buffers.Binary;
using System.Text;
using Einthoven.Signals.Beats;

namespace Einthoven.Signals;

/// <summary>One annotation.</summary>
/// <param name="Sample">Sample number.</param>
/// <param name="Symbol">The label as WFDB programs show it: N, V, (, p, t …; [n] for a code without one.</param>
/// <param name="Num">Attached number; of a bracket, the wave it belongs to (0 P, 1 QRS, 2 T).</param>
/// <param name="Channel">Signal number.</param>
/// <param name="Subtype">Attached subtype.</param>
/// <param name="Aux">Attached text.</param>
public sealed record WfdbAnnotation(long Sample, string Symbol, int Num = 0, int Channel = 0, int Subtype = 0, string Aux = "");

/// <summary>Reads and writes annotation files.</summary>
public static class WfdbAnnotations
{
    const int Skip = 59, NumCode = 60, SubCode = 61, ChannelCode = 62, AuxCode = 63, MaxStep = 1023;

    // Index = code. Codes without a symbol of their own are empty.
    static readonly string[] s_symbols =
    [
        "", "N", "L", "R", "a", "V", "F", "J", "A", "S", "E", "j", "/", "Q", "~", "", "|", "", "s", "T", "*", "D", "\"", "=", "p", "B", "^", "t", "+", "u",
        "?", "!", "[", "]", "e", "n", "@", "x", "f", "(", ")", "r",
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="EcgFormatException">The file is missing or ends inside an annotation.</exception>
    public static IReadOnlyList<WfdbAnnotation> Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EcgFormatException(path, "", error.Message, "check the path", error);
        }
        var result = new List<WfdbAnnotation>();
        long time = 0;
        int num = 0, channel = 0;
        for (int at = 0; ;)
        {
            int word = Word(path, bytes, at), code = word >> 10, step = word & MaxStep;
            int start = at;
            at += 2;
            if (word == 0) return result;
            switch (code)
            {
                case Skip:
                    // The step is a 32-bit number with its halves exchanged.
                    time += (Word(path, bytes, at) << 16) | Word(path, bytes, at + 2);
                    at += 4;
                    break;
                case NumCode:
                    num = (sbyte)step;
                    Change(path, result, start, a => a with { Num = (sbyte)step });
                    break;
                case SubCode:
                    Change(path, result, start, a => a with { Subtype = (sbyte)step });
                    break;
                case ChannelCode:
                    channel = (sbyte)step;
                    Change(path, result, start, a => a with { Channel = (sbyte)step });
                    break;
                case AuxCode:
                    if (at + step > bytes.Length) throw Ended(path, start);
                    string text = Encoding.Latin1.GetString(bytes, at, step).TrimEnd('\0');
                    Change(path, result, start, a => a with { Aux = text });
                    at += step + (step & 1);
                    break;
                default:
                    time += step;
                    string symbol = code < s_symbols.Length && s_symbols[code].Length > 0 ? s_symbols[code] : $"[{code}]";
                    // Number and channel stay in force until they change.
                    result.Add(new(time, symbol, num, channel));
                    break;
            }
        }
    }

    /// <summary>Writes a file; annotations in the order of time.</summary>
    /// <exception cref="ArgumentException">A symbol is unknown, or times are not ascending.</exception>
    public static void Write(string path, IReadOnlyList<WfdbAnnotation> annotations)
    {
        using var stream = new MemoryStream();
        long time = 0;
        int num = 0, channel = 0;
        void Put(int word)
        {
            stream.WriteByte((byte)word);
            stream.WriteByte((byte)(word >> 8));
        }
        foreach (WfdbAnnotation annotation in annotations)
        {
            int code = Array.IndexOf(s_symbols, annotation.Symbol);
            if (code < 1) throw new ArgumentException($"no annotation code for '{annotation.Symbol}'", nameof(annotations));
            long step = annotation.Sample - time;
            if (step < 0) throw new ArgumentException($"annotation at sample {annotation.Sample} follows one at {time}", nameof(annotations));
            if (step > MaxStep)
            {
                Put(Skip << 10);
                Put((int)(step >> 16));
                Put((int)(step & 0xFFFF));
                step = 0;
            }
            Put((code << 10) | (int)step);
            if (annotation.Subtype != 0) Put((SubCode << 10) | (annotation.Subtype & 0xFF));
            if (annotation.Channel != channel) Put((ChannelCode << 10) | (annotation.Channel & 0xFF));
            if (annotation.Num != num) Put((NumCode << 10) | (annotation.Num & 0xFF));
            (time, num, channel) = (annotation.Sample, annotation.Num, annotation.Channel);
            if (annotation.Aux.Length == 0) continue;
            byte[] aux = Encoding.Latin1.GetBytes(annotation.Aux.Length > 255 ? annotation.Aux[..255] : annotation.Aux);
            Put((AuxCode << 10) | aux.Length);
            stream.Write(aux);
            if (aux.Length % 2 == 1) stream.WriteByte(0);
        }
        Put(0);
        File.WriteAllBytes(path, stream.ToArray());
    }

    /// <summary>The marks of a series: brackets around each wave, p, N and t at the peaks, as delineation files of PhysioNet have them.</summary>
    public static IReadOnlyList<WfdbAnnotation> Of(BeatSeries series, double samplingRateHz)
    {
        var result = new List<WfdbAnnotation>();
        void Add(double? seconds, string symbol, int num)
        {
            if (seconds is { } s) result.Add(new((long)Math.Round(s * samplingRateHz), symbol, num));
        }
        foreach (WaveMarks m in series.Beats.Select(b => b.Marks))
        {
            Add(m.POn, "(", 0);
            Add(m.PPeak, "p", 0);
            Add(m.POff, ")", 0);
            Add(m.QrsOn, "(", 1);
            Add(m.RPeak, "N", 0);
            Add(m.QrsOff, ")", 1);
            Add(m.TOn, "(", 2);
            Add(m.TPeak, "t", 0);
            Add(m.TOff, ")", 2);
        }
        return [.. result.OrderBy(a => a.Sample)];
    }

    static int Word(string path, byte[] bytes, int at) => at + 2 <= bytes.Length ? BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) : throw Ended(path, at);

    static void Change(string path, List<WfdbAnnotation> annotations, int at, Func<WfdbAnnotation, WfdbAnnotation> change)
    {
        if (annotations.Count == 0) throw new EcgFormatException(path, $"byte {at}", "an attribute before the first annotation", "the file is no MIT annotation file");
        annotations[^1] = change(annotations[^1]);
    }

    static EcgFormatException Ended(string path, int at) => new(path, $"byte {at}", "the file ends inside an annotation", "get the whole file");
}
