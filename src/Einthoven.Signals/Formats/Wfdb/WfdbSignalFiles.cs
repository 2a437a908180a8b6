// Reads the signal files of one WFDB segment: sizes first, then one read per file, then one signal at a time.
using System.Buffers;

namespace Einthoven.Signals.Formats.Wfdb;

/// <summary>Takes the counts of one signal in time order, after the skew shift. From <paramref name="present"/> on they are fill.</summary>
delegate void WfdbCountsSink(int signal, ReadOnlySpan<int> counts, int present);

static class WfdbSignalFiles
{
    /// <summary>Samples that a header may announce beyond what its files hold before it is taken for broken.</summary>
    const long ImplausibleSamples = 16L << 20;

    /// <summary>Signals that share a file; they follow each other in the header.</summary>
    sealed record FileGroup(string Name, string Path, int Format, int First, int Count, int FrameSamples, long ByteOffset, long FileLength)
    {
        public bool IsFlac => WfdbSamples.IsFlac(Format);

        /// <summary>Whole frames in the file. A FLAC file tells only when it is decoded.</summary>
        public long Frames => IsFlac ? long.MaxValue : WfdbSamples.SampleCount(Format, Math.Max(0, FileLength - ByteOffset)) / FrameSamples;
    }

    /// <summary>Reads every signal of a segment and hands its counts on; returns the number of frames.</summary>
    public static long Read(
        WfdbHeader header, EcgReadOptions options, List<string> warnings, WfdbCountsSink sink, CancellationToken cancellation)
    {
        List<FileGroup> groups = Group(header);
        long frames = header.FrameCount > 0 ? header.FrameCount : FramesOfFiles(header, groups);
        CheckSize(header, groups, frames, options);
        foreach (FileGroup group in groups)
        {
            cancellation.ThrowIfCancellationRequested();
            if (group.IsFlac) ReadFlac(header, group, frames, warnings, sink);
            else ReadPlain(header, group, frames, warnings, sink);
        }
        return frames;
    }

    /// <summary>Frames of a segment: as the header says, else as many as its files hold.</summary>
    public static long CountFrames(WfdbHeader header) =>
        header.FrameCount > 0 || header.Signals.Count == 0 ? header.FrameCount : FramesOfFiles(header, Group(header));

    static List<FileGroup> Group(WfdbHeader header)
    {
        var groups = new List<FileGroup>(1);
        for (int first = 0; first < header.Signals.Count;)
        {
            WfdbSignal head = header.Signals[first];
            string place = $"signal {first}";
            if (head.FileName is "-" or "~")
                throw new EcgFormatException(header.Path, place, $"the signal file is \"{head.FileName}\"",
                    "standard input and layout headers hold no samples; name the record's own header");
            if (!WfdbSamples.IsSupported(head.Format) && !WfdbSamples.IsFlac(head.Format))
                throw new EcgFormatException(header.Path, place, $"storage format {head.Format}", "formats 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, 508, 516 and 524 are read");
            int count = 0;
            long frameSamples = 0;
            for (int i = first; i < header.Signals.Count && header.Signals[i].FileName == head.FileName; i++, count++)
            {
                WfdbSignal signal = header.Signals[i];
                if (signal.Format != head.Format || signal.ByteOffset != head.ByteOffset)
                    throw new EcgFormatException(header.Path, $"signal {i}", "format or offset differs from the other signals of its file",
                        "signals of one file share both; correct the header");
                frameSamples += signal.SamplesPerFrame;
            }
            string path = WfdbPaths.Resolve(header.Path, header.Folder, head.FileName, place);
            var info = new FileInfo(path);
            if (!info.Exists)
                throw new EcgFormatException(header.Path, place, $"the signal file {head.FileName} is not beside the header", "copy it there");
            groups.Add(new FileGroup(head.FileName, path, head.Format, first, count, (int)frameSamples, head.ByteOffset, info.Length));
            first += count;
        }
        return groups;
    }

    static long FramesOfFiles(WfdbHeader header, List<FileGroup> groups)
    {
        long frames = long.MaxValue;
        foreach (FileGroup group in groups) frames = Math.Min(frames, group.Frames);
        if (frames == long.MaxValue)
            throw new EcgFormatException(header.Path, "record line", "the number of samples is missing", "FLAC files need it; add it to the header");
        return frames;
    }

    // Before anything is allocated: the decoded size against the limit, and against what the files can hold.
    static void CheckSize(WfdbHeader header, List<FileGroup> groups, long frames, EcgReadOptions options)
    {
        double samples = 0, present = 0;
        foreach (FileGroup group in groups)
        {
            samples += (double)frames * group.FrameSamples;
            present += group.IsFlac ? (double)group.FileLength * group.Count * 4096 : (double)Math.Min(frames, group.Frames) * group.FrameSamples;
        }
        if (samples * sizeof(double) > options.MaxDecodedBytes || samples > Array.MaxLength)
            throw new EcgFormatException(header.Path, "record line", $"{frames} frames would take {samples * sizeof(double):F0} bytes, the limit is {options.MaxDecodedBytes}",
                "raise MaxDecodedBytes if the file is meant");
        if (samples > ImplausibleSamples && present < samples / 2)
            throw new EcgFormatException(header.Path, "record line", $"{frames} frames announced, the signal files hold less than half of them",
                "the header or the signal file is damaged; copy both again");
    }

