// Collects the comparisons of one case and remembers the worst, as a share of its tolerance.
using System.Globalization;
using System.Text.Json;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden;

internal sealed class Deviations(GoldenCase golden)
{
    private const double Rounding = 1e-12;

    /// <summary>Number of values compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Largest deviation as a share of its tolerance; above 1 is a failure, infinite where nothing was allowed.</summary>
    public double Worst { get; private set; }

    /// <summary>What was furthest off.</summary>
    public string Where { get; private set; } = "";

    /// <summary>Compares a tensor with its stored reference, shape included.</summary>
    public void Compare(string what, string part, ReadOnlySpan<double> actual, ReadOnlySpan<long> shape, CheckpointTensor expected)
    {
        Equal($"shape of {what}", string.Join(',', shape.ToArray()), string.Join(',', expected.Shape));
        Compare(what, part, actual, expected.ToDoubles());
    }

    /// <summary>Compares values in order; NaN stands for undefined.</summary>
    public void Compare(string what, string part, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected)
    {
        if (actual.Length != expected.Length)
        {
            Fail($"{what}: {actual.Length} values instead of {expected.Length}");
            return;
        }

        Tolerance tolerance = golden.Tolerance(part);
        double largest = Largest(expected);
        for (int i = 0; i < actual.Length; i++)
            Record($"{what}[{i}]", actual[i], expected[i], tolerance.Bound(expected[i], largest));
    }

    /// <summary>Compares one value.</summary>
    public void Compare(string what, string part, double actual, double expected) => Compare(what, part, [actual], [expected]);

    /// <summary>Compares a statistic whose bound the check derives itself, from sampling error.</summary>
    public void Within(string what, double actual, double reference, double bound) => Record(what, actual, reference, bound);

    /// <summary>Compares what must be the same: texts, counts, flags.</summary>
    public void Equal<T>(string what, T actual, T expected)
    {
        Compared++;
        if (!EqualityComparer<T>.Default.Equals(actual, expected)) Fail($"{what}: {actual} instead of {expected}");
    }

    /// <summary>Compares a tensor with a summary: first…, last…, mean, std (population), l2, sum; those that are present.</summary>
    public void Summary(string what, string part, ReadOnlySpan<double> actual, JsonElement summary)
    {
        Tolerance tolerance = golden.Tolerance(part);
        double root = Math.Sqrt(actual.Length);
        double largest = summary.TryGetProperty("l2", out JsonElement norm) ? norm.GetDouble() / root : SummaryLargest(summary);
        foreach (JsonProperty figure in summary.EnumerateObject())
        {
            string name = figure.Name;
            if (name is "mean" or "std" or "l2" or "sum")
            {
                double reference = Number(figure.Value);
                // However exact the values, a statistic of them depends on the order of summation in its last digits.
                double bound = Math.Max(tolerance.Bound(reference, largest), Rounding * largest) * (name is "l2" or "sum" ? root : 1);
                Record($"{name} of {what}", SummaryStatistics.Of(name, actual), reference, bound);
            }
            else if (figure.Value.ValueKind == JsonValueKind.Array
                && (name.StartsWith("first", StringComparison.Ordinal) || name.StartsWith("last", StringComparison.Ordinal)))
            {
                double[] values = Numbers(figure.Value);
                int start = name.StartsWith("first", StringComparison.Ordinal) ? 0 : actual.Length - values.Length;
                for (int i = 0; i < values.Length; i++)
                    Record($"{what}[{start + i}]", actual[start + i], values[i], tolerance.Bound(values[i], largest));
            }
        }
    }

    /// <summary>A failure that no tolerance covers.</summary>
    public void Fail(string what) => Note(double.PositiveInfinity, what);

    /// <summary>A JSON number; null is undefined (NaN), the texts Infinity and -Infinity are what they say.</summary>
    public static double Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => double.Parse(json.GetString()!, CultureInfo.InvariantCulture),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => json.GetDouble(),
    };

    /// <summary>All numbers of a JSON list, nested or not, in order.</summary>
    public static double[] Numbers(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().SelectMany(Numbers)] : [Number(json)];

    private static double SummaryLargest(JsonElement summary)
    {
        double largest = 0;
        foreach (JsonProperty figure in summary.EnumerateObject())
        {
            string name = figure.Name;
            if (name is "mean" or "std" || name.StartsWith("first", StringComparison.Ordinal) || name.StartsWith("last", StringComparison.Ordinal))
                largest = Math.Max(largest, Largest(Numbers(figure.Value)));
        }

        return largest;
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values) if (double.IsFinite(value)) largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    private void Record(string what, double actual, double reference, double bound)
    {
        Compared++;
        bool same = actual.Equals(reference) || actual == reference;
        double share = same ? 0 : Math.Abs(actual - reference) / bound;
        if (double.IsNaN(share)) share = double.PositiveInfinity;
        if (share > Worst || (share > 0 && Where.Length == 0))
            Note(share, string.Create(CultureInfo.InvariantCulture, $"{what}: {actual:R} instead of {reference:R}, allowed {bound:G3}"));
    }

    private void Note(double share, string what)
    {
        // The first of several infinite ones stays: it is the cause, the others mostly follow from it.
        if (Where.Length > 0 && share <= Worst) return;
        (Worst, Where) = (share, what);
    }
}
