// What the cases of metrics share: arrays by role, JSON by path, figures whose parameters stand in their names.
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Einthoven.Evaluation;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

/// <summary>The arrays of one case; float32 is widened exactly.</summary>
internal sealed class MetricsInputs(GoldenCase golden, GoldenFiles files, string file = "inputs")
{
    public double[] Doubles(string role) => Tensor(role).ToDoubles();

    public float[] Floats(string role) => [.. Doubles(role).Select(v => (float)v)];

    public bool[] Flags(string role) => [.. Doubles(role).Select(v => v > 0.5)];

    public int[] Integers(string role) => [.. Tensor(role).ToInt64s().Select(v => (int)v)];

    /// <summary>Size of the last axis.</summary>
    public int Width(string role) => (int)Tensor(role).Shape[^1];

    public CheckpointTensor Tensor(string role) =>
        Named(golden.Array(role) ?? throw new InvalidDataException($"{golden.Path}: cases.json names no array in the role '{role}'."));

    public CheckpointTensor Named(string name) => files.Tensors(file)[name];

    /// <summary>A table whose rows are all patients of their own.</summary>
    public ScoreTable Table(string scores, string truths)
    {
        int width = Width(scores);
        double[] values = Doubles(scores);
        return Table(values, Floats(truths), width);
    }

    public static ScoreTable Table(double[] scores, float[] truths, int width) => new(
        [.. Enumerable.Range(0, width).Select(k => $"label {k}")],
            [.. Enumerable.Range(0, scores.Length / width).Select(k => $"row {k}")], scores, truths);
}

internal static partial class MetricsJson
{
    /// <summary>The numbers that stand in a name, as 0.95 in sensitivity_at_specificity_0.95.</summary>
    public static double[] NumbersIn(string name) =>
        [.. NumberPattern().Matches(name).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    public static double Number(this JsonElement json, string name) => Deviations.Number(json.GetProperty(name));

    public static double[] Numbers(this JsonElement json, string name) => Deviations.Numbers(json.GetProperty(name));

    public static int[] Integers(this JsonElement json, string name) => [.. json.Numbers(name).Select(v => (int)v)];

    /// <summary>The part if the case bounds it, else the one for every value.</summary>
    public static string Part(this GoldenCase golden, string part) => golden.HasTolerance(part) ? part : "values";

    /// <summary>Compares both ends of an interval.</summary>
    public static void Interval(this Deviations deviations, string what, string part, Estimate actual, JsonElement expected) =>
        deviations.Compare(what, part, [actual.Low, actual.High], Deviations.Numbers(expected));

    [GeneratedRegex(@"\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex NumberPattern();
}
