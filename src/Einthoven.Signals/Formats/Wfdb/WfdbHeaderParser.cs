// Parses the text of a WFDB header (header(5) of the WFDB applications guide), tolerant where published files are untidy.
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbHeaderParser
{
    const int MaxHeaderBytes = 4 << 20;
    const double DefaultRateHz = 250;

    /// <summary>A recording of three years at 10 kHz: more is no count of samples.</summary>
    const long MostFrames = 1_000_000_000_000;

    /// <summary>Reads and parses a header file; <paramref name="shownPath"/> is what errors name.</summary>
    public static WfdbHeader ReadFile(string shownPath, string headerPath, EcgReadOptions options)
    {
        var info = new FileInfo(headerPath);
        if (!info.Exists) throw new EcgFormatException(shownPath, "", "does not exist", "check the path");
        if (info.Length > MaxHeaderBytes)
            throw new EcgFormatException(shownPath, "", $"a header of {info.Length} bytes", "this is no WFDB header; check the file");
        byte[] bytes = File.ReadAllBytes(headerPath);
        if (bytes.AsSpan().IndexOf((byte)0) >= 0)
            throw new EcgFormatException(shownPath, "", "the header holds binary data", "a WFDB header is text; check the file");
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(bytes);
        }
        return Parse(shownPath, Path.GetDirectoryName(headerPath) ?? "", text, options);
    }

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static WfdbHeader Parse(string path, string folder, string text, EcgReadOptions options)
    {
        var warnings = new List<string>();
        var comments = new List<string>();
        var signals = new List<WfdbSignal>();
        List<WfdbSegment>? segments = null;
        RecordLine? record = null;
        int number = 0;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim().TrimStart('\ufeff');
            if (line.IsEmpty) continue;
            if (line[0] == '#')
            {
                comments.Add(line[1..].Trim().ToString());
                continue;
            }
            string place = $"line {number}";
            if (record is null)
            {
                record = ParseRecordLine(path, place, line, options, warnings);
                if (record.SegmentCount > 0) segments = [];
            }
            else if (segments is not null && segments.Count < record.SegmentCount)
            {
                segments.Add(ParseSegmentLine(path, place, line));
            }
            else if (segments is null && signals.Count < record.SignalCount)
            {
                signals.Add(ParseSignalLine(path, place, line));
            }
        }
        if (record is null)
            throw new EcgFormatException(path, "", "the header has no record line", "the file is empty or cut; copy it again from its source");
        if (segments is not null && segments.Count < record.SegmentCount)
            throw new EcgFormatException(path, "", $"{record.SegmentCount} segments announced, {segments.Count} listed", "the header is cut; copy it again");
        if (segments is null && signals.Count < record.SignalCount)
            throw new EcgFormatException(path, "", $"{record.SignalCount} signals announced, {signals.Count} described", "the header is cut; copy it again");
        return new WfdbHeader
        {
            Path = path,
            Folder = folder,
            FrameRateHz = record.FrameRateHz,
            FrameCount = record.FrameCount,
            Signals = signals,
            Segments = segments,
            Comments = comments,
            BaseTime = record.BaseTime,
            BaseDate = record.BaseDate,
            Warnings = warnings,
        };
    }

    /// <summary>True when the first two lines that are no comments read as record line and signal or segment line.</summary>
    public static bool LooksLikeHeader(string text)
    {
        RecordLine? record = null;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.Trim();
            if (line.IsEmpty || line[0] == '#') continue;
            try
            {
                if (record is null)
                {
                    record = ParseRecordLine("", "", line, EcgReadOptions.Default, []);
                    continue;
                }
                if (record.SegmentCount > 0) ParseSegmentLine("", "", line);
                else ParseSignalLine("", "", line);
                return true;
            }
            catch (EcgFormatException)
            {
                return false;
            }
        }
        return false;
    }

    sealed record RecordLine(int SegmentCount, int SignalCount, double FrameRateHz, long FrameCount, string? BaseTime, string? BaseDate);

    // name[/segments] signals [rate[/counter[(base)]] [frames [time] [date]]]
    static RecordLine ParseRecordLine(string path, string place, ReadOnlySpan<char> line, EcgReadOptions options, List<string> warnings)
    {
        ReadOnlySpan<char> rest = line;
        ReadOnlySpan<char> name = NextField(ref rest);
        int segments = 0;
        int slash = name.LastIndexOf('/');
        // A million segments of the longest length still fit 64 bits.
        if (slash >= 0 && (!TryInteger(name[(slash + 1)..], out segments) || segments is < 1 or > 1_000_000))
            throw Wrong(path, place, "number of segments", name[(slash + 1)..]);
        ReadOnlySpan<char> countText = NextField(ref rest);
        if (!TryInteger(countText, out int signalCount) || signalCount < 0) throw Wrong(path, place, "number of signals", countText);
        if (signalCount > options.MaxLeads)
            throw new EcgFormatException(path, place, $"{signalCount} signals, more than the limit of {options.MaxLeads}", "raise MaxLeads if the file is meant");

        double rate = DefaultRateHz;
        ReadOnlySpan<char> rateText = NextField(ref rest);
        if (rateText.IsEmpty)
        {
            warnings.Add($"the header gives no sampling rate: {DefaultRateHz} Hz assumed, the format's default");
        }
        else
        {
            int end = rateText.IndexOfAny('/', '(');
            ReadOnlySpan<char> number = end < 0 ? rateText : rateText[..end];
            if (!TryNumber(number, out rate) || rate <= 0) throw Wrong(path, place, "sampling rate", rateText);
        }
        long frames = 0;
        ReadOnlySpan<char> framesText = NextField(ref rest);
        if (!framesText.IsEmpty && (!long.TryParse(framesText, NumberStyles.Integer, CultureInfo.InvariantCulture, out frames) || frames is < 0 or > MostFrames))
            throw Wrong(path, place, "number of samples", framesText);

        // Time and date come in either order and in several spellings; they are kept as text and never a reason to fail.
        string? time = null, date = null;
        for (ReadOnlySpan<char> field = NextField(ref rest); !field.IsEmpty; field = NextField(ref rest))
        {
            if (time is null && field.Contains(':')) time = field.ToString();
            else if (date is null && field.IndexOfAny('/', '-') >= 0) date = field.ToString();
        }
        return new RecordLine(segments, signalCount, rate, frames, time, date);
    }

    // name frames
    static WfdbSegment ParseSegmentLine(string path, string place, ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> name = NextField(ref line);
        ReadOnlySpan<char> count = NextField(ref line);
        if (!long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long frames) || frames > MostFrames)
            throw Wrong(path, place, "segment length", count);
        return new WfdbSegment(name.ToString(), frames);
    }

    // file format[xSPF][:skew][+offset] [gain[(baseline)][/units] [resolution [zero [initial [checksum [block [description]]]]]]]
    static WfdbSignal ParseSignalLine(string path, string place, ReadOnlySpan<char> line)
    {
        string file = NextField(ref line).ToString();
        ReadOnlySpan<char> formatText = NextField(ref line);
        ReadOnlySpan<char> rest = formatText;
        if (!TakeInteger(ref rest, out long format)) throw Wrong(path, place, "signal format", formatText);
        long samplesPerFrame = 1, skew = 0, offset = 0;
        while (!rest.IsEmpty)
        {
            char mark = rest[0];
            rest = rest[1..];
            bool ok = TakeInteger(ref rest, out long value);
            if (!ok || mark is not ('x' or ':' or '+')) throw Wrong(path, place, "signal format", formatText);
            if (mark == 'x') samplesPerFrame = value;
            else if (mark == ':') skew = value;
            else offset = value;
        }
        if (format > 1_000_000) throw Wrong(path, place, "signal format", formatText);
        if (samplesPerFrame is < 1 or > 1_000_000) throw Wrong(path, place, "samples per frame", formatText);
        if (skew > int.MaxValue) throw Wrong(path, place, "skew", formatText);

        ReadOnlySpan<char> gainText = NextField(ref line);
        (double gain, double? baseline, string units) = ParseGain(path, place, gainText);
        bool calibrated = gain != 0;
        NextField(ref line); // ADC resolution: information only
        double zero = Optional(path, place, "ADC zero", NextField(ref line)) ?? 0;
        double initial = Optional(path, place, "initial value", NextField(ref line)) ?? zero;
        double? checksum = Optional(path, place, "checksum", NextField(ref line));
        NextField(ref line); // block size: for tapes
        string description = line.Trim().ToString();
        return new WfdbSignal
        {
            FileName = file,
            Format = (int)format,
            SamplesPerFrame = (int)samplesPerFrame,
            SkewFrames = (int)skew,
            ByteOffset = offset,
            Gain = calibrated ? gain : WfdbSignal.DefaultGain,
            IsCalibrated = calibrated,
            Baseline = baseline ?? zero,
            Units = units,
            InitialValue = (int)Math.Clamp(initial, int.MinValue, int.MaxValue),
            Checksum = checksum is { } sum ? (int)Math.Clamp(sum, int.MinValue, int.MaxValue) : null,
            Description = description,
        };
    }

    static (double Gain, double? Baseline, string Units) ParseGain(string path, string place, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return (0, null, Units.Millivolt);
        string units = Units.Millivolt;
        ReadOnlySpan<char> rest = text;
        int slash = rest.IndexOf('/');
        if (slash >= 0)
        {
            if (slash + 1 < rest.Length) units = rest[(slash + 1)..].ToString();
            rest = rest[..slash];
        }
        double? baseline = null;
        int open = rest.IndexOf('(');
        if (open >= 0)
        {
            int close = rest.IndexOf(')');
            if (close < open || !TryNumber(rest[(open + 1)..close], out double value)) throw Wrong(path, place, "baseline", text);
            baseline = value;
            rest = rest[..open];
        }
        if (!TryNumber(rest, out double gain)) throw Wrong(path, place, "gain", text);
        return (gain, baseline, units);
    }

    static double? Optional(string path, string place, string field, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return null;
        return TryNumber(text, out double value) ? value : throw Wrong(path, place, field, text);
    }

    static EcgFormatException Wrong(string path, string place, string field, ReadOnlySpan<char> found) =>
        new(path, place, found.IsEmpty ? $"the {field} is missing" : $"the {field} reads \"{found}\"", "the header is broken; copy it again or correct the line");

    static ReadOnlySpan<char> NextField(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        int end = rest.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> field = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return field;
    }

    static bool TakeInteger(ref ReadOnlySpan<char> text, out long value)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length])) length++;
        bool ok = long.TryParse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        text = text[length..];
        return ok;
    }

    static bool TryInteger(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    static bool TryNumber(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
