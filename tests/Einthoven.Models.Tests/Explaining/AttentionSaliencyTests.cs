// The spline of the saliency: through its points, exact on what a mirrored cubic can hold.
using Einthoven.Models.Explaining;

namespace Einthoven.Models.Tests.Explaining;

public sealed class AttentionSaliencyTests
{
    [Fact]
    public void The_spline_passes_through_its_points()
    {
        double[] values = [0.3, 0.1, 0.7, 0.2, 0.2, 0.9];
        double[] stretched = AttentionSaliency.Stretch(values, 51); // ten steps from point to point
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], stretched[i * 10], 1e-12);
    }

    [Fact]
    public void A_constant_stays_constant_and_a_single_point_fills_everything()
    {
        Assert.All(AttentionSaliency.Stretch([2, 2, 2, 2], 17), v => Assert.Equal(2, v, 1e-12));
        Assert.Equal([5, 5, 5], AttentionSaliency.Stretch([5], 3));
        Assert.All(AttentionSaliency.Scale([2, 2]), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_peak_of_attention_shows_where_it_is_in_the_window()
    {
        const int Frames = 10, Samples = 101;
        double[] attention = [.. Enumerable.Range(0, Frames * Frames).Select(i => i / Frames == 7 && i % Frames == 2 ? 0.9 : 0.1)];
        double[] saliency = AttentionSaliency.Compute(attention, Frames, Samples);
        Assert.Equal(Samples - 1, saliency.Length);
        Assert.InRange(Array.IndexOf(saliency, saliency.Max()), 75, 80);
        Assert.Equal((0.0, 1.0), (saliency.Min(), saliency.Max()));
        Assert.Equal(Samples - 2, AttentionSaliency.Compute(attention, Frames, Samples, SaliencyStretch.NotebookFirstFrame).Length);
        Assert.Equal(new Rgb(220, 20, 60), AttentionSaliency.Color(1, AttentionSaliency.Colors.Low, AttentionSaliency.Colors.High));
    }
}
