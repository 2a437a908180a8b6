// What a caller may add to a file that does not say everything, and how much memory one file may claim.
namespace Einthoven.Signals;

/// <summary>Facts that a file may lack, and limits. The defaults suit files that describe themselves.</summary>
public sealed record EcgReadOptions
{
    /// <summary>The options used when none are given.</summary>
    public static EcgReadOptions Default { get; } = new();

    /// <summary>Sampling rate in Hz, used only where the file does not state one (tables, .npy, MATLAB files without header).</summary>
    public double? SamplingRateHz { get; init; }

    /// <summary>Counts per millivolt, used only where values have no stated unit; they then become millivolts.</summary>
    public double? CountsPerMillivolt { get; init; }

    /// <summary>Upper limit in bytes for the decoded samples (8 bytes each) of one file; 2 GiB by default.</summary>
    public long MaxDecodedBytes { get; init; } = 2L << 30;

    /// <summary>Upper limit for the number of leads of one file; 256 by default.</summary>
    public int MaxLeads { get; init; } = 256;
}
