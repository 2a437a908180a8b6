// Turns the candidates for a wave's edge into one mark: a weighted mean whose weights were fitted to cardiologists' marks.
using System.Globalization;

namespace Einthoven.Signals.Beats;

/// <summary>One row of <c>Beats/edge-weights.csv</c> an edge: an offset in samples, then a weight for each candidate beside the wave's place.</summary>
sealed class EdgeModel
{
    public static EdgeModel Default { get; } = Load();

    readonly Dictionary<Edge, double[]> _weights;

    public EdgeModel(Dictionary<Edge, double[]> weights) => _weights = weights;

    /// <summary>The mark in samples.</summary>
    public double Mark(Edge edge, double[] candidates)
    {
        double[] weights = _weights[edge];
        double place = candidates[^1], mark = place + weights[0];
        for (int i = 0; i < candidates.Length - 1; i++) mark += weights[i + 1] * (candidates[i] - place);
        return mark;
    }

    static EdgeModel Load()
    {
        using var reader = new StreamReader(typeof(EdgeModel).Assembly.GetManifestResourceStream("edge-weights.csv")!);
        var weights = new Dictionary<Edge, double[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] fields = line.Split(',');
            weights.Add(Enum.Parse<Edge>(fields[0]), [.. fields.Skip(1).Select(f => double.Parse(f, CultureInfo.InvariantCulture))]);
        }
        return new EdgeModel(weights);
    }
}
