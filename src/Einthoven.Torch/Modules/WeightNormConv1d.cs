// Weight-normed convolution under both names that PyTorch has given its parts.
namespace Einthoven.Torch;

/// <summary>
/// A convolution whose weight is w = g · v / ‖v‖, the norm taken over every dimension but one.
/// Source: Salimans and Kingma, "Weight normalization", NeurIPS 2016; PyTorch's weight_norm(dim).
/// Names: bias, parametrizations.weight.original0 (g), parametrizations.weight.original1 (v).
/// Files written before the parametrisation interface call them weight_g and weight_v: see <see cref="ModernName"/>.
/// </summary>
public sealed class WeightNormConv1d : Module
{
    private readonly long _padding;
    private readonly long _groups;
    private readonly long[] _normedOver;

    /// <summary>Makes a convolution whose weight keeps one norm for every index of dimension <paramref name="normDimension"/> (0 output, 1 input, 2 tap).</summary>
    public WeightNormConv1d(long inputs, long outputs, long kernel, int normDimension, long padding = 0, long groups = 1)
    {
        (_padding, _groups) = (padding, groups);
        var shape = new[] { outputs, inputs / groups, kernel };
        var gain = new long[] { 1, 1, 1 };
        gain[normDimension] = shape[normDimension];
        _normedOver = [.. Enumerable.Range(0, 3).Where(d => d != normDimension).Select(d => (long)d)];
        Bias = Parameter("bias", outputs);
        Gain = Parameter("parametrizations.weight.original0", gain);
        Direction = Parameter("parametrizations.weight.original1", shape);
    }

    /// <summary>[outputs].</summary>
    public Tensor Bias { get; }

    /// <summary>g: size 1 but in the normed dimension.</summary>
    public Tensor Gain { get; }

    /// <summary>v: [outputs, inputs / groups, kernel].</summary>
    public Tensor Direction { get; }

    /// <summary>The weight itself, inside the graph: [outputs, inputs / groups, kernel].</summary>
    public Tensor Weight() => Direction * (Gain / Direction.Norm(_normedOver, keepDimensions: true));

    /// <summary>[batch, inputs, samples] → [batch, outputs, samples + 2·padding − kernel + 1].</summary>
    public Tensor Forward(Tensor x) => Conv1d.Apply(x, Weight(), Bias, 1, _padding, _groups);

    /// <summary>The present name of a parameter that an older file may call weight_g or weight_v.</summary>
    public static string ModernName(string name) =>
        name.EndsWith(".weight_g", StringComparison.Ordinal) ? $"{name[..^8]}parametrizations.weight.original0"
        : name.EndsWith(".weight_v", StringComparison.Ordinal) ? $"{name[..^8]}parametrizations.weight.original1"
        : name;
}
