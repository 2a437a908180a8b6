// Small recordings with known content for the tests of contracts and models.

using Einthoven.Models.Contracts;
using Einthoven.Signals;

namespace Einthoven.Models.Tests.Contracts;

internal static class Records
{
    /// <summary>A recording whose lead k, sample t is (k + 1) · sin(t / 7) + 0.1 · k, in millivolts.</summary>
    public static EcgRecord Sines(int samples, double samplingRateHz, params string[] leads) =>
        Of(samplingRateHz, [.. leads.Select((name, k) => (name, Sine(samples, k + 1, 0.1 * k)))]);

    /// <summary>A recording of given leads.</summary>
    public static EcgRecord Of(double samplingRateHz, params (string Name, double[] Samples)[] leads) =>
        new("made.hea", "test", samplingRateHz, leads[0].Samples.Length,
            [.. leads.Select(lead => new EcgLead(lead.Name, "mV", samplingRateHz, lead.Samples))]);

    public static double[] Sine(int samples, double amplitude, double offset) =>
        [.. Enumerable.Range(0, samples).Select(t => (amplitude * Math.Sin(t / 7.0)) + offset)];

    /// <summary>A strict contract for two leads at 100 Hz in windows of 50 samples.</summary>
    public static InputContract Contract() => new()
    {
        Leads = ["I", "V1"],
        SamplingRateHz = 100,
        WindowSamples = 50,
        StrideSamples = 50,
        Resampling = ResamplingMethod.EndpointLinear,
        Normalization = new FixedScale { Millivolts = [0.5, 2] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };
}
