// From the variables of a MATLAB file to an EcgRecord: PhysioNet Challenge (val) and fairseq-signals (feats).
using Einthoven.Signals.Dsp;
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals.Formats.Matlab;

static class MatReader
{
    const string ChallengeSignal = "val", FairseqSignal = "feats";

    /// <summary>Where the rate of the stored signal is found, first match first.</summary>
    static readonly string[] RateNames = ["curr_sample_rate", "org_sample_rate", "sample_rate", "sampling_rate", "fs", "Fs"];

    static readonly string[] OtherNames = ["mean", "std", "age", "sex"];

    public static EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation)
    {
        string? headerPath = WfdbPaths.HeaderNaming(path);
        // A level 4 file with a header is a WFDB record: the 24 bytes before its values are the header's byte offset.
        if (headerPath is not null && !IsLevel5(path)) return WfdbReader.Read(path, headerPath, "mat", options, cancellation);
        WfdbHeader? header = headerPath is null ? null : WfdbHeaderParser.ReadFile(path, headerPath, options);
        return ReadVariables(path, path, "mat", header, options);
    }

    public static bool IsLevel5(string path) => MatLevel5.Recognises(EcgFormats.ReadHead(path).Bytes.Span);

    /// <summary>Reads the variables; <paramref name="header"/> gives names, gains and rate where it is there.</summary>
    public static EcgRecord ReadVariables(string shownPath, string path, string format, WfdbHeader? header, EcgReadOptions options)
    {
        long length = new FileInfo(path).Length;
        if (length > options.MaxDecodedBytes || length > Array.MaxLength)
            throw new EcgFormatException(shownPath, "", $"a file of {length} bytes", "this is beyond the limit; raise MaxDecodedBytes if the file is meant");
        byte[] file = File.ReadAllBytes(path);
        var names = new List<string>();
        List<MatVariable> variables = file.AsSpan().StartsWith("MATLAB"u8)
            ? MatLevel5.Read(shownPath, file, IsWanted, options, names)
            : MatLevel4.Read(shownPath, file, IsWanted, options, names);

        MatVariable? signal = variables.Find(v => v.Name == FairseqSignal && v.Values.Length > 0) ?? variables.Find(v => v.Name == ChallengeSignal && v.Values.Length > 0);
        if (signal is null)
            throw new EcgFormatException(shownPath, "variables", $"no signal named val or feats among: {(names.Count == 0 ? "none" : string.Join(", ", names.Take(20)))}",
                "only the PhysioNet Challenge and fairseq-signals layouts are read");
        bool leadsAreRows = SignalMatrix.LeadsAreRows(signal.Rows, signal.Columns);
        (int leadCount, int samples) = leadsAreRows ? (signal.Rows, signal.Columns) : (signal.Columns, signal.Rows);
        SignalMatrix.CheckSize(shownPath, $"variable {signal.Name}", leadCount, samples, options);
        double[][] leads = new double[leadCount][];
        for (int lead = 0; lead < leadCount; lead++)
        {
            double[] values = leads[lead] = new double[samples];
            for (int t = 0; t < samples; t++) values[t] = leadsAreRows ? signal[lead, t] : signal[t, lead];
        }
        var warnings = new List<string>();
        if (!leadsAreRows) warnings.Add($"{signal.Name} holds its leads as columns");
        if (header is not null) return WithHeader(shownPath, format, header, leads, warnings);

        bool isFairseq = signal.Name == FairseqSignal;
        if (isFairseq) Restore(leads, variables, warnings);
        else MarkMissing(leads);
        return new SignalMatrix
        {
            Path = shownPath,
            Format = format,
            Leads = leads,
            OrderIsFixed = isFairseq,
            UnitIfUnknown = isFairseq ? Units.Millivolt : Units.Count,
            SamplingRateHz = Rate(variables),
            Metadata = Metadata(variables),
            Warnings = warnings,
        }.ToRecord(options);
    }

    static bool IsWanted(string name) =>
        name is ChallengeSignal or FairseqSignal || Array.IndexOf(RateNames, name) >= 0 || Array.IndexOf(OtherNames, name) >= 0;

    static double? Rate(List<MatVariable> variables)
    {
        foreach (string name in RateNames)
            if (variables.Find(v => v.Name == name) is { IsScalar: true } rate && double.IsFinite(rate.Values[0]) && rate.Values[0] > 0) return rate.Values[0];
        return null;
    }

    static Dictionary<string, string> Metadata(List<MatVariable> variables)
    {
        var metadata = new Dictionary<string, string>();
        foreach (MatVariable variable in variables.Where(v => v.Name is "age" or "sex"))
        {
            if (variable.Text is { Length: > 0 } text) metadata[variable.Name] = text.Trim();
            else if (variable.IsScalar && double.IsFinite(variable.Values[0])) metadata[variable.Name] = variable.Values[0].ToString();
        }
        return metadata;
    }

    // Challenge files code missing samples as WFDB format 16 does.
    static void MarkMissing(double[][] leads)
    {
        foreach (double[] lead in leads) lead.AsSpan().Replace(short.MinValue, double.NaN);
    }

    // fairseq-signals' preprocessed files are standardised and keep mean and deviation: with both, millivolts come back.
    static void Restore(double[][] leads, List<MatVariable> variables, List<string> warnings)
    {
        if (variables.Find(v => v.Name == "mean") is not { } mean || mean.Values.Length != leads.Length) return;
        if (variables.Find(v => v.Name == "std") is not { } std || std.Values.Length != leads.Length) return;
        if (!LooksStandardised(leads, std.Values)) return;
        for (int lead = 0; lead < leads.Length; lead++)
        {
            double[] values = leads[lead];
            for (int t = 0; t < values.Length; t++) values[t] = values[t] * std.Values[lead] + mean.Values[lead];
        }
        warnings.Add("feats is standardised: millivolts are restored from its mean and std");
    }

    // Segments of a standardised record do not have deviation 1 exactly: the question is whether theirs is nearer to 1 or to the stored one.
    static bool LooksStandardised(double[][] leads, double[] stored)
    {
        double fromOne = 0, fromStored = 0;
        for (int lead = 0; lead < leads.Length; lead++)
        {
            double std = Standardization.Moments(leads[lead]).Std;
            if (!(std > 0) || !(stored[lead] > 0)) continue;
            fromOne += Math.Abs(Math.Log(std));
            fromStored += Math.Abs(Math.Log(std / stored[lead]));
        }
        return fromOne < fromStored;
    }

    static EcgRecord WithHeader(string path, string format, WfdbHeader header, double[][] leads, List<string> warnings)
    {
        if (header.Signals.Count != leads.Length)
            throw new EcgFormatException(path, "variable val", $"{leads.Length} leads, the header beside describes {header.Signals.Count}", "header and file do not belong together");
        MarkMissing(leads);
        EcgLead[] result = new EcgLead[leads.Length];
        for (int i = 0; i < leads.Length; i++)
        {
            WfdbSignal signal = header.Signals[i];
            (string unit, double factor) = Units.Normalise(signal.Units);
            for (int t = 0; t < leads[i].Length; t++) leads[i][t] = (leads[i][t] - signal.Baseline) / signal.Gain;
            Units.Apply(factor, leads[i]);
            result[i] = new EcgLead(signal.Description, unit, header.FrameRateHz, leads[i]);
        }
        WfdbReader.WarnUncalibrated(header.Signals, warnings);
        return new EcgRecord(path, format, header.FrameRateHz, leads[0].Length, result, WfdbMetadata.Read(header), [.. header.Warnings, .. warnings]);
    }
}
