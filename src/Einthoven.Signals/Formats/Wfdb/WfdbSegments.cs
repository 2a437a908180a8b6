// Records of several segments: a master header lists them; gaps, and leads that a segment lacks, are missing samples.
namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbSegments
{
    public static EcgRecord Read(WfdbHeader master, string format, EcgReadOptions options, CancellationToken cancellation)
    {
        IReadOnlyList<WfdbSegment> segments = master.Segments!;
        var warnings = new List<string>(master.Warnings);
        // A first segment of length 0 is the layout: it names every signal that any segment may hold.
        bool isVariable = segments[0] is { FrameCount: 0, IsGap: false };
        WfdbHeader layout = Layout(master, options);
        long frames = 0;
        foreach (WfdbSegment segment in segments) frames = checked(frames + segment.FrameCount);
        if (master.FrameCount != 0 && master.FrameCount != frames)
            warnings.Add($"the record announces {master.FrameCount} frames, its segments add up to {frames}");
        CheckSize(master, layout, frames, options);

        double[][] values = new double[layout.Signals.Count][];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = GC.AllocateUninitializedArray<double>((int)(frames * layout.Signals[i].SamplesPerFrame));
            Array.Fill(values[i], double.NaN);
        }
        long start = 0;
        foreach (WfdbSegment segment in segments)
        {
            if (!segment.IsGap && segment.FrameCount > 0) ReadSegment(master, layout, segment, isVariable, start, values, warnings, options, cancellation);
            start += segment.FrameCount;
        }
        EcgLead[] leads = new EcgLead[values.Length];
        for (int i = 0; i < leads.Length; i++) leads[i] = WfdbReader.Lead(layout.Signals[i], master.FrameRateHz, values[i]);
        return new EcgRecord(master.Path, format, master.FrameRateHz, frames, leads, WfdbMetadata.Read(master), warnings);
    }

    /// <summary>The header that names the signals of a record of several segments.</summary>
    public static WfdbHeader Layout(WfdbHeader master, EcgReadOptions options) =>
        Header(master, master.Segments!.FirstOrDefault(s => !s.IsGap)
            ?? throw new EcgFormatException(master.Path, "segments", "nothing but gaps", "the record holds no samples"), options);

    static void ReadSegment(
        WfdbHeader master, WfdbHeader layout, WfdbSegment segment, bool isVariable, long start,
        double[][] values, List<string> warnings, EcgReadOptions options, CancellationToken cancellation)
    {
        WfdbHeader header = Header(master, segment, options);
        if (header.FrameRateHz != master.FrameRateHz)
            throw new EcgFormatException(master.Path, $"segment {segment.Name}", $"{header.FrameRateHz} Hz in a record of {master.FrameRateHz} Hz", "name the segment itself");
        int[] places = Places(master, layout, header, segment, isVariable);
        // The master's count rules; a segment that says less ends early.
        long frames = header.FrameCount > 0 ? Math.Min(header.FrameCount, segment.FrameCount) : segment.FrameCount;
        if (frames < segment.FrameCount) warnings.Add($"segment {segment.Name} holds {frames} of {segment.FrameCount} frames; the rest is missing");
        if (header.Signals.Count == 0) return;
        WfdbSignalFiles.Read(header with { FrameCount = frames }, options, warnings, (index, counts, present) =>
        {
            if (places[index] < 0) return;
            WfdbSignal signal = header.Signals[index];
            // The gain is the segment's own: layouts may have another.
            Span<double> target = values[places[index]].AsSpan((int)(start * signal.SamplesPerFrame), counts.Length);
            WfdbReader.ToPhysical(signal, counts, present, target);
        }, cancellation);
    }

    // Place of each of the segment's signals in the layout: by position in a fixed layout, by description in a variable one.
    static int[] Places(WfdbHeader master, WfdbHeader layout, WfdbHeader header, WfdbSegment segment, bool isVariable)
    {
        if (!isVariable && header.Signals.Count != layout.Signals.Count)
            throw new EcgFormatException(master.Path, $"segment {segment.Name}", $"{header.Signals.Count} signals, the first segment has {layout.Signals.Count}",
                "segments of a fixed layout have the same signals");
        int[] places = new int[header.Signals.Count];
        for (int i = 0; i < places.Length; i++)
        {
            WfdbSignal signal = header.Signals[i];
            places[i] = isVariable ? Find(layout, signal, places.AsSpan(0, i)) : i;
            if (places[i] < 0) continue;
            if (layout.Signals[places[i]].SamplesPerFrame != signal.SamplesPerFrame)
                throw new EcgFormatException(master.Path, $"segment {segment.Name}, signal {i}", $"{signal.SamplesPerFrame} samples per frame, the layout says {layout.Signals[places[i]].SamplesPerFrame}",
                    "name the segment itself");
            if (Units.Normalise(layout.Signals[places[i]].Units).Unit != Units.Normalise(signal.Units).Unit)
                throw new EcgFormatException(master.Path, $"segment {segment.Name}, signal {i}", $"unit {signal.Units}, the layout says {layout.Signals[places[i]].Units}",
                    "name the segment itself");
        }
        return places;
    }

    static int Find(WfdbHeader layout, WfdbSignal signal, ReadOnlySpan<int> taken)
    {
        for (int i = 0; i < layout.Signals.Count; i++)
            if (layout.Signals[i].Description == signal.Description && !taken.Contains(i)) return i;
        return -1;
    }

    static WfdbHeader Header(WfdbHeader master, WfdbSegment segment, EcgReadOptions options)
    {
        string place = $"segment {segment.Name}";
        string path = WfdbPaths.Resolve(master.Path, master.Folder, segment.Name + ".hea", place);
        if (!File.Exists(path)) throw new EcgFormatException(master.Path, place, "its header is not beside the record", "copy it there");
        WfdbHeader header = WfdbHeaderParser.ReadFile(master.Path, path, options);
        if (header.Segments is not null) throw new EcgFormatException(master.Path, place, "a segment made of segments", "the format does not allow it");
        return header;
    }

    static void CheckSize(WfdbHeader master, WfdbHeader layout, long frames, EcgReadOptions options)
    {
        double samples = 0;
        foreach (WfdbSignal signal in layout.Signals)
        {
            samples += (double)frames * signal.SamplesPerFrame;
            if ((double)frames * signal.SamplesPerFrame > Array.MaxLength) samples = double.PositiveInfinity;
        }
        if (layout.Signals.Count == 0 || frames == 0)
            throw new EcgFormatException(master.Path, "segments", "no samples", "the record holds annotations only");
        if (samples * sizeof(double) > options.MaxDecodedBytes)
            throw new EcgFormatException(master.Path, "segments", $"{frames} frames take more than {options.MaxDecodedBytes} bytes", "raise MaxDecodedBytes, or name one segment");
    }
}
