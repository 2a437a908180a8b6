// Whether an encoder's embeddings say something: alignment of pairs, uniformity, and how many directions are used.
// Sources: Wang and Isola, "Understanding contrastive representation learning through alignment and uniformity", ICML 2020;
// effective rank: Roy and Vetterli, EUSIPCO 2007.
namespace Einthoven.Training.Trainer;

/// <summary>Figures of pairs of embeddings.</summary>
/// <param name="Alignment">Mean squared distance of the two unit vectors of a pair, 0 (equal) to 4; near 2 for unrelated ones.</param>
/// <param name="Uniformity">Logarithm of the mean of exp(−2 d²) over unrelated pairs: 0 when all are one point, towards −4 when spread evenly.</param>
/// <param name="EffectiveRank">Exponential of the entropy of the embeddings' variance over channels: 1 when a single channel varies.</param>
internal readonly record struct EmbeddingDiagnostics(double Alignment, double Uniformity, double EffectiveRank)
{
    /// <summary>Computes the figures.</summary>
    /// <param name="pairs">[2 · pairs, width]: rows 2k and 2k + 1 belong together.</param>
    /// <param name="width">Values of a row.</param>
    internal static EmbeddingDiagnostics Of(float[] pairs, int width)
    {
        int rows = pairs.Length / width;
        var unit = new double[pairs.Length];
        for (int row = 0; row < rows; row++)
        {
            double norm = 0;
            for (int k = 0; k < width; k++) norm += (double)pairs[(row * width) + k] * pairs[(row * width) + k];
            norm = Math.Max(Math.Sqrt(norm), 1e-12);
            for (int k = 0; k < width; k++) unit[(row * width) + k] = pairs[(row * width) + k] / norm;
        }
        double aligned = 0, spread = 0;
        long others = 0;
        for (int a = 0; a < rows; a += 2)
        {
            aligned += Distance(a, a + 1);
            for (int b = a + 2; b < rows; b += 2)
            {
                spread += Math.Exp(-2 * Distance(a, b));
                others++;
            }
        }
        return new(aligned / (rows / 2), others > 0 ? Math.Log(spread / others) : double.NaN, Rank());

        double Distance(int a, int b)
        {
            double sum = 0;
            for (int k = 0; k < width; k++)
            {
                double d = unit[(a * width) + k] - unit[(b * width) + k];
                sum += d * d;
            }
            return sum;
        }

        double Rank()
        {
            var variance = new double[width];
            for (int k = 0; k < width; k++)
            {
                double mean = 0, square = 0;
                for (int row = 0; row < rows; row++)
                {
                    mean += unit[(row * width) + k];
                    square += unit[(row * width) + k] * unit[(row * width) + k];
                }
                variance[k] = Math.Max(0, (square / rows) - (mean / rows * (mean / rows)));
            }
            double total = variance.Sum();
            return total > 0 ? Math.Exp(-variance.Where(v => v > 0).Sum(v => v / total * Math.Log(v / total))) : 0;
        }
    }
}
