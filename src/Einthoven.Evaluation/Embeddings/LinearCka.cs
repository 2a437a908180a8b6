// Similarity of two representations of the same rows, whatever their rotation and scale (Kornblith et al., ICML 2019).
namespace Einthoven.Evaluation.Embeddings;

/// <summary>Linear centred kernel alignment.</summary>
public static class LinearCka
{
    /// <summary>
    /// ‖AᵀB‖² / (‖AᵀA‖ ‖BᵀB‖) of centred features, Frobenius norms: 0 to 1; too high for fewer rows than features (the biased form).
    /// </summary>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static double Of(PointCloud a, PointCloud b)
    {
        if (a.Count != b.Count) throw new ArgumentException($"{a.Count} rows on one side, {b.Count} on the other.", nameof(b));
        (PointCloud x, PointCloud y) = (a.Centred(), b.Centred());
        return Squares(x, y) / Math.Sqrt(Squares(x, x) * Squares(y, y));
    }

    private static double Squares(PointCloud x, PointCloud y)
    {
        var product = new double[x.Width * y.Width];
        for (int row = 0; row < x.Count; row++)
        {
            for (int j = 0; j < x.Width; j++)
                for (int k = 0; k < y.Width; k++) product[(j * y.Width) + k] += x[row][j] * y[row][k];
        }

        return product.Sum(v => v * v);
    }
}
