// Pooling over time.
namespace Einthoven.Torch;

/// <summary>Maximum and mean over windows of the last dimension of [batch, channels, samples].</summary>
public static class Pool1d
{
    private static readonly Operator s_max1d = new("aten::max_pool1d");
    private static readonly Operator s_max2d = new("aten::max_pool2d");
    private static readonly Operator s_mean1d = new("aten::avg_pool1d");
    private static readonly Operator s_mean2d = new("aten::avg_pool2d");

    /// <summary>Maximum of windows; padding counts as minus infinity.</summary>
    public static Tensor Max(Tensor x, long kernel, long stride, long padding = 0) =>
        ChannelsLast.Holds(x)
            ? s_max2d.Call(x.Unsqueeze(2), new[] { 1, kernel }, new[] { 1, stride }, new[] { 0, padding }).Squeeze(2)
            : s_max1d.Call(x, new[] { kernel }, new[] { stride }, new[] { padding });

    /// <summary>Mean of windows. A last window that is cut short counts only what is there when <paramref name="ceiling"/> is set; else it is left out.</summary>
    public static Tensor Mean(Tensor x, long kernel, long stride, bool ceiling = false) =>
        ChannelsLast.Holds(x)
            ? s_mean2d.Call(x.Unsqueeze(2), new[] { 1, kernel }, new[] { 1, stride }, new[] { 0L, 0L }, ceiling, false).Squeeze(2)
            : s_mean1d.Call(x, new[] { kernel }, new[] { stride }, new[] { 0L }, ceiling, false);
}
