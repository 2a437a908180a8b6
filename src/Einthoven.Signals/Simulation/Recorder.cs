// The recorder: leads from electrodes, the amplifier's limits, the converter's steps.
namespace Einthoven.Signals.Simulation;

internal static class Recorder
{
    /// <summary>The twelve leads; III and the augmented ones follow from I and II as stored, so that they agree exactly.</summary>
    public static EcgLead[] Leads(double[][] potentials, SimulationOptions options, List<SimulatedSpan> spans)
    {
        int n = potentials[0].Length;
        (double[] r, double[] l, double[] f) = (potentials[0], potentials[1], potentials[2]);
        double[] one = new double[n], two = new double[n], three = new double[n], aVR = new double[n], aVL = new double[n], aVF = new double[n], terminal = new double[n];
        for (int i = 0; i < n; i++)
        {
            one[i] = l[i] - r[i];
            two[i] = f[i] - r[i];
            terminal[i] = (r[i] + l[i] + f[i]) / 3;
        }
        Store(one, "I");
        Store(two, "II");
        for (int i = 0; i < n; i++)
        {
            three[i] = two[i] - one[i];
            aVR[i] = -(one[i] + two[i]) / 2;
            aVL[i] = one[i] - (two[i] / 2);
            aVF[i] = two[i] - (one[i] / 2);
        }
        double[][] leads = [one, two, three, aVR, aVL, aVF, .. potentials[3..]];
        for (int c = 6; c < 12; c++)
        {
            for (int i = 0; i < n; i++) leads[c][i] -= terminal[i];
            Store(leads[c], LeadNames.Standard12[c]);
        }
        return [.. leads.Select((samples, c) => new EcgLead(LeadNames.Standard12[c], Units.Millivolt, options.SamplingRateHz, samples))];

        void Store(double[] samples, string lead)
        {
            double limit = options.Noise.SaturationMillivolts, step = options.ResolutionMillivolts, perStep = 1 / step;
            int first = -1, last = -1;
            for (int i = 0; i < n; i++)
            {
                double value = samples[i];
                if (Math.Abs(value) > limit)
                {
                    value = Math.CopySign(limit, value);
                    if (first < 0) first = i;
                    last = i;
                }
                samples[i] = step > 0 ? Math.Round(value * perStep) / perStep : value;
            }
            if (first >= 0) spans.Add(new SimulatedSpan("saturation", lead, first / options.SamplingRateHz, (last + 1) / options.SamplingRateHz));
        }
    }
}
