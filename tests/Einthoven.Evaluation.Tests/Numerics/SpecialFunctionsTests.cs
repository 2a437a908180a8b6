// Distribution functions against values from tables and closed forms.
using Einthoven.Evaluation.Numerics;

namespace Einthoven.Evaluation.Tests.Numerics;

public sealed class SpecialFunctionsTests
{
    [Theory]
    [InlineData(0.1, 2.252712651734206)]
    [InlineData(5, 3.1780538303479458)]
    [InlineData(1234.5, 7550.550901077896)]
    public void Log_gamma(double x, double expected) => Assert.Equal(expected, SpecialFunctions.LogGamma(x), 1e-13 * Math.Max(1, expected));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-3, 0.0013498980316300933)]
    [InlineData(-10, 7.619853024160527e-24)]
    [InlineData(1.959963984540054, 0.975)]
    public void Normal_distribution(double z, double expected)
    {
        Assert.Equal(1, SpecialFunctions.NormalCdf(z) / expected, 1e-13);
        if (z > -9) Assert.Equal(z, SpecialFunctions.NormalQuantile(expected), 1e-11);
    }

    [Fact]
    public void Quantiles_outside_zero_and_one_do_not_exist() => Assert.True(double.IsNaN(SpecialFunctions.NormalQuantile(1.1)));

    [Theory]
    [InlineData(1, 12.706204736174698)]
    [InlineData(10, 2.2281388519862747)]
    public void Student_critical_values(double degrees, double expected)
    {
        Assert.Equal(expected, SpecialFunctions.StudentCritical(0.95, degrees), 1e-10);
        Assert.Equal(0.05, SpecialFunctions.StudentTwoSided(expected, degrees), 1e-13);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    public void The_beta_function_of_whole_numbers_is_a_binomial_tail(int a, int b)
    {
        const double X = 0.37;
        int n = a + b - 1;
        double tail = Enumerable.Range(a, n - a + 1).Sum(k => Choose(n, k) * Math.Pow(X, k) * Math.Pow(1 - X, n - k));
        Assert.Equal(tail, SpecialFunctions.Beta(X, a, b), 1e-14);
        Assert.Equal(X, SpecialFunctions.BetaQuantile(tail, a, b), 1e-13);
    }

    [Fact]
    public void Chi_squared_with_two_degrees_is_exponential() => Assert.Equal(Math.Exp(-1.7), SpecialFunctions.ChiSquaredTail(3.4, 2), 1e-14);

    [Fact]
    public void Singular_values_rebuild_the_matrix()
    {
        var random = new Random(1);
        double[] a = [.. Enumerable.Range(0, 24).Select(_ => random.NextDouble() - 0.5)];
        (double[] values, double[] vectors) = LinearAlgebra.SingularValues(a, 6, 4);
        Assert.Equal(values.OrderDescending(), values);
        // AᵀA = V S² Vᵀ.
        for (int j = 0; j < 4; j++)
        {
            for (int k = 0; k < 4; k++)
            {
                double gram = Enumerable.Range(0, 6).Sum(r => a[(r * 4) + j] * a[(r * 4) + k]);
                double rebuilt = Enumerable.Range(0, 4).Sum(c => values[c] * values[c] * vectors[(c * 4) + j] * vectors[(c * 4) + k]);
                Assert.Equal(gram, rebuilt, 1e-14);
            }
        }
    }

    private static double Choose(int n, int k) => Enumerable.Range(0, k).Aggregate(1.0, (c, j) => c * (n - j) / (j + 1));
}
