// A frozen network's features of many recordings, computed once: a probe is trained on them in seconds.
using Einthoven.Models;
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Probing;

/// <summary>Features of recordings of a store: [positions, width] each, one position where they are pooled.</summary>
internal sealed class FeatureTable
{
    private const int Batch = 32;

    private readonly Dictionary<int, float[]> _features = [];

    private FeatureTable(string layer, FeaturePooling pooling) => (Layer, Pooling) = (layer, pooling);

    /// <summary>The layer they are of.</summary>
    internal string Layer { get; }

    /// <summary>How they are gathered.</summary>
    internal FeaturePooling Pooling { get; }

    /// <summary>Values of one position of the layer.</summary>
    internal int Width { get; private set; }

    /// <summary>Values that a head reads of one position: twice the width for mean and largest.</summary>
    internal int Read { get; private set; }

    /// <summary>Positions of a recording: 1 where they are pooled.</summary>
    internal int Positions { get; private set; }

    /// <summary>A recording's features, row-major [positions, read].</summary>
    internal float[] this[int record] => _features[record];

    /// <summary>Computes the features of the first window of every recording.</summary>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    internal static FeatureTable Of(
        EcgNetwork network, RecordStore store, IReadOnlyList<int> records, int windowSamples, string? layer, FeaturePooling pooling,
        Device device, Action<int> progress, CancellationToken cancellation)
    {
        var table = new FeatureTable(layer ?? network.Layers[^1].Stage, pooling);
        network.Eval();
        using var noGrad = GradMode.Off();
        int size = store.LeadCount * windowSamples;
        for (int start = 0; start < records.Count; start += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = new Scope();
            int count = Math.Min(Batch, records.Count - start);
            Tensor x = Tensor.Empty([count, store.LeadCount, windowSamples]);
            Span<float> values = x.AsSpan<float>();
            for (int k = 0; k < count; k++) store.Read(records[start + k], 0, windowSamples, values.Slice(k * size, size));
            Tensor features = network.Encode(x.To(device), table.Layer);                    // [count, positions, width]
            Tensor gathered = ProbeHead.Gather(pooling, features);
            (table.Width, table.Positions, table.Read) = ((int)features.Size(2), (int)gathered.Size(1), (int)gathered.Size(2));
            float[] all = gathered.ToArray<float>();
            int each = table.Positions * table.Read;
            for (int k = 0; k < count; k++) table._features[records[start + k]] = all.AsSpan(k * each, each).ToArray();
            progress(start + count);
        }
        return table;
    }

    /// <summary>Mean and deviation of what a head reads, over all positions of some recordings.</summary>
    internal (float[] Mean, float[] Deviation) Spread(IReadOnlyList<int> records)
    {
        double[] sum = new double[Read], squares = new double[Read];
        foreach (int record in records)
        {
            float[] values = _features[record];
            for (int at = 0; at < values.Length; at++)
            {
                sum[at % Read] += values[at];
                squares[at % Read] += (double)values[at] * values[at];
            }
        }
        double n = (double)records.Count * Positions;
        return ([.. sum.Select(s => (float)(s / n))], [.. sum.Zip(squares, (s, q) => (float)Math.Sqrt(Math.Max(0, (q / n) - (s / n * s / n))))]);
    }
}
