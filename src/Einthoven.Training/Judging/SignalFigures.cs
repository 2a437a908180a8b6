// What signals measure: amplitudes, slopes, how leads go together, beats; real test recordings beside their synthetic copies.
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Training.Data;

namespace Einthoven.Training.Judging;

internal static class SignalFigures
{
    private static readonly string[] s_limb = ["I", "II", "III", "aVR", "aVL", "aVF"];

    /// <summary>Figures of pairs of recordings.</summary>
    /// <param name="data">The recordings.</param>
    /// <param name="measured">Measurements of a recording of the store.</param>
    internal static IReadOnlyList<SignalVerdict> Of(JudgedData data, Func<int, MeasuredRecord> measured)
    {
        (string Name, double[] Values)[] real = Table(data, data.RealPaired, measured), synthetic = Table(data, data.SyntheticPaired, measured);
        return [.. real.Zip(synthetic, (r, s) => new SignalVerdict(
            r.Name, Draws.Mean(r.Values), Draws.Mean(s.Values), Draws.Mean([.. s.Values.Zip(r.Values, (a, b) => a - b)])))];
    }

    /// <summary>The largest error of Einthoven's and Goldberger's relations in millivolts, over synthetic recordings with all limb leads; NaN where none has.</summary>
    internal static double LeadRelationError(JudgedData data)
    {
        double worst = double.NaN;
        foreach (int place in data.SyntheticPaired)
        {
            EcgRecord record = EcgRecord.Read(data.Store.Row(place).Path);
            double[]?[] limb = [.. s_limb.Select(name => record.TryGetLead(name, out EcgLead? lead) ? lead.Samples.ToArray() : null)];
            if (limb.Contains(null)) continue;
            for (int t = 0; t < limb[0]!.Length; t++)
            {
                (double one, double two) = (limb[0]![t], limb[1]![t]);
                double error = new[] { two - one - limb[2]![t], (-0.5 * (one + two)) - limb[3]![t], one - (0.5 * two) - limb[4]![t], two - (0.5 * one) - limb[5]![t] }.Max(Math.Abs);
                worst = double.IsNaN(worst) ? error : Math.Max(worst, error);
            }
        }

        return worst;
    }

    private static (string Name, double[] Values)[] Table(JudgedData data, int[] records, Func<int, MeasuredRecord> measured)
    {
        (string Name, double Value)[][] rows = [.. records.Select(record => Row(data.Store, record, measured(record)).ToArray())];
        return [.. rows[0].Select((first, k) => (first.Name, rows.Select(row => row[k].Value).ToArray()))];
    }

    private static IEnumerable<(string Name, double Value)> Row(RecordStore store, int record, MeasuredRecord measured)
    {
        InputContract input = store.Contract;
        var scale = (FixedScale)input.Normalization;
        int leads = input.Leads.Count, samples = input.WindowSamples;
        var window = new float[leads * samples];
        store.Read(record, 0, samples, window);
        double[][] signals = [.. Enumerable.Range(0, leads).Select(lead => window.Skip(lead * samples).Take(samples).Select(v => v * scale.Millivolts[lead]).ToArray())];
        for (int lead = 0; lead < leads; lead++) yield return ($"standard deviation of {input.Leads[lead]}, mV", Deviation(signals[lead]));
        for (int lead = 0; lead < leads; lead++) yield return ($"99th percentile of the size of {input.Leads[lead]}, mV", Largest(signals[lead]));
        for (int lead = 0; lead < leads; lead++)
        {
            double[] slope = [.. signals[lead].Skip(1).Zip(signals[lead], (next, before) => next - before)];
            yield return (string.Create(CultureInfo.InvariantCulture, $"slope of {input.Leads[lead]} over its deviation (a step of 1/{input.SamplingRateHz} s)"), Deviation(slope) / Deviation(signals[lead]));
        }

        for (int lead = 1; lead < leads; lead++) yield return ($"correlation of {input.Leads[lead - 1]} and {input.Leads[lead]}", Correlation(signals[lead - 1], signals[lead]));
        yield return ("beats a minute", measured.Rate);
        yield return ("variation of the intervals between beats", measured.Irregularity);
        yield return ("share of that variation faster than a swing in four beats", measured.FastShare);
        yield return ("QRS duration, ms", measured.QrsMs);
        yield return ("PR, ms", measured.PrMs);
        yield return ("recordings with a P wave that keeps its place", measured.HasP);
    }

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static double Largest(double[] values)
    {
        double[] sizes = [.. values.Select(Math.Abs).Order()];
        return sizes[(int)(0.99 * (sizes.Length - 1))];
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average(), deviation = Deviation(a) * Deviation(b);
        return deviation > 0 ? a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Average() / deviation : double.NaN;
    }
}
