// The weight rules of cases.schema.md: every parameter of a network from its name, so that no file stores it.
namespace Einthoven.Golden;

internal static class FormulaWeights
{
    /// <summary>Values of the parameter or buffer <paramref name="name"/> (prefix included) under a rule.</summary>
    /// <exception cref="InvalidDataException">The rule is unknown.</exception>
    public static float[] Values(string rule, string name, long[] shape)
    {
        FormulaNumbers u = new(name);
        Func<float, long, float> of = rule switch
        {
            "plain" or "jepa" => Wide(name, shape),
            "ecgfm" => Single(name, shape, name.EndsWith(".original0", StringComparison.Ordinal)),
            "generic" => Single(name, shape, false),
            "esi" => Esi(name, shape),
            "s4" => StateSpace(name, shape),
            _ => throw new InvalidDataException($"The weight rule '{rule}' is not one of cases.schema.md."),
        };
        float[] values = new float[shape.Aggregate(1L, (n, s) => n * s)];
        for (int i = 0; i < values.Length; i++) values[i] = of(u[i], i);
        return values;
    }

    // In double precision, rounded once.
    private static Func<float, long, float> Wide(string name, long[] shape)
    {
        if (Last(name) == "num_batches_tracked") return (_, _) => 0;
        if (shape.Length >= 2)
        {
            double root = Math.Sqrt(FanIn(shape));
            return (u, _) => (float)(u / root);
        }

        bool aroundOne = Last(name) is "weight" or "running_var";
        return (u, _) => (float)((aroundOne ? 1 : 0) + (0.1 * u));
    }

    // In single precision throughout.
    private static Func<float, long, float> Single(string name, long[] shape, bool magnitude)
    {
        if (shape.Length >= 2 && !magnitude)
        {
            float root = (float)Math.Sqrt(FanIn(shape));
            return (u, _) => u / root;
        }

        bool aroundOne = magnitude || Last(name) is "weight" or "gamma" or "running_var";
        return aroundOne ? (u, _) => 1f + (0.1f * u) : (u, _) => 0.1f * u;
    }

    private static Func<float, long, float> Esi(string name, long[] shape)
    {
        bool channelNorm = shape is [1, _, 1];
        if (Last(name) == "temperature") return (_, _) => 1;
        if (name.EndsWith("grn.gamma", StringComparison.Ordinal)) return (u, _) => 0.5f * u;
        if (name.EndsWith("grn.beta", StringComparison.Ordinal) || (channelNorm && Last(name) == "bias")) return (u, _) => 0.1f * u;
        return channelNorm && Last(name) == "weight" ? (u, _) => 1f + (0.1f * u) : Single(name, shape, false);
    }

    // s4/README.md; complex tensors end in an axis of 2: real and imaginary part.
    private static Func<float, long, float> StateSpace(string name, long[] shape)
    {
        if (name.Contains(".kernel.kernel.", StringComparison.Ordinal))
        {
            switch (Last(name))
            {
                case "log_dt": return (u, _) => (float)(Math.Log(0.001) + ((u + 1.0) / 2 * Math.Log(100)));
                case "w": return (u, i) => Eigenvalue(u, i, shape[^2]);
                case "B": return (u, i) => (float)((i % 2 == 0 ? 1 : 0) + (0.1 * u));
                case "P": return (u, _) => (float)(0.5 * u);
                case "C": return (u, _) => u;
                case "Q":
                    // The conjugate of P, which has the numbers.
                    FormulaNumbers p = new(name[..^1] + "P");
                    return (_, i) => (float)((i % 2 == 0 ? 0.5 : -0.5) * p[i]);
            }
        }

        if (Last(name) is "D" or "weight_g") return (u, _) => (float)(1 + (0.1 * u));
        return Last(name) == "bias" ? (u, _) => (float)(0.1 * u) : Wide(name, shape);
    }

    private static float Eigenvalue(float u, long index, long pairs)
    {
        double spread = 1 + (0.1 * u);
        return (float)(index % 2 == 0 ? -0.5 * spread : Math.PI * ((index / 2 % pairs) + 0.5) * spread);
    }

    private static double FanIn(long[] shape) => shape.Skip(1).Aggregate(1L, (n, s) => n * s);

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
