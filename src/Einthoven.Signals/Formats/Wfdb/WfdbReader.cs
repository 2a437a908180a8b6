// From a WFDB header and its signal files to an EcgRecord.
using Einthoven.Signals.Formats.Matlab;

namespace Einthoven.Signals.Formats.Wfdb;

static class WfdbReader
{
    /// <summary>Reads the record of a header; <paramref name="shownPath"/> and <paramref name="format"/> are what the record says of itself.</summary>
    public static EcgRecord Read(string shownPath, string headerPath, string format, EcgReadOptions options, CancellationToken cancellation)
    {
        string path = shownPath;
        WfdbHeader header = WfdbHeaderParser.ReadFile(path, headerPath, options);
        var warnings = new List<string>(header.Warnings);
        if (header.Segments is null && header.Signals.Count == 0)
            throw new EcgFormatException(path, "record line", "the record has no signals", "it holds annotations only");
        if (header.Segments is not null) return WfdbSegments.Read(header, format, options, cancellation);
        if (LevelFiveMatlab(header) is { } matlab) return MatReader.ReadVariables(path, matlab, format, header, options);
        double[][] values = new double[header.Signals.Count][];
        long frames = WfdbSignalFiles.Read(header, options, warnings, (index, counts, present) =>
        {
            double[] samples = new double[counts.Length];
            ToPhysical(header.Signals[index], counts, present, samples);
            values[index] = samples;
        }, cancellation);
        EcgLead[] leads = new EcgLead[values.Length];
        for (int i = 0; i < leads.Length; i++) leads[i] = Lead(header.Signals[i], header.FrameRateHz, values[i]);
        WarnUncalibrated(header.Signals, warnings);
        return new EcgRecord(path, format, header.FrameRateHz, frames, leads, WfdbMetadata.Read(header), warnings);
    }

    // Challenge headers expect a level 4 file, whose values lie in it as in a WFDB file. One saved anew at level 5 is read as what it is.
    static string? LevelFiveMatlab(WfdbHeader header)
    {
        WfdbSignal first = header.Signals[0];
        if (!first.FileName.EndsWith(".mat", StringComparison.OrdinalIgnoreCase)) return null;
        string path = WfdbPaths.Resolve(header.Path, header.Folder, first.FileName, "signal 0");
        return File.Exists(path) && MatReader.IsLevel5(path) ? path : null;
    }

    /// <summary>Physical value = (count - baseline) / gain, in millivolts for voltages; NaN for the invalid code and from <paramref name="present"/> on.</summary>
    public static void ToPhysical(WfdbSignal signal, ReadOnlySpan<int> counts, int present, Span<double> values)
    {
        double baseline = signal.Baseline, gain = signal.Gain;
        for (int i = 0; i < present; i++) values[i] = (counts[i] - baseline) / gain;
        if (WfdbSamples.InvalidCode(signal.Format) is { } invalid)
        {
            for (int i = 0; i < present; i++)
                if (counts[i] == invalid) values[i] = double.NaN;
        }
        values[present..].Fill(double.NaN);
        Units.Apply(Units.Normalise(signal.Units).Factor, values);
    }

    public static EcgLead Lead(WfdbSignal signal, double frameRateHz, double[] values) =>
        new(signal.Description, Units.Normalise(signal.Units).Unit, frameRateHz * signal.SamplesPerFrame, values);

    public static void WarnUncalibrated(IReadOnlyList<WfdbSignal> signals, List<string> warnings)
    {
        if (signals.All(s => s.IsCalibrated)) return;
        string names = string.Join(", ", signals.Where(s => !s.IsCalibrated).Select(s => LeadNames.Canonical(s.Description)));
        warnings.Add($"uncalibrated: {names}; {WfdbSignal.DefaultGain} counts per unit assumed, the format's default");
    }
}
