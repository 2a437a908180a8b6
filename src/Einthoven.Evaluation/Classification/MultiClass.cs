// One class of several a row: the confusion matrix and what follows from it, and what follows from the probabilities.
namespace Einthoven.Evaluation.Classification;

/// <summary>Counts of true class by called class.</summary>
/// <param name="Counts">[true, called].</param>
public sealed record ConfusionMatrix(int[,] Counts)
{
    /// <summary>Number of classes.</summary>
    public int Classes => Counts.GetLength(0);

    /// <summary>Counts rows.</summary>
    /// <param name="truths">True class of each row.</param>
    /// <param name="calls">Called class of each row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a class is out of range.</exception>
    public static ConfusionMatrix Of(ReadOnlySpan<int> truths, ReadOnlySpan<int> calls, int classes)
    {
        if (truths.Length != calls.Length) throw new ArgumentException($"{calls.Length} calls for {truths.Length} rows.");
        var counts = new int[classes, classes];
        for (int row = 0; row < truths.Length; row++)
        {
            if ((uint)truths[row] >= (uint)classes || (uint)calls[row] >= (uint)classes)
                throw new ArgumentException($"Row {row} has class {truths[row]}, called {calls[row]}; there are {classes} classes.");
            counts[truths[row], calls[row]]++;
        }

        return new(counts);
    }

    /// <summary>The class against all others.</summary>
    public ConfusionCounts Class(int k)
    {
        double tp = Counts[k, k], fn = True(k) - tp, fp = Called(k) - tp;
        return new(tp, fp, fn, Total - tp - fn - fp);
    }

    /// <summary>Share of right calls.</summary>
    public double Accuracy => Sum(k => Counts[k, k]) / Total;

    /// <summary>Mean recall over the classes that occur.</summary>
    public double BalancedAccuracy => Bootstrap.MeanOfDefined(Enumerable.Range(0, Classes).Select(k => Class(k).Sensitivity));

    /// <summary>Mean F1 over classes; 0 for a class neither true nor called.</summary>
    public double MacroF1 => Sum(F1) / Classes;

    /// <summary>Mean F1 weighted by the classes' rows.</summary>
    public double WeightedF1 => Sum(k => F1(k) * True(k)) / Total;

    /// <summary>Matthews' correlation for several classes (Gorodkin 2004); NaN where all rows have one class or one call.</summary>
    public double Mcc
    {
        get
        {
            double right = Sum(k => Counts[k, k]);
            return ((right * Total) - Sum(k => True(k) * Called(k)))
                / Math.Sqrt(((Total * Total) - Sum(k => Called(k) * Called(k))) * ((Total * Total) - Sum(k => True(k) * True(k))));
        }
    }

    /// <summary>Cohen's kappa with disagreement |i − j| to a power: 0 plain (1960), 1 linear, 2 quadratic (1968).</summary>
    public double Kappa(int power = 0)
    {
        double observed = 0, expected = 0;
        for (int i = 0; i < Classes; i++)
        {
            for (int j = 0; j < Classes; j++)
            {
                double weight = i == j ? 0 : Math.Pow(Math.Abs(i - j), power);
                observed += weight * Counts[i, j];
                expected += weight * True(i) * Called(j) / Total;
            }
        }

        return 1 - (observed / expected);
    }

    /// <summary>F1 of a class; 0 where it is neither true nor called.</summary>
    public double F1(int k) => Class(k).F1 is double f && !double.IsNaN(f) ? f : 0;

    private double Total => Counts.Cast<int>().Sum(c => (double)c);

    private double True(int k) => Sum(j => Counts[k, j]);

    private double Called(int k) => Sum(j => Counts[j, k]);

    private double Sum(Func<int, double> term) => Enumerable.Range(0, Classes).Sum(term);
}

/// <summary>Figures of class probabilities, row-major [rows, classes].</summary>
public static class ClassProbabilities
{
    /// <summary>The most probable class of each row; the first among equals.</summary>
    public static int[] Calls(ReadOnlySpan<double> probabilities, int classes)
    {
        var calls = new int[probabilities.Length / classes];
        for (int row = 0; row < calls.Length; row++) calls[row] = Highest(probabilities.Slice(row * classes, classes));
        return calls;
    }

    /// <summary>Share of rows whose class is among the k most probable; among equals the lower class number comes first.</summary>
    public static double TopAccuracy(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truths, int classes, int k)
    {
        int hits = 0;
        for (int row = 0; row < truths.Length; row++)
        {
            ReadOnlySpan<double> p = probabilities.Slice(row * classes, classes);
            int before = 0;
            for (int c = 0; c < classes; c++) if (p[c] > p[truths[row]] || (p[c] == p[truths[row]] && c < truths[row])) before++;
            if (before < k) hits++;
        }

        return (double)hits / truths.Length;
    }

    /// <summary>Mean −ln p of the true class, p clipped to [1e-15, 1 − 1e-15] and taken as given.</summary>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truths, int classes)
    {
        double sum = 0;
        for (int row = 0; row < truths.Length; row++)
            sum -= Math.Log(Math.Clamp(probabilities[(row * classes) + truths[row]], 1e-15, 1 - 1e-15));
        return sum / truths.Length;
    }

    /// <summary>Mean over rows of Σ (p − truth)² over classes (Brier 1950): 0 to 2.</summary>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truths, int classes)
    {
        double sum = 0;
        for (int cell = 0; cell < probabilities.Length; cell++)
        {
            double error = probabilities[cell] - (truths[cell / classes] == cell % classes ? 1 : 0);
            sum += error * error;
        }

        return sum / truths.Length;
    }

    /// <summary>Mean over classes of the area of each class against the rest; undefined classes are left out.</summary>
    public static double OneVersusRestAuroc(double[] probabilities, int[] truths, int classes) =>
        Bootstrap.MeanOfDefined(Enumerable.Range(0, classes).Select(c => Area(probabilities, truths, classes, c, _ => true)));

    /// <summary>Hand and Till's area (Machine Learning 45:171, 2001): mean over pairs of classes of the two areas that part them.</summary>
    public static double HandTillAuroc(double[] probabilities, int[] truths, int classes)
    {
        return Bootstrap.MeanOfDefined(
            from a in Enumerable.Range(0, classes)
            from b in Enumerable.Range(a + 1, classes - a - 1)
            select (Pair(a, b) + Pair(b, a)) / 2);

        // Area that the probability of one class gives against the other.
        double Pair(int a, int b) => Area(probabilities, truths, classes, a, t => t == a || t == b);
    }

    private static double Area(double[] probabilities, int[] truths, int classes, int positive, Func<int, bool> keep) => Auroc.Of(
        [.. truths.Select((_, row) => probabilities[(row * classes) + positive])],
        [.. truths.Select(t => !keep(t) ? float.NaN : t == positive ? 1 : 0)]);

    private static int Highest(ReadOnlySpan<double> values)
    {
        int highest = 0;
        for (int k = 1; k < values.Length; k++) if (values[k] > values[highest]) highest = k;
        return highest;
    }
}
