// What a file says about itself before its samples are read.
namespace Einthoven.Signals;

/// <summary>One lead as announced by a header.</summary>
/// <param name="Name">Canonical name where known.</param>
/// <param name="Unit">Unit that the samples will have.</param>
/// <param name="SamplingRateHz">Samples per second; NaN where the file does not say.</param>
/// <param name="SampleCount">Number of samples.</param>
public sealed record EcgLeadHeader(string Name, string Unit, double SamplingRateHz, long SampleCount);

/// <summary>The result of <see cref="EcgRecord.Identify(string, EcgReadOptions?)"/>: format and header, no samples.</summary>
public sealed record EcgHeader
{
    /// <summary>File name without extension.</summary>
    public required string Id { get; init; }

    /// <summary>The file, as named by the caller.</summary>
    public required string Path { get; init; }

    /// <summary>Short name of the format: <c>wfdb</c>, <c>mat</c>, <c>csv</c>, <c>npy</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Rate common to the leads (WFDB: frames per second); NaN where the file does not say.</summary>
    public required double SamplingRateHz { get; init; }

    /// <summary>Samples per lead at that rate.</summary>
    public required long SampleCount { get; init; }

    /// <summary>The leads in the order of the file.</summary>
    public required IReadOnlyList<EcgLeadHeader> Leads { get; init; }
}
