// The choices of an input contract, each with the words that stand for it in model.json.

using System.Text.Json.Serialization;

namespace Einthoven.Models.Contracts;

/// <summary>How a recording is brought to the model's sampling rate.</summary>
public enum ResamplingMethod
{
    /// <summary>Straight lines between samples, first and last sample kept in place, as ECG-FM's published inference does it.
    /// No filter: content above half the new rate folds back.</summary>
    [JsonStringEnumMemberName("endpoint-linear")]
    EndpointLinear,

    /// <summary>Straight lines between samples, every sample at its own time. No filter: content above half the new rate folds back.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>Low-pass filtered, so that nothing folds back when the rate falls.</summary>
    [JsonStringEnumMemberName("anti-aliased")]
    AntiAliased,

    /// <summary>By the Fourier transform of the whole lead, cut at half the lower rate (scipy.signal.resample): rings where the ends do not meet.</summary>
    [JsonStringEnumMemberName("fourier")]
    Fourier,
}

/// <summary>What happens to a lead that the recording lacks and that cannot be derived from others.</summary>
public enum MissingLeadPolicy
{
    /// <summary>The recording is refused.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>The lead is zero throughout, with a warning.</summary>
    [JsonStringEnumMemberName("zero")]
    Zero,
}

/// <summary>What happens to a run of missing samples that is too long to interpolate.</summary>
public enum LongGapPolicy
{
    /// <summary>The recording is refused.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>The run becomes the value that normalization maps to zero, with a warning.</summary>
    [JsonStringEnumMemberName("zero")]
    Zero,
}

/// <summary>What happens to a recording shorter than one window.</summary>
public enum ShortRecordPolicy
{
    /// <summary>The recording is refused.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Zeros follow the recording up to a full window, with a warning.</summary>
    [JsonStringEnumMemberName("pad-zero")]
    PadZero,
}

/// <summary>What happens to the end of a recording that fills no window.</summary>
public enum LastWindowPolicy
{
    /// <summary>It is left out, with a warning from one second on.</summary>
    [JsonStringEnumMemberName("leave-out")]
    LeaveOut,

    /// <summary>Zeros follow it up to a full window, with a warning.</summary>
    [JsonStringEnumMemberName("pad-zero")]
    PadZero,
}

/// <summary>How the probabilities of a recording's windows become one.</summary>
public enum Aggregation
{
    /// <summary>Their mean: for what lasts.</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>Their largest: for what comes and goes.</summary>
    [JsonStringEnumMemberName("max")]
    Max,
}
