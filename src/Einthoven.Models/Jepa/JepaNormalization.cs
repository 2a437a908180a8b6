// How ECG-JEPA's programs scale recordings: in half precision, every operation in single precision and rounded.
// Source: kweimann/ECG-JEPA, pretrain.py, finetune.py and data/transforms.py.
using Einthoven.Signals.Dsp;

namespace Einthoven.Models.Jepa;

/// <summary>Statistics of each lead, and the arithmetic of the published programs with them.</summary>
/// <param name="Means">One a lead, millivolts.</param>
/// <param name="Deviations">One a lead, millivolts.</param>
public sealed record JepaLeadStatistics(IReadOnlyList<float> Means, IReadOnlyList<float> Deviations)
{
    /// <summary>Where values are cut off, in deviations.</summary>
    public const float PublishedClip = 5;

    /// <summary>The same rounded to half precision, as pretraining uses the statistics of a source.</summary>
    public JepaLeadStatistics Rounded() => new([.. Means.Select(m => (float)(Half)m)], [.. Deviations.Select(d => (float)(Half)d)]);

    /// <summary>Mean and population deviation over all samples of all recordings, as fine-tuning measures those it trains on.</summary>
    /// <param name="samples">Millivolts, [recordings · samples, leads] row by row.</param>
    /// <param name="leads">Leads.</param>
    /// <exception cref="ArgumentException">There is no whole row of samples.</exception>
    public static JepaLeadStatistics Measure(ReadOnlySpan<float> samples, int leads)
    {
        if (samples.Length == 0 || samples.Length % leads != 0) throw new ArgumentException($"{samples.Length} values are no rows of {leads} leads.");
        int rows = samples.Length / leads;
        (float[] means, float[] deviations) = (new float[leads], new float[leads]);
        for (int lead = 0; lead < leads; lead++)
        {
            double sum = 0, squares = 0;
            for (int at = lead; at < samples.Length; at += leads) sum += samples[at];
            double mean = sum / rows;
            for (int at = lead; at < samples.Length; at += leads) squares += (samples[at] - mean) * (samples[at] - mean);
            (means[lead], deviations[lead]) = ((float)mean, (float)Math.Sqrt(squares / rows));
        }

        return new(means, deviations);
    }

    /// <summary>(x − mean) / deviation, cut off on both sides, in place.</summary>
    /// <param name="samples">[samples, leads] row by row.</param>
    /// <param name="clip">Where values are cut off.</param>
    /// <param name="halfPrecision">Whether each step is rounded to half precision, as published.</param>
    public void Apply(Span<float> samples, float clip = PublishedClip, bool halfPrecision = true)
    {
        for (int at = 0; at < samples.Length; at++)
        {
            int lead = at % Means.Count;
            float centred = Round(Round(samples[at]) - Means[lead]);
            samples[at] = Math.Clamp(Round(centred / Deviations[lead]), -clip, clip);
        }

        float Round(float value) => halfPrecision ? (float)(Half)value : value;
    }
}

/// <summary>The other steps of the published preparation.</summary>
public static class JepaPreparation
{
    /// <summary>Missing samples of each lead become straight lines between their neighbours, constant at the ends; rounded to half precision.</summary>
    /// <param name="samples">[samples, leads] row by row, NaN where missing; changed in place. A lead without any sample stays missing.</param>
    /// <param name="leads">Leads.</param>
    public static void FillGaps(Span<float> samples, int leads)
    {
        int rows = samples.Length / leads;
        for (int lead = 0; lead < leads; lead++)
        {
            var (positions, values, missing) = (new List<double>(), new List<double>(), new List<double>());
            for (int row = 0; row < rows; row++)
            {
                float value = samples[(row * leads) + lead];
                if (float.IsNaN(value))
                {
                    missing.Add(row);
                    continue;
                }

                positions.Add(row);
                values.Add(value);
            }

            if (missing.Count == 0 || positions.Count == 0) continue;
            double[] filled = LinearInterpolation.At([.. positions], [.. values], [.. missing]);
            for (int k = 0; k < filled.Length; k++) samples[((int)missing[k] * leads) + lead] = (float)(Half)filled[k];
        }
    }

    /// <summary>Where each lead of the result lies among those given; names are compared without case.</summary>
    /// <exception cref="ArgumentException">A lead is absent; the message names it.</exception>
    public static int[] LeadOrder(IReadOnlyList<string> given, IReadOnlyList<string> wanted) =>
        [.. wanted.Select(name => given.Index().Where(g => string.Equals(g.Item, name, StringComparison.OrdinalIgnoreCase)).Select(g => (int?)g.Index).FirstOrDefault()
            ?? throw new ArgumentException($"Lead {name} is not among {string.Join(", ", given)}."))];

    /// <summary>Rows of leads in another order.</summary>
    public static float[] Reorder(ReadOnlySpan<float> samples, IReadOnlyList<int> order)
    {
        var result = new float[samples.Length];
        for (int at = 0; at < result.Length; at++) result[at] = samples[(at / order.Count * order.Count) + order[at % order.Count]];
        return result;
    }
}
