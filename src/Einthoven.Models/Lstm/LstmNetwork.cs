// A recurrent network over the samples, pooled by mean, maximum and last sample.
// Sources: Hochreiter and Schmidhuber, Neural Computation 9:1735, 1997; Strodthoff et al., IEEE JBHI 25(5), 2021.
using Einthoven.Models.PtbXlBenchmark;
using Einthoven.Torch;

namespace Einthoven.Models.Lstm;

/// <summary>
/// LSTM 2.*, head 5.*. Where it looks both ways, the third part of the pooling is the last sample of both directions, as published: the
/// backward one has seen a single sample there.
/// </summary>
public sealed class LstmNetwork : EcgNetwork
{
    private readonly Torch.Lstm _recurrent;
    private readonly BenchmarkHead _head;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public LstmNetwork(LstmConfig config)
    {
        config.Validate();
        _recurrent = Child("2", new Torch.Lstm(config.Leads, config.Hidden, config.Layers, config.Bidirectional));
        int width = config.Bidirectional ? 2 * config.Hidden : config.Hidden;
        _head = Child("5", new BenchmarkHead(3 * width, config.HeadHidden, config.Labels, config.Dropout, first: 1));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => "5.";

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers =>
        [new("0"), new("3")];

    /// <summary>Logits; the recurrence runs in single precision whatever the compute type.</summary>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor x = windows.Transpose(1, 2);                         // [windows, samples, leads]
        observe?.Invoke("0", x);
        x = x.Transpose(0, 1);                                      // [samples, windows, leads]
        observe?.Invoke("1", x);
        x = _recurrent.Forward(x);                                  // [samples, windows, width]
        observe?.Invoke("2", x);
        observe?.Invoke("3", x.Transpose(0, 1));
        observe?.Invoke("4", x.Permute(1, 2, 0));
        Tensor pooled = Tensor.Cat([x.Mean([0]), x.Amax([0]), x.Select(0, x.Size(0) - 1)], 1);
        return scope.Keep(_head.Forward(pooled, observe, "5"));
    }
}
