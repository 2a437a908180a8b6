// The input contract of a model: which leads, at which rate, cut and scaled how; and what to do with recordings that differ.

using System.Text.Json.Serialization;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;

namespace Einthoven.Models.Contracts;

/// <summary>What a model expects of a recording. <see cref="Apply"/> brings any recording into that form or says why it cannot.</summary>
public sealed record InputContract
{
    /// <summary>What results call this contract where a model has several; empty where it needs no name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Canonical lead names in the order of the network's channels.</summary>
    public required IReadOnlyList<string> Leads { get; init; }

    /// <summary>Samples a second that the network was trained on.</summary>
    public required double SamplingRateHz { get; init; }

    /// <summary>Samples of one window.</summary>
    public required int WindowSamples { get; init; }

    /// <summary>Samples from the start of one window to the start of the next.</summary>
    public required int StrideSamples { get; init; }

    /// <summary>How another sampling rate is brought to <see cref="SamplingRateHz"/>.</summary>
    public required ResamplingMethod Resampling { get; init; }

    /// <summary>Filters that each lead passes after resampling, in order; empty: none.</summary>
    public IReadOnlyList<SignalFilter> Filters { get => field ?? []; init; }

    /// <summary>How millivolts are scaled.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>What happens to absent leads. Limb leads that follow from others are always derived first.</summary>
    public required MissingLeadPolicy MissingLeads { get; init; }

    /// <summary>Runs of missing samples up to this many seconds are bridged by a straight line, with a warning; 0: none.</summary>
    public required double InterpolatedGapSeconds { get; init; }

    /// <summary>What happens to longer runs of missing samples.</summary>
    public required LongGapPolicy LongGaps { get; init; }

    /// <summary>What happens to a recording shorter than one window.</summary>
    public required ShortRecordPolicy ShortRecords { get; init; }

    /// <summary>What happens to the end of a longer recording that fills no window.</summary>
    public LastWindowPolicy LastWindow { get; init; }

    /// <summary>
    /// Whether the network's one lead may be any: every live lead of a recording is then prepared by itself, as the one in <see cref="Leads"/>, and
    /// gives windows of its own. May be absent in model.json: false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AnyLead { get; init; }

    /// <summary>With <see cref="AnyLead"/>: the one lead that a caller wants to be looked at; null: every live one. No part of model.json.</summary>
    [JsonIgnore]
    public string? OnlyLead { get; init; }

    /// <summary>Seconds of one window.</summary>
    public double WindowSeconds() => WindowSamples / SamplingRateHz;

