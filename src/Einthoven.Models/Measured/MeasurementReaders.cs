// The learned parts: one reads values, the other the averaged beat beside the values that belong to no lead. Neither sees what the other makes of it.
using Einthoven.Torch;

namespace Einthoven.Models.Measured;

/// <summary>Dense layers: linear, batch norm, ReLU, dropout, as often as there are widths. Names: hidden.K.*, norms.K.*.</summary>
internal sealed class DenseLayers : Module
{
    private readonly List<(Linear Linear, BatchNorm1d Norm, Dropout Dropout)> _layers = [];

    internal DenseLayers(int inputs, IReadOnlyList<int> widths, double dropout)
    {
        for (int k = 0; k < widths.Count; k++)
        {
            _layers.Add((Child($"hidden.{k}", new Linear(inputs, widths[k])), Child($"norms.{k}", new BatchNorm1d(widths[k])), Child($"dropouts.{k}", new Dropout(dropout))));
            inputs = widths[k];
        }

        Width = inputs;
    }

    /// <summary>Width of what comes out.</summary>
    internal int Width { get; }

    /// <summary>[windows, inputs] → [windows, <see cref="Width"/>].</summary>
    internal Tensor Forward(Tensor x)
    {
        foreach ((Linear linear, BatchNorm1d norm, Dropout dropout) in _layers) x = dropout.Forward(norm.Forward(linear.Forward(x)).Relu());
        return x;
    }
}

/// <summary>Convolutions over the averaged beat, then dense layers over what they found, where they found it. Names: convolutions.K.*, norms.K.*, dense.*.</summary>
internal sealed class BeatReader : Module
{
    private readonly List<(Conv1d Convolution, BatchNorm1d Norm)> _layers = [];
    private readonly DenseLayers _dense;

    internal BeatReader(MeasuredConfig config, int besides)
    {
        int width = config.Leads.Count, samples = Measurement.BeatSamples;
        for (int k = 0; k < config.BeatWidths.Count; k++)
        {
            int stride = k == 0 ? 1 : 2;
            _layers.Add((
                Child($"convolutions.{k}", new Conv1d(width, config.BeatWidths[k], config.BeatKernel, stride, padding: config.BeatKernel / 2, bias: false)),
                Child($"norms.{k}", new BatchNorm1d(config.BeatWidths[k]))));
            width = config.BeatWidths[k];
            samples = (samples + stride - 1) / stride;
        }

        _dense = Child("dense", new DenseLayers((width * samples) + besides, [config.BeatHidden], config.Dropout));
    }

    internal int Width => _dense.Width;

    /// <summary>[windows, leads, samples] and [windows, besides] → [windows, <see cref="Width"/>].</summary>
    internal Tensor Forward(Tensor beat, Tensor besides)
    {
        foreach ((Conv1d convolution, BatchNorm1d norm) in _layers) beat = norm.Forward(convolution.Forward(beat)).Relu();
        // Where in the beat something is tells as much as what it is: nothing is pooled.
        return _dense.Forward(Tensor.Cat([beat.Flatten(1, 2), besides], 1));
    }
}
