// The sizes of a network that reads measurements, and what it needs to know to measure.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Signals;

namespace Einthoven.Models.Measured;

/// <summary>Configuration of <see cref="MeasuredNetwork"/>. The defaults are those of ten seconds of twelve leads at 100 Hz.</summary>
public sealed record MeasuredConfig
{
    /// <summary>Names of the input's leads, in its order.</summary>
    public IReadOnlyList<string> Leads { get; init; } = LeadNames.Standard12;

    /// <summary>Rate of the input in Hz.</summary>
    public double SamplingRateHz { get; init; } = 100;

    /// <summary>What 1 stands for in each lead, in millivolts: what the input contract has divided by.</summary>
    public IReadOnlyList<double> Millivolts { get; init; } = [.. Enumerable.Repeat(1.0, LeadNames.Standard12.Count)];

    /// <summary>Labels of the output.</summary>
    public int Labels { get; init; } = 71;

    /// <summary>Widths of the hidden layers that read the values.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [512, 512];

    /// <summary>Widths of the convolutions that read the averaged beat, each but the first of stride 2; none: only the values are read.</summary>
    public IReadOnlyList<int> BeatWidths { get; init; } = [32, 64, 96, 128];

    /// <summary>Kernel of those convolutions; odd.</summary>
    public int BeatKernel { get; init; } = 5;

    /// <summary>Width of the hidden layer behind them.</summary>
    public int BeatHidden { get; init; } = 384;

    /// <summary>Dropout behind each hidden layer.</summary>
    public double Dropout { get; init; } = 0.4;

    /// <summary>Deviation of the logarithm of the gain that varies the averaged beat in training, once for all leads and once for each.</summary>
    public double GainDeviation { get; init; } = 0.1;

    /// <summary>Share of the training windows that lose what is measured in some leads, any but all of them.</summary>
    public double LostLeads { get; init; } = 0.5;

    /// <summary>What the head's bias starts at: the logit of a usual prevalence.</summary>
    public double InitialBias { get; init; } = -3.5;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">A size is out of range; the message names it.</exception>
    public void Validate()
    {
        Sizes.Require(Leads.Count > 0, "leads is empty");
        Sizes.Require(SamplingRateHz > 0, "samplingRateHz is not positive");
        Sizes.Require(Millivolts.Count == Leads.Count && Millivolts.All(unit => unit > 0), "millivolts is not a positive number for each lead");
        Sizes.Require(Labels > 0, "labels is not positive");
        Sizes.Require(Hidden.Count > 0 && Hidden.All(width => width > 0), "hidden has no widths, or one that is not positive");
        Sizes.Require(BeatWidths.All(width => width > 0), "beatWidths has one that is not positive");
        Sizes.Require(BeatKernel > 0 && BeatKernel % 2 == 1, "beatKernel is not odd");
        Sizes.Require(BeatHidden > 0, "beatHidden is not positive");
        Sizes.Require(GainDeviation >= 0, "gainDeviation is negative");
        Sizes.Require(Dropout is >= 0 and < 1, "dropout is not in [0, 1)");
        Sizes.Require(LostLeads is >= 0 and <= 1, "lostLeads is not between 0 and 1");
    }
}
