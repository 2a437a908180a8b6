// Whether two ways of measuring can stand in for one another: concordance and intraclass correlation.
namespace Einthoven.Evaluation.Regression;

/// <summary>Agreement of two measurements a row; rows with an unknown reference (NaN) are left out.</summary>
/// <param name="Concordance">Lin's coefficient 2 s_xy / (s_x² + s_y² + (x̄ − ȳ)²) with moments of divisor n (Biometrics 45:255,
/// 1989).</param>
/// <param name="Icc11">One-way random effects, single measurement (Shrout and Fleiss, Psychological Bulletin 86:420, 1979).</param>
/// <param name="Icc21">Two-way random effects, absolute agreement.</param>
/// <param name="Icc31">Two-way mixed effects, consistency.</param>
public sealed record Agreement(double Concordance, double Icc11, double Icc21, double Icc31)
{
    /// <summary>Compares predictions with references.</summary>
    public static Agreement Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> prediction)
    {
        (double[] y, double[] p) = RegressionFigures.KnownPairs(reference, prediction);
        int n = y.Length;
        if (n < 2) return new(double.NaN, double.NaN, double.NaN, double.NaN);
        double my = y.Average(), mp = p.Average(), syy = 0, spp = 0, syp = 0, between = 0, within = 0;
        double grand = (my + mp) / 2;
        for (int k = 0; k < n; k++)
        {
            syy += (y[k] - my) * (y[k] - my);
            spp += (p[k] - mp) * (p[k] - mp);
            syp += (y[k] - my) * (p[k] - mp);
            double middle = (y[k] + p[k]) / 2;
            between += 2 * (middle - grand) * (middle - grand);
            within += ((y[k] - middle) * (y[k] - middle)) + ((p[k] - middle) * (p[k] - middle));
        }

        double raters = n * (((my - grand) * (my - grand)) + ((mp - grand) * (mp - grand)));
        double rows = between / (n - 1), error = (within - raters) / (n - 1), oneWay = within / n;
        return new(
            2 * syp / n / ((syy / n) + (spp / n) + ((my - mp) * (my - mp))),
            (rows - oneWay) / (rows + oneWay),
            (rows - error) / (rows + error + (2 * (raters - error) / n)),
            (rows - error) / (rows + error));
    }
}
