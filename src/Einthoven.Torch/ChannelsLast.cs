// The memory order in which libtorch's CPU convolutions, norms and pools of [batch, channels, samples] are fastest.
namespace Einthoven.Torch;

/// <summary>
/// Channels-last order: the channels of one instant lie side by side. The shape stays [batch, channels, samples]; layers keep the order
/// of their input, so that a network only converts once, at its entrance.
/// </summary>
public static class ChannelsLast
{
    private const int MemoryFormatChannelsLast = 2;
    private static readonly Operator s_contiguous = new("aten::contiguous");

    /// <summary>[batch, channels, samples] in channels-last order; copies where it is not.</summary>
    public static Tensor Order(Tensor x) => Holds(x) ? x : s_contiguous.Call(x.Unsqueeze(2), MemoryFormatChannelsLast).Squeeze(2);

    /// <summary>Whether a [batch, channels, samples] tensor lies in channels-last order (and not in the usual order as well).</summary>
    public static bool Holds(Tensor x)
    {
        (long[] shape, long[] strides) = x.Layout();
        return shape.Length == 3 && shape[1] > 1 && shape[2] > 1 && strides[1] == 1 && strides[2] == shape[1] && strides[0] == shape[1] * shape[2];
    }
}
