// The best map that never falls: pool adjacent violators (Ayer et al. 1955; Zadrozny and Elkan, KDD 2002).
namespace Einthoven.Evaluation.Calibration;

/// <summary>Knots of a map that never falls; between them it is a straight line, outside constant.</summary>
/// <param name="X">Ascending.</param>
/// <param name="Y">Probabilities, never falling.</param>
public sealed record IsotonicCalibration(IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Value of the map.</summary>
    public double Apply(double x)
    {
        if (X.Count == 0) return double.NaN;
        if (x <= X[0]) return Y[0];
        if (x >= X[^1]) return Y[^1];
        int low = 0, high = X.Count - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (X[middle] <= x) low = middle;
            else high = middle;
        }

        return Y[low] + ((Y[high] - Y[low]) * (x - X[low]) / (X[high] - X[low]));
    }

    /// <summary>Least squares under the condition of never falling; rows of equal x are one point with their mean.</summary>
    /// <param name="x">Logits, or any score, one a row.</param>
    /// <param name="labels">1 positive, 0 negative, NaN unknown: left out.</param>
    public static IsotonicCalibration Fit(ReadOnlySpan<double> x, ReadOnlySpan<float> labels)
    {
        (double[] known, double[] targets) = LogisticCalibration.Known(x, labels);
        Array.Sort(known, targets);
        // Blocks of first x, last x, sum and number; a new one swallows those before it that are not lower.
        var blocks = new List<(double First, double Last, double Sum, int Count)>();
        for (int k = 0; k < known.Length;)
        {
            (double First, double Last, double Sum, int Count) block = (known[k], known[k], 0, 0);
            for (; k < known.Length && known[k] == block.First; k++)
                block = block with { Sum = block.Sum + targets[k], Count = block.Count + 1 };
            while (blocks.Count > 0 && blocks[^1].Sum * block.Count >= block.Sum * blocks[^1].Count)
            {
                block = (blocks[^1].First, block.Last, block.Sum + blocks[^1].Sum, block.Count + blocks[^1].Count);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        List<double> xs = [], ys = [];
        foreach ((double first, double last, double sum, int count) in blocks)
        {
            xs.Add(first);
            ys.Add(sum / count);
            if (last == first) continue;
            xs.Add(last);
            ys.Add(sum / count);
        }

        return new(xs, ys);
    }
}
