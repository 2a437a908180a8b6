// The input rules of cases.schema.md: what a network is fed where no file stores it.
namespace Einthoven.Golden;

internal static class FormulaInputs
{
    /// <summary>Values of an input of that rule, rounded to single precision.</summary>
    /// <exception cref="InvalidDataException">The rule is unknown.</exception>
    public static double[] Values(string rule, string name, long[] shape)
    {
        if (rule == "ecgfm") return TriangleWaves(name, shape);
        FormulaNumbers u = new(name);
        Func<float, float> of = rule switch
        {
            "u" => v => v,
            "u01" => v => (v + 1f) * 0.5f,
            "sqrt3_u" => v => (float)(Math.Sqrt(3) * v),
            "u_positive" => v => v > 0 ? 1 : 0,
            "u_above_half" => v => v > 0.5f ? 1 : 0,
            _ => throw new InvalidDataException($"The input rule '{rule}' is not one of cases.schema.md."),
        };
        double[] values = new double[shape.Aggregate(1L, (n, s) => n * s)];
        for (int i = 0; i < values.Length; i++) values[i] = of(u[i]);
        return values;
    }

    // ecg-fm/README.md: half noise, and a triangle wave whose period and phase depend on the lead; [batch, leads, samples] or [leads, samples].
    private static double[] TriangleWaves(string tag, long[] shape)
    {
        FormulaNumbers u = new("input/" + tag);
        long samples = shape[^1], leads = shape[^2];
        double[] values = new double[shape.Aggregate(1L, (n, s) => n * s)];
        for (long i = 0; i < values.Length; i++)
        {
            long t = i % samples, lead = i / samples % leads, row = i / samples / leads;
            double period = 400 + (25 * lead), phase = (t + (37 * row) + (11 * lead)) % period;
            double triangle = 1 - (2 * Math.Abs((2 * phase / period) - 1));
            values[i] = (float)((0.5 * u[i]) + (1.25 * triangle));
        }

        return values;
    }
}
