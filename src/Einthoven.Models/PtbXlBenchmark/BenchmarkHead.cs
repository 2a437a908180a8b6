// The head that the networks of the PTB-XL benchmark share: norm, dropout, linear, once or more.
// Source: Strodthoff, Wagner, Schaeffter, Samek, "Deep learning for ECG analysis", IEEE JBHI 25(5), 2021; layout of their published checkpoints.
using Einthoven.Torch;

namespace Einthoven.Models.PtbXlBenchmark;

/// <summary>
/// Pooled features → logits. In the published numbering each unit is norm, dropout, linear, ReLU; the last has no ReLU. Half the dropout
/// before the hidden layers, all of it before the last.
/// </summary>
internal sealed class BenchmarkHead : Module
{
    private readonly List<(BatchNorm1d Norm, Dropout Dropout, Linear Linear)> _units = [];
    private readonly int _first;

    /// <param name="features">Width of the pooled features.</param>
    /// <param name="hidden">Widths between.</param>
    /// <param name="labels">Outputs.</param>
    /// <param name="dropout">Probability before the last layer.</param>
    /// <param name="first">Number of the first norm: 2 behind pooling and flattening, 1 behind pooling alone.</param>
    internal BenchmarkHead(int features, IReadOnlyList<int> hidden, int labels, double dropout, int first = 2)
    {
        _first = first;
        int width = features;
        for (int k = 0; k <= hidden.Count; k++)
        {
            int next = k < hidden.Count ? hidden[k] : labels, at = first + (4 * k);
            _units.Add((
                Child($"{at}", new BatchNorm1d(width)),
                Child($"{at + 1}", new Dropout(k < hidden.Count ? dropout / 2 : dropout)),
                Child($"{at + 2}", new Linear(width, next))));
            width = next;
        }
    }

    /// <summary>Maximum over time, then mean: [batch, channels, samples] → [batch, 2·channels], float32.</summary>
    internal static Tensor Pool(Tensor x)
    {
        x = x.To(ScalarType.Float32);
        return Tensor.Cat([x.Amax([2]), x.Mean([2])], 1);
    }

    /// <summary>[batch, features] → logits [batch, labels].</summary>
    internal Tensor Forward(Tensor pooled, StageObserver? observe, string prefix)
    {
        if (_first == 2) observe?.Invoke($"{prefix}.0", pooled.Unsqueeze(2));
        Tensor x = pooled;
        observe?.Invoke($"{prefix}.{_first - 1}", x);
        for (int k = 0; k < _units.Count; k++)
        {
            int at = _first + (4 * k);
            x = _units[k].Norm.Forward(x);
            observe?.Invoke($"{prefix}.{at}", x);
            x = _units[k].Dropout.Forward(x);
            observe?.Invoke($"{prefix}.{at + 1}", x);
            x = _units[k].Linear.Forward(x);
            observe?.Invoke($"{prefix}.{at + 2}", x);
            if (k == _units.Count - 1) break;
            x = x.Relu();
            observe?.Invoke($"{prefix}.{at + 3}", x);
        }

        observe?.Invoke("logits", x);
        return x;
    }

    /// <summary>The benchmark's start: weights normal with variance 2/inputs, biases 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach ((_, _, Linear linear) in _units)
        {
            linear.Weight.CopyFrom(random.NormalTensor(linear.Weight.Shape, Math.Sqrt(2.0 / linear.Weight.Size(1))));
            linear.Bias!.FillInPlace(0);
        }
    }
}
