// What the network is told of the diffusion step: sines and cosines of geometrically spaced frequencies.
// Source: SSSD-ECG, utils/util.py; Vaswani et al., NeurIPS 2017, §3.5.
using Einthoven.Torch;

namespace Einthoven.Models.SssdEcg;

/// <summary>sin(t·f) of all frequencies, then cos(t·f), with f_j = 10000^(−j/(n−1)) for j = 0 … n−1: the last one is 1/10000 exactly.</summary>
public static class StepEmbedding
{
    /// <summary>Embeds steps.</summary>
    /// <param name="steps">Steps as they are counted, from 0.</param>
    /// <param name="width">2n, even, at least 4.</param>
    /// <returns>Float32 [steps, width].</returns>
    public static Tensor Of(IReadOnlyList<long> steps, int width)
    {
        int half = width / 2;
        var values = new float[steps.Count * width];
        for (int row = 0; row < steps.Count; row++)
        {
            for (int j = 0; j < half; j++)
            {
                (double sin, double cos) = Math.SinCos(steps[row] * Math.Exp(-j * Math.Log(10_000) / (half - 1)));
                (values[(row * width) + j], values[(row * width) + half + j]) = ((float)sin, (float)cos);
            }
        }

        return Tensor.From(values, steps.Count, width);
    }
}
