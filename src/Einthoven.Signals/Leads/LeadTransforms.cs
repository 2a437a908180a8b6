// Between the twelve leads and the heart's vector: Dower 1980, its inverse (Edenbrandt and Pahlm 1988), and Kors 1990.
namespace Einthoven.Signals;

/// <summary>Published matrices between I, II, V1 … V6 and Frank's X (left), Y (down), Z (back).</summary>
public static class LeadTransforms
{
    /// <summary>Rows I, II, V1 … V6; columns X, Y, Z (Dower, Machado and Osborne, Clin Cardiol 3:87, 1980).</summary>
    public static double[][] Dower { get; } =
    [
        [0.632, -0.235, 0.059],
        [0.235, 1.066, -0.132],
        [-0.515, 0.157, -0.917],
        [0.044, 0.164, -1.387],
        [0.882, 0.098, -1.277],
        [1.213, 0.127, -0.601],
        [1.125, 0.127, -0.086],
        [0.831, 0.076, 0.230],
    ];

    /// <summary>Rows X, Y, Z; columns I, II, V1 … V6 (Edenbrandt and Pahlm, J Electrocardiol 21:361, 1988).</summary>
    public static double[][] InverseDower { get; } =
    [
        [0.156, -0.010, -0.172, -0.074, 0.122, 0.231, 0.239, 0.194],
        [-0.227, 0.887, 0.057, -0.019, -0.106, -0.022, 0.041, 0.048],
        [0.022, 0.102, -0.229, -0.310, -0.246, -0.063, 0.055, 0.108],
    ];

    /// <summary>Rows X, Y, Z; columns I, II, V1 … V6, found by regression (Kors et al., Eur Heart J 11:1083, 1990).</summary>
    public static double[][] Kors { get; } =
    [
        [0.38, -0.07, -0.13, 0.05, -0.01, 0.14, 0.06, 0.54],
        [-0.07, 0.93, 0.06, -0.02, -0.05, 0.06, -0.17, 0.13],
        [0.11, -0.23, -0.43, -0.06, -0.14, -0.20, -0.11, 0.31],
    ];

    /// <summary>Every row of the matrix as a sum of the signals; all of equal length.</summary>
    public static double[][] Apply(double[][] matrix, IReadOnlyList<double[]> signals)
    {
        int n = signals[0].Length;
        double[][] result = new double[matrix.Length][];
        for (int row = 0; row < matrix.Length; row++)
        {
            if (matrix[row].Length != signals.Count) throw new ArgumentException($"the matrix wants {matrix[row].Length} signals, not {signals.Count}", nameof(signals));
            double[] sum = new double[n];
            for (int c = 0; c < signals.Count; c++)
            {
                double weight = matrix[row][c];
                if (weight == 0) continue;
                ReadOnlySpan<double> x = signals[c];
                for (int i = 0; i < n; i++) sum[i] += weight * x[i];
            }
            result[row] = sum;
        }
        return result;
    }
}
