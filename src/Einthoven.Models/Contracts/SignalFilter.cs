// The filters that an input contract can ask for, as data: each without phase shift, in double precision.

using System.Text.Json.Serialization;
using Einthoven.Signals.Dsp;

namespace Einthoven.Models.Contracts;

/// <summary>One filter of a contract's chain. Recursive filters run forth and back, the ends continued oddly (scipy.signal.filtfilt).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NotchStep), "notch")]
[JsonDerivedType(typeof(ButterworthStep), "butterworth")]
[JsonDerivedType(typeof(MedianStep), "subtract-median")]
public abstract record SignalFilter
{
    /// <summary>Filters one lead.</summary>
    /// <param name="samples">Without missing samples.</param>
    /// <param name="samplingRateHz">Samples a second.</param>
    /// <returns>As many samples.</returns>
    public abstract double[] Apply(ReadOnlySpan<double> samples, double samplingRateHz);

    /// <summary>Checks that the filter exists at a rate.</summary>
    /// <exception cref="ArgumentException">It does not; the message names the value.</exception>
    public abstract void Validate(double samplingRateHz);
}

/// <summary>A notch against mains hum.</summary>
public sealed record NotchStep : SignalFilter
{
    /// <summary>What is taken out.</summary>
    public required double FrequencyHz { get; init; }

    /// <summary>Frequency over the width at −3 dB.</summary>
    public required double Quality { get; init; }

    /// <inheritdoc/>
    public override double[] Apply(ReadOnlySpan<double> samples, double samplingRateHz) => Design(samplingRateHz).ZeroPhaseAnyLength(samples);

    /// <inheritdoc/>
    public override void Validate(double samplingRateHz) => Design(samplingRateHz);

    private BiquadCascade Design(double samplingRateHz) => NotchFilter.Design(FrequencyHz, Quality, samplingRateHz);
}

/// <summary>A Butterworth filter: high-pass with a low edge, low-pass with a high edge, band-pass with both.</summary>
public sealed record ButterworthStep : SignalFilter
{
    /// <summary>Order of the prototype; a band-pass has twice as many poles.</summary>
    public required int Order { get; init; }

    /// <summary>What lies below is taken out; null: nothing is.</summary>
    public double? LowHz { get; init; }

    /// <summary>What lies above is taken out; null: nothing is.</summary>
    public double? HighHz { get; init; }

    /// <inheritdoc/>
    public override double[] Apply(ReadOnlySpan<double> samples, double samplingRateHz) => Design(samplingRateHz).ZeroPhaseAnyLength(samples);

    /// <inheritdoc/>
    public override void Validate(double samplingRateHz) => Design(samplingRateHz);

    private BiquadCascade Design(double samplingRateHz) => (LowHz, HighHz) switch
    {
        ({ } low, { } high) => Butterworth.Design(FilterBand.BandPass, Order, samplingRateHz, low, high),
        ({ } low, null) => Butterworth.Design(FilterBand.HighPass, Order, samplingRateHz, low),
        (null, { } high) => Butterworth.Design(FilterBand.LowPass, Order, samplingRateHz, high),
        _ => throw new ArgumentException("a butterworth filter has neither lowHz nor highHz"),
    };
}

/// <summary>Takes a running median off: the baseline that slow filters leave. Beyond its ends the signal counts as zero.</summary>
public sealed record MedianStep : SignalFilter
{
    /// <summary>Length of the median's window; in samples trunc(seconds · rate) + 1, made odd.</summary>
    public required double Seconds { get; init; }

    /// <summary>Samples of the window at a rate.</summary>
    public int WindowSamples(double samplingRateHz)
    {
        int samples = (int)(Seconds * samplingRateHz) + 1;
        return samples % 2 == 0 ? samples + 1 : samples;
    }

    /// <inheritdoc/>
    public override double[] Apply(ReadOnlySpan<double> samples, double samplingRateHz)
    {
        double[] rest = MedianFilter.Run(samples, WindowSamples(samplingRateHz), MedianEdge.Zero);
        for (int k = 0; k < rest.Length; k++) rest[k] = samples[k] - rest[k];
        return rest;
    }

    /// <inheritdoc/>
    public override void Validate(double samplingRateHz)
    {
        if (!(Seconds > 0) || Seconds * samplingRateHz > 1e6) throw new ArgumentException($"a median over {Seconds} s is not between 0 and a million samples");
    }
}