    /// <summary>Checks that the contract can be carried out.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(Leads.Count > 0, "leads is empty");
        Require(Leads.Distinct().Count() == Leads.Count, "leads names a lead twice");
        Require(!AnyLead || Leads.Count == 1, $"anyLead goes with one lead, and leads names {Leads.Count}");
        Require(SamplingRateHz is > 0 and <= 100_000, $"samplingRateHz is {SamplingRateHz}, not between 0 and 100000");
        Require(WindowSamples > 0, $"windowSamples is {WindowSamples}, not positive");
        Require(StrideSamples > 0, $"strideSamples is {StrideSamples}, not positive");
        Require(InterpolatedGapSeconds is >= 0 and < double.PositiveInfinity, $"interpolatedGapSeconds is {InterpolatedGapSeconds}, not 0 or more");
        foreach (SignalFilter filter in Filters) filter.Validate(SamplingRateHz);
        switch (Normalization)
        {
            case Standardize standardize:
                Require(standardize.Epsilon is >= 0 and < double.PositiveInfinity, $"normalization.epsilon is {standardize.Epsilon}, not 0 or more");
                break;
            case StandardizeTogether together:
                Require(together.Epsilon is >= 0 and < double.PositiveInfinity, $"normalization.epsilon is {together.Epsilon}, not 0 or more");
                break;
            case FixedScale scale:
                Require(scale.Millivolts.Count == Leads.Count, $"normalization.millivolts has {scale.Millivolts.Count} values for {Leads.Count} leads");
                Require(scale.Millivolts.All(value => value is > 0 and < double.PositiveInfinity), "normalization.millivolts has a value that is not positive");
                Require(double.IsFinite(scale.OffsetMillivolts), $"normalization.offsetMillivolts is {scale.OffsetMillivolts}, no number");
                break;
            case ClippedScale clipped:
                Require(clipped.Means.Count == Leads.Count && clipped.Deviations.Count == Leads.Count, $"normalization has {clipped.Means.Count} means and {clipped.Deviations.Count} deviations for {Leads.Count} leads");
                Require(clipped.Means.All(double.IsFinite) && clipped.Deviations.All(value => value is > 0 and < double.PositiveInfinity), "normalization has a mean that is no number or a deviation that is not positive");
                Require(clipped.Limit > 0, $"normalization.limit is {clipped.Limit}, not positive");
                break;
        }
    }

    /// <summary>
    /// Brings a recording into the model's form. Steps: choose and derive leads, fill gaps, resample, zero constant leads, filter, scale, cut.
    /// </summary>
    /// <param name="record">A recording of any rate, length and lead order.</param>
    /// <returns>Its windows in time order, with the recording's own warnings and those of the steps.</returns>
    /// <exception cref="InputContractException">The contract refuses the recording.</exception>
    public Windows Apply(EcgRecord record)
    {
        if (AnyLead) return EveryLead.Apply(this, record);
        var preparation = new Preparation(this, record);
        double[][] leads = preparation.Run(); // [leads][samples]
        int samples = leads[0].Length;
        int count = WindowsOf(samples);
        var values = new float[count * Leads.Count * WindowSamples]; // [windows, leads, samples]
        for (int window = 0; window < count; window++)
        {
            int start = window * StrideSamples, present = Math.Min(WindowSamples, samples - start);
            Copy(leads, start, present, values.AsSpan(window * Leads.Count * WindowSamples, Leads.Count * WindowSamples));
        }

        return new Windows(values, count, Leads.Count, WindowSamples, preparation.Warnings);
    }

    /// <summary>The same contract for one of its leads.</summary>
    /// <param name="lead">Its place among <see cref="Leads"/>.</param>
    public InputContract ForLead(int lead) => this with
    {
        Leads = [Leads[lead]],
        Normalization = Normalization switch
        {
            FixedScale scale => scale with { Millivolts = [scale.Millivolts[lead]] },
            ClippedScale clipped => clipped with { Means = [clipped.Means[lead]], Deviations = [clipped.Deviations[lead]] },
            _ => Normalization,
        },
    };

    /// <summary>
    /// The same steps without the cut: the whole recording as one window of its own length, for a store from which windows are cut later.
    /// A recording shorter than <see cref="WindowSamples"/> keeps its length.
    /// </summary>
    /// <param name="record">A recording of any rate, length and lead order.</param>
    /// <exception cref="InputContractException">The contract refuses the recording.</exception>
    public Windows ApplyUncut(EcgRecord record)
    {
        var preparation = new Preparation(this, record);
        double[][] leads = preparation.Run(); // [leads][samples]
        int samples = leads[0].Length;
        var values = new float[leads.Length * samples]; // [leads, samples]
        Copy(leads, 0, samples, values);
        return new Windows(values, 1, leads.Length, samples, preparation.Warnings);
    }

    /// <summary>Windows of a recording of so many samples, at least 1.</summary>
    public int WindowsOf(int samples) =>
        Math.Max(1, WindowCuts.Of(samples, WindowSamples, StrideSamples, LastWindow == LastWindowPolicy.PadZero ? 1 : WindowSamples).Count);

    // Scales a stretch of all leads together where the contract says so, and rounds it; target is [leads, samples], zero beyond the stretch.
    private void Copy(double[][] leads, int start, int count, Span<float> target)
    {
        (double mean, double divisor) = (0, 1);
        if (Normalization is StandardizeTogether together && count > 0)
        {
            (mean, double deviation) = Standardization.JointMoments(leads, start, count);
            divisor = deviation + together.Epsilon;
            // All samples equal and no epsilon: nothing to scale, and no division by zero.
            if (divisor == 0) divisor = 1;
        }

        int each = target.Length / leads.Length;
        for (int lead = 0; lead < leads.Length; lead++)
        {
            ReadOnlySpan<double> source = leads[lead].AsSpan(start, count);
            Span<float> row = target.Slice(lead * each, each);
            for (int sample = 0; sample < source.Length; sample++) row[sample] = (float)((source[sample] - mean) / divisor);
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
