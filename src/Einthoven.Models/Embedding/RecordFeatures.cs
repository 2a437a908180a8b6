// What a layer of a network makes of one recording.
using Einthoven.Models.Probes;

namespace Einthoven.Models.Embedding;

/// <summary>Features of a recording.</summary>
/// <param name="Record">Which recording.</param>
/// <param name="Positions">Positions in time of a window.</param>
/// <param name="Width">Values of a position.</param>
/// <param name="Windows">A row-major [positions, width] a window.</param>
public sealed record RecordFeatures(RecordFacts Record, int Positions, int Width, IReadOnlyList<float[]> Windows)
{
    /// <summary>One window's features, pooled over its positions.</summary>
    /// <returns>[width], or [2 · width] for mean and largest.</returns>
    /// <exception cref="ArgumentException">The pooling has weights of its own.</exception>
    public float[] Pool(int window, FeaturePooling pooling)
    {
        float[] values = Windows[window];
        return pooling switch
        {
            FeaturePooling.Mean => Mean(values),
            FeaturePooling.Max => Largest(values),
            FeaturePooling.MeanMax => [.. Mean(values), .. Largest(values)],
            _ => throw new ArgumentException("Attention pooling learns weights: it belongs to a probe."),
        };
    }

    /// <summary>The whole recording: the mean of its pooled windows.</summary>
    /// <exception cref="ArgumentException">The pooling has weights of its own.</exception>
    public float[] Pool(FeaturePooling pooling)
    {
        float[] sum = Pool(0, pooling);
        for (int window = 1; window < Windows.Count; window++)
        {
            float[] next = Pool(window, pooling);
            for (int k = 0; k < sum.Length; k++) sum[k] += next[k];
        }
        for (int k = 0; k < sum.Length; k++) sum[k] /= Windows.Count;
        return sum;
    }

    private float[] Mean(float[] values)
    {
        var mean = new float[Width];
        for (int at = 0; at < values.Length; at++) mean[at % Width] += values[at];
        for (int k = 0; k < Width; k++) mean[k] /= Positions;
        return mean;
    }

    private float[] Largest(float[] values)
    {
        float[] largest = values[..Width];
        for (int at = Width; at < values.Length; at++) largest[at % Width] = Math.Max(largest[at % Width], values[at]);
        return largest;
    }
}
