// A recording: named leads in physical units, with everything the source says about it. All readers end here.
using System.Diagnostics.CodeAnalysis;

namespace Einthoven.Signals;

/// <summary>One ECG: named leads (millivolts for voltages), rate, source metadata and the warnings met while reading.</summary>
public sealed class EcgRecord
{
    /// <summary>Creates a record; readers and programs that make signals use it.</summary>
    /// <param name="path">Where it came from; the id is its file name without extension, or its name within a file of many.</param>
    /// <param name="format">Short name of the format (<c>wfdb</c>, <c>mat</c>, <c>csv</c>, <c>npy</c>), or of the program that made it.</param>
    /// <param name="samplingRateHz">Rate common to the leads in Hz; NaN where unknown.</param>
    /// <param name="sampleCount">Samples per lead at that rate.</param>
    /// <param name="leads">The leads, in the order of the source.</param>
    /// <param name="metadata">What the source says besides the signal; keys in lower case.</param>
    /// <param name="warnings">What was doubtful in the source.</param>
    public EcgRecord(
        string path,
        string format,
        double samplingRateHz,
        long sampleCount,
        IReadOnlyList<EcgLead> leads,
        IReadOnlyDictionary<string, string>? metadata = null,
        IReadOnlyList<string>? warnings = null)
    {
        Id = Formats.RecordPath.Id(path);
        Path = path;
        Format = format;
        SamplingRateHz = samplingRateHz;
        SampleCount = sampleCount;
        Leads = leads;
        Metadata = metadata ?? new Dictionary<string, string>();
        Warnings = warnings ?? [];
    }

    /// <summary>File name without extension, or the name within a file of many.</summary>
    public string Id { get; }

    /// <summary>The file, as named by the caller.</summary>
    public string Path { get; }

    /// <summary>Short name of the format: <c>wfdb</c>, <c>mat</c>, <c>csv</c>, <c>npy</c>.</summary>
    public string Format { get; }

    /// <summary>Rate common to the leads in Hz (WFDB: frames per second; a lead may have a multiple of it). NaN where the source does not say.</summary>
    public double SamplingRateHz { get; }

    /// <summary>Samples per lead at <see cref="SamplingRateHz"/>.</summary>
    public long SampleCount { get; }

    /// <summary>Length in time; zero where the rate is unknown.</summary>
    public TimeSpan Duration => SamplingRateHz > 0 ? TimeSpan.FromSeconds(SampleCount / SamplingRateHz) : TimeSpan.Zero;

    /// <summary>The leads in the order of the source. Names may repeat: the index is what identifies a lead.</summary>
    public IReadOnlyList<EcgLead> Leads { get; }

    /// <summary>What the source says besides the signal (<c>age</c>, <c>sex</c>, <c>dx</c>, <c>comments</c> …); keys in lower case, nothing invented.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What was doubtful in the source, in plain words.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The same recording as if it had no other leads.</summary>
    /// <param name="names">Standard names of the leads that stay.</param>
    public EcgRecord Only(IReadOnlyCollection<string> names) =>
        new(Path, Format, SamplingRateHz, SampleCount, [.. Leads.Where(lead => names.Contains(lead.Name))], Metadata, Warnings);

    /// <summary>The first lead of that name (any alias, any case).</summary>
    /// <exception cref="KeyNotFoundException">The record has no such lead.</exception>
    public EcgLead Lead(string name) =>
        TryGetLead(name, out EcgLead? lead)
            ? lead
            : throw new KeyNotFoundException($"{Path}: no lead {name}; it has {string.Join(", ", Leads.Select(l => l.Name))}");

    /// <summary>Finds the first lead of that name (any alias, any case).</summary>
    public bool TryGetLead(string name, [NotNullWhen(true)] out EcgLead? lead)
    {
        string canonical = LeadNames.Canonical(name);
        foreach (EcgLead candidate in Leads)
        {
            if (!string.Equals(candidate.Name, canonical, StringComparison.OrdinalIgnoreCase)) continue;
            lead = candidate;
            return true;
        }
        lead = null;
        return false;
    }

    /// <summary>Reads a recording; the format is recognised by content.</summary>
    /// <exception cref="EcgFormatException">The file is missing, is no ECG, or is broken.</exception>
    public static EcgRecord Read(string path, CancellationToken cancellation = default) => Read(path, EcgReadOptions.Default, cancellation);

    /// <summary>Reads a recording, with facts that the file may lack; the format is recognised by content.</summary>
    /// <exception cref="EcgFormatException">The file is missing, is no ECG, or is broken.</exception>
    public static EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation = default) =>
        Formats.EcgFormats.Read(path, options, cancellation);

    /// <summary>Recognises the format and reads the header only.</summary>
    /// <exception cref="EcgFormatException">The file is missing, is no ECG, or its header is broken.</exception>
    public static EcgHeader Identify(string path, EcgReadOptions? options = null) =>
        Formats.EcgFormats.Identify(path, options ?? EcgReadOptions.Default);
}
