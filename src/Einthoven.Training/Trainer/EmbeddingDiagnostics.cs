// Whether an encoder's embeddings say something: alignment of pairs, uniformity, and how many directions are used.
// Sources: Wang and Isola, "Understanding contrastive representation learning through alignment and uniformity", ICML 2020;
// effective rank: Roy and Vetterli, EUSIPCO 2007.
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>Figures of pairs of embeddings.</summary>
/// <param name="Alignment">Mean squared distance of the two unit vectors of a pair, 0 (equal) to 4; near 2 for unrelated ones.</param>
/// <param name="Uniformity">Logarithm of the mean of exp(−2 d²) over unrelated pairs: 0 when all are one point, towards −4 when spread evenly.</param>
/// <param name="EffectiveRank">Exponential of the entropy of the embeddings' singular values: 1 when they vary along a single direction.</param>
internal readonly record struct EmbeddingDiagnostics(double Alignment, double Uniformity, double EffectiveRank)
{
    private static readonly Operator s_singularValues = new("aten::linalg_svdvals");

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
        return new(aligned / (rows / 2), others > 0 ? Math.Log(spread / others) : double.NaN, RankOf(pairs, width));

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
    }

    /// <summary>Exponential of the entropy of the singular values, as shares of their sum, of rows less their mean; 0 where all rows are equal.</summary>
    /// <param name="rows">[rows, width].</param>
    /// <param name="width">Values of a row.</param>
    internal static double RankOf(float[] rows, int width)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor values = Tensor.From(rows, rows.Length / width, width).To(ScalarType.Float64);
        double[] singular = s_singularValues.Call(values - values.Mean([0], keepDimensions: true)).ToArray<double>();
        double total = singular.Sum();
        return total > 1e-9 * rows.Length ? Math.Exp(-singular.Where(v => v > 0).Sum(v => v / total * Math.Log(v / total))) : 0;
    }

    /// <summary>Deviation of rows about their mean, as a share of their size: 0 where all rows are one point.</summary>
    /// <param name="rows">[rows, width].</param>
    /// <param name="width">Values of a row.</param>
    internal static double SpreadOf(float[] rows, int width)
    {
        int count = rows.Length / width;
        double varied = 0, size = 0;
        for (int k = 0; k < width; k++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < count; row++)
            {
                double value = rows[(row * width) + k];
                sum += value;
                squares += value * value;
            }
            varied += Math.Max(0, squares - (sum * sum / count));
            size += squares;
        }
        return size > 0 ? Math.Sqrt(varied / size) : 0;
    }
}