    static void ReadPlain(WfdbHeader header, FileGroup group, long frames, List<string> warnings, WfdbCountsSink sink)
    {
        int present = (int)Math.Min(frames, group.Frames);
        if (present == 0)
            throw new EcgFormatException(header.Path, $"signal {group.First}", $"{group.Name} holds no samples ({group.FileLength} bytes)", "the signal file is empty or cut; copy it again");
        if (present < frames)
            warnings.Add($"{group.Name} holds {present} of {frames} frames; the rest is missing");
        int samples = present * group.FrameSamples;
        int byteCount = (int)Math.Min(WfdbSamples.ByteCount(group.Format, samples), Math.Max(0, group.FileLength - group.ByteOffset));
        byte[] bytes = ArrayPool<byte>.Shared.Rent(byteCount);
        int[] counts = ArrayPool<int>.Shared.Rent(samples);
        int longest = 0;
        for (int s = 0; s < group.Count; s++) longest = Math.Max(longest, header.Signals[group.First + s].SamplesPerFrame);
        int[] signal = ArrayPool<int>.Shared.Rent(checked((int)(frames * longest)));
        try
        {
            using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(group.Path))
            {
                for (int done = 0; done < byteCount;)
                {
                    int read = RandomAccess.Read(file, bytes.AsSpan(done, byteCount - done), group.ByteOffset + done);
                    if (read == 0) throw new EndOfStreamException($"{group.Name} ended while it was read");
                    done += read;
                }
            }
            WfdbSamples.Decode(group.Format, bytes.AsSpan(0, byteCount), counts.AsSpan(0, samples));
            for (int s = 0, offset = 0; s < group.Count; s++)
            {
                WfdbSignal line = header.Signals[group.First + s];
                int perFrame = line.SamplesPerFrame;
                int stored = present * perFrame;
                Deinterleave(counts.AsSpan(0, samples), group.FrameSamples, offset, perFrame, signal.AsSpan(0, stored));
                Finish(line, group.First + s, signal.AsSpan(0, checked((int)(frames * perFrame))), stored, warnings, sink);
                offset += perFrame;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<int>.Shared.Return(counts);
            ArrayPool<int>.Shared.Return(signal);
        }
    }

    // Every signal of the file is a channel with SPF samples a frame one after the other; the stream's own rate says nothing.
    static void ReadFlac(WfdbHeader header, FileGroup group, long frames, List<string> warnings, WfdbCountsSink sink)
    {
        string place = $"signal {group.First}";
        WfdbSignal head = header.Signals[group.First];
        if (Enumerable.Range(group.First, group.Count).Any(i => header.Signals[i].SamplesPerFrame != head.SamplesPerFrame))
            throw new EcgFormatException(header.Path, place, "signals of one FLAC file differ in samples per frame", "the channels of a stream have one rate; correct the header");
        byte[] bytes = File.ReadAllBytes(group.Path);
        ReadOnlySpan<byte> stream = bytes.AsSpan((int)Math.Min(group.ByteOffset, bytes.Length));
        FlacInfo info = Flac.Identify(stream) ?? throw new EcgFormatException(header.Path, place, $"{group.Name} is no FLAC stream", "copy it again");
        if (info.Channels != group.Count)
            throw new EcgFormatException(header.Path, place, $"{group.Name} has {info.Channels} channels for {group.Count} signals", "header and file do not belong together");
        int[][] channels = new int[group.Count][];
        for (int c = 0; c < channels.Length; c++) channels[c] = new int[frames * head.SamplesPerFrame];
        int stored;
        try
        {
            stored = Flac.Decode(stream, info, channels);
        }
        catch (InvalidDataException error)
        {
            throw new EcgFormatException(header.Path, place, $"{group.Name}: {error.Message}", "the file is damaged; copy it again", error);
        }
        if (stored < channels[0].Length)
            warnings.Add($"{group.Name} holds {stored / head.SamplesPerFrame} of {frames} frames; the rest is missing");
        for (int c = 0; c < channels.Length; c++) Finish(header.Signals[group.First + c], group.First + c, channels[c], stored, warnings, sink);
    }

    // samples [frames, frameSamples] → the perFrame columns of one signal, in time order
    static void Deinterleave(ReadOnlySpan<int> samples, int frameSamples, int offset, int perFrame, Span<int> signal)
    {
        if (perFrame == 1)
        {
            for (int i = 0, at = offset; i < signal.Length; i++, at += frameSamples) signal[i] = samples[at];
            return;
        }
        for (int i = 0, at = offset; i < signal.Length; i += perFrame, at += frameSamples)
            samples.Slice(at, perFrame).CopyTo(signal[i..]);
    }

    // Undoes the differences of format 8, checks the sum, shifts by the skew, fills what is missing.
    static void Finish(WfdbSignal line, int index, Span<int> signal, int stored, List<string> warnings, WfdbCountsSink sink)
    {
        Span<int> present = signal[..stored];
        if (line.Format == 8)
        {
            int running = line.InitialValue;
            for (int i = 0; i < present.Length; i++) present[i] = running = unchecked(running + present[i]);
        }
        // A sum of 0 is what many writers put there without computing it.
        if (line.Checksum is { } expected && expected != 0 && stored == signal.Length && (short)Sum(present) != unchecked((short)expected))
            warnings.Add($"signal {index} ({LeadNames.Canonical(line.Description)}): the checksum does not match; the samples may be damaged");
        int shift = (int)Math.Min((long)line.SkewFrames * line.SamplesPerFrame, stored);
        if (shift > 0)
        {
            present[shift..].CopyTo(signal);
            stored -= shift;
        }
        signal[stored..].Fill(WfdbSamples.InvalidCode(line.Format) ?? 0);
        sink(index, signal, stored);
    }

    static int Sum(ReadOnlySpan<int> values)
    {
        int sum = 0;
        foreach (int value in values) sum = unchecked(sum + value);
        return sum;
    }
}
