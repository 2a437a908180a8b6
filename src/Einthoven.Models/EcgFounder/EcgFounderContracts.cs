// The three ways in which ECGFounder's authors prepare a recording. They differ, and the published weights go with A.
// Sources: PKUDigitalHealth/ECGFounder, dataset.py and util.py (A), ptbxl_eval.py (B); Li et al., NEJM AI 2(7), AIoa2401033, 2025 (C, as read here).
using Einthoven.Models.Contracts;
using Einthoven.Signals;

namespace Einthoven.Models.EcgFounder;

/// <summary>The input contracts of ECGFounder, for twelve leads or for one.</summary>
public static class EcgFounderContracts
{
    private const double RateHz = 500;
    private const int Samples = 5000;
    private const double Epsilon = 1e-8;

    /// <summary>A (dataset.py): 50 Hz notch, band-pass 0.67 to 40 Hz, running median over 0.4 s taken off, all leads standardised together.</summary>
    /// <param name="leads">The network's leads: the standard twelve, or one.</param>
    public static InputContract A(params IReadOnlyList<string> leads) => Plain("ecgfounder-a", leads) with
    {
        Filters =
        [
            new NotchStep { FrequencyHz = 50, Quality = 30 },
            new ButterworthStep { Order = 4, LowHz = 0.67, HighHz = 40 },
            new MedianStep { Seconds = 0.4 },
        ],
    };

    /// <summary>B (ptbxl_eval.py): no filter, all leads standardised together.</summary>
    /// <param name="leads">The network's leads: the standard twelve, or one.</param>
    public static InputContract B(params IReadOnlyList<string> leads) => Plain("ecgfounder-b", leads);

    /// <summary>
    /// C (the paper, as read here): linear interpolation, high-pass 0.5 Hz and low-pass 50 Hz of order 2, notch at the mains' 50 Hz, windows of 10 s
    /// whose last one is filled up with zeros, all leads of a window standardised together.
    /// </summary>
    /// <param name="leads">The network's leads: the standard twelve, or one.</param>
    public static InputContract C(params IReadOnlyList<string> leads) => Plain("ecgfounder-c", leads) with
    {
        Resampling = ResamplingMethod.Linear,
        Filters =
        [
            new ButterworthStep { Order = 2, LowHz = 0.5 },
            new ButterworthStep { Order = 2, HighHz = 50 },
            new NotchStep { FrequencyHz = 50, Quality = 30 },
        ],
        LastWindow = LastWindowPolicy.PadZero,
    };

    /// <summary>The leads of a published network.</summary>
    /// <param name="count">12 or 1.</param>
    /// <returns>Null for another number.</returns>
    internal static IReadOnlyList<string>? LeadsOf(int count) => count switch
    {
        12 => LeadNames.Standard12,
        1 => ["I"],
        _ => null,
    };

    // The authors' programs demand 10 s at 500 Hz; what they say nothing about follows the rest of this library.
    private static InputContract Plain(string name, IReadOnlyList<string> leads) => new()
    {
        Name = name,
        Leads = leads,
        SamplingRateHz = RateHz,
        WindowSamples = Samples,
        StrideSamples = Samples,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new StandardizeTogether { Epsilon = Epsilon },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Zero,
        ShortRecords = ShortRecordPolicy.PadZero,
    };
}
