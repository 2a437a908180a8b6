// Small recordings with known values.
namespace Einthoven.Signals.Tests;

static class TestRecords
{
    public static readonly string[] Twelve = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    /// <summary>Leads of integer microvolts whose values tell lead and time: lead·100 + t, alternating in sign.</summary>
    public static EcgRecord Counting(int samples, double rateHz = 500, params string[] names)
    {
        if (names.Length == 0) names = Twelve;
        EcgLead[] leads = new EcgLead[names.Length];
        for (int c = 0; c < leads.Length; c++)
        {
            double[] values = new double[samples];
            for (int t = 0; t < samples; t++) values[t] = (t % 2 == 0 ? 1 : -1) * (c * 100 + t) / 1000.0;
            leads[c] = new EcgLead(names[c], "mV", rateHz, values);
        }
        return new EcgRecord("made", "made", rateHz, samples, leads);
    }

    public static void AssertEqual(EcgRecord expected, EcgRecord actual, double tolerance = 0)
    {
        Assert.Equal(expected.Leads.Select(l => l.Name), actual.Leads.Select(l => l.Name));
        for (int c = 0; c < expected.Leads.Count; c++)
        {
            Assert.Equal(expected.Leads[c].Unit, actual.Leads[c].Unit);
            Assert.Equal(expected.Leads[c].SamplingRateHz, actual.Leads[c].SamplingRateHz);
            double[] want = expected.Leads[c].Samples.ToArray(), got = actual.Leads[c].Samples.ToArray();
            Assert.Equal(want.Length, got.Length);
            for (int t = 0; t < want.Length; t++)
                if (!want[t].Equals(got[t])) Assert.InRange(got[t], want[t] - tolerance, want[t] + tolerance);
        }
    }
}
