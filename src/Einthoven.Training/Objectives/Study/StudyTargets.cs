// What a student is to predict: layers of a teacher, normalised and averaged; and the temperatures of soft targets.
// Sources: Baevski et al., "data2vec", ICML 2022, §3.3; in the form of Al-Masud and Strodthoff, arXiv 2605.12241.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives.Study;

/// <summary>How targets are made of a teacher's layers. The defaults are those of joint-embedding prediction in the study.</summary>
public sealed record TeacherTargets
{
    /// <summary>Layers from the top that are averaged.</summary>
    public int TopLayers { get; init; } = 1;

    /// <summary>Whether each is normalised over its channels first.</summary>
    public bool LayerNorm { get; init; } = true;

    /// <summary>Whether each is normalised over time, by window and channel, before that.</summary>
    public bool OverTime { get; init; }

    /// <summary>Whether their mean is normalised over its channels.</summary>
    public bool NormalizeResult { get; init; } = true;

    /// <summary>Layers from the lowest to the top, each [batch, positions, width] → targets of the same shape, without gradient.</summary>
    /// <exception cref="ArgumentException">There are fewer layers than are averaged.</exception>
    public Tensor Make(IReadOnlyList<Tensor> layers)
    {
        if (TopLayers < 1 || TopLayers > layers.Count) throw new ArgumentException($"{TopLayers} layers are to be averaged of {layers.Count}.");
        using GradModeGuard noGrad = GradMode.Off();
        using var scope = new Scope();
        Tensor sum = Prepared(layers[^1]);
        for (int k = 2; k <= TopLayers; k++) sum += Prepared(layers[^k]);
        Tensor mean = sum / TopLayers;
        return scope.Keep(NormalizeResult ? PlainNorm.Over(mean, 2) : mean);
    }

    private Tensor Prepared(Tensor layer)
    {
        if (OverTime) layer = PlainNorm.Over(layer, 1);
        return LayerNorm ? PlainNorm.Over(layer, 2) : layer;
    }
}

/// <summary>Normalisation without weights.</summary>
internal static class PlainNorm
{
    private const double Epsilon = 1e-5;

    /// <summary>(x − mean) / √(population variance + 1e-5) over one dimension.</summary>
    internal static Tensor Over(Tensor x, int dimension)
    {
        Tensor centred = x - x.Mean([dimension], keepDimensions: true);
        return centred / (centred.Square().Mean([dimension], keepDimensions: true) + Epsilon).Sqrt();
    }

    /// <summary>Rows of length 1.</summary>
    internal static Tensor Unit(Tensor rows) => rows / rows.Norm([-1], keepDimensions: true).Clamp(1e-12, null);
}

/// <summary>A temperature that goes from one value to another by half a cosine.</summary>
/// <param name="First">Before the first update.</param>
/// <param name="Last">From <paramref name="Updates"/> on.</param>
/// <param name="Updates">Length of the way; 0: the last value throughout.</param>
public sealed record CosineTemperature(double First, double Last, long Updates)
{
    /// <summary>The temperature after so many updates.</summary>
    public double At(long updates) =>
        updates >= Updates ? Last : First + ((Last - First) * (1 - Math.Cos(Math.PI * updates / Updates)) / 2);
}
