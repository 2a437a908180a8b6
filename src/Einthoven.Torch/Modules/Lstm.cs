// Long short-term memory. Source: Hochreiter and Schmidhuber, Neural Computation 9:1735, 1997; gates in PyTorch's order i, f, g, o.
namespace Einthoven.Torch;

/// <summary>
/// Stacked LSTM over [samples, batch, inputs]. Names for layer k: weight_ih_lk [4·hidden, inputs], weight_hh_lk [4·hidden, hidden],
/// bias_ih_lk, bias_hh_lk [4·hidden], and the same with _reverse for the backward direction.
/// </summary>
public sealed class Lstm : Module
{
    private static readonly Operator s_lstm = new("aten::lstm", "input");
    private readonly List<Tensor> _weights = [];
    private readonly long _hidden;
    private readonly int _layers;
    private readonly bool _bidirectional;

    /// <summary>Makes an LSTM with zero weights.</summary>
    public Lstm(long inputs, long hidden, int layers, bool bidirectional)
    {
        (_hidden, _layers, _bidirectional) = (hidden, layers, bidirectional);
        long width = inputs;
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string direction in bidirectional ? (string[])["", "_reverse"] : [""])
            {
                _weights.Add(Parameter($"weight_ih_l{layer}{direction}", 4 * hidden, width));
                _weights.Add(Parameter($"weight_hh_l{layer}{direction}", 4 * hidden, hidden));
                _weights.Add(Parameter($"bias_ih_l{layer}{direction}", 4 * hidden));
                _weights.Add(Parameter($"bias_hh_l{layer}{direction}", 4 * hidden));
            }

            width = bidirectional ? 2 * hidden : hidden;
        }
    }

    /// <summary>[samples, batch, inputs] → [samples, batch, hidden, twice where it looks both ways]; states start at zero.</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor start = Tensor.Full([_layers * (_bidirectional ? 2 : 1), x.Size(1), _hidden], 0, x.DType, x.Device);
        return s_lstm.CallMany(x, new[] { start, start }, _weights.ToArray(), true, _layers, 0.0, Training, _bidirectional, false)[0]!;
    }

    /// <summary>PyTorch's own start: everything uniform in ±1/√hidden.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(_hidden);
        foreach (Tensor weight in _weights) weight.CopyFrom(random.UniformTensor(weight.Shape, -bound, bound));
    }
}
