// The small networks behind an encoder in contrastive learning: linear layers with batch norm and ReLU between them.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>What follows a head's last linear layer.</summary>
public enum OutputNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Batch norm without gain and offset.</summary>
    Plain,

    /// <summary>Batch norm.</summary>
    Affine,
}

/// <summary>
/// Linear, batch norm, ReLU, …, linear. Names count as in a sequence in which ReLU has a number too: 0 (linear), 1 (norm), 3 (linear), ….
/// </summary>
public sealed class ProjectionHead : Module
{
    private readonly List<Linear> _linear = [];
    private readonly List<BatchNorm1d> _norms = [];

    /// <summary>Builds it with zero weights.</summary>
    /// <param name="widths">Of the input, inside, and of the output.</param>
    /// <param name="innerBias">Whether linear layers before a norm have a bias.</param>
    /// <param name="outputBias">Whether the last one has.</param>
    /// <param name="output">What follows it.</param>
    /// <exception cref="ArgumentException">There are fewer than two widths, or one is not positive.</exception>
    public ProjectionHead(IReadOnlyList<int> widths, bool innerBias, bool outputBias, OutputNorm output = OutputNorm.None)
    {
        if (widths.Count < 2 || widths.Any(w => w < 1)) throw new ArgumentException($"A head has at least two positive widths, not {string.Join(", ", widths)}.");
        int layers = widths.Count - 1;
        for (int k = 0; k < layers; k++)
        {
            bool last = k == layers - 1;
            _linear.Add(Child($"{3 * k}", new Linear(widths[k], widths[k + 1], last ? outputBias : innerBias)));
            if (!last || output != OutputNorm.None) _norms.Add(Child($"{(3 * k) + 1}", new BatchNorm1d(widths[k + 1], affine: !last || output == OutputNorm.Affine)));
        }
    }

    /// <summary>SimCLR's head: two linear layers with bias.</summary>
    public static ProjectionHead SimClr(int input, int output) => new([input, input, output], innerBias: true, outputBias: true);

    /// <summary>MoCo v3's heads: no bias, and a plain norm at the end.</summary>
    public static ProjectionHead Moco(params IReadOnlyList<int> widths) => new(widths, innerBias: false, outputBias: false, OutputNorm.Plain);

    /// <summary>BYOL's heads: a bias at the end only.</summary>
    public static ProjectionHead Byol(params IReadOnlyList<int> widths) => new(widths, innerBias: false, outputBias: true);

    /// <summary>[rows, first width] → [rows, last width].</summary>
    public Tensor Forward(Tensor x)
    {
        for (int k = 0; k < _linear.Count; k++)
        {
            x = _linear[k].Forward(x);
            if (k < _norms.Count) x = _norms[k].Forward(x);
            if (k < _linear.Count - 1) x = x.Relu();
        }

        return x;
    }
}
