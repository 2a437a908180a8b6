// Positions as sines and cosines, all sines first (He et al., "Masked autoencoders", CVPR 2022, in one dimension).
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

internal static class SineTable
{
    private const double Base = 10_000;

    /// <summary>A table [1, before + positions + after, width] whose outer rows, those of tokens without a place in time, are zero.</summary>
    internal static Tensor Make(int before, int positions, int after, int width)
    {
        var table = new float[(before + positions + after) * width];
        int half = width / 2;
        for (int t = 0; t < positions; t++)
        {
            for (int j = 0; j < half; j++)
            {
                (double sin, double cos) = Math.SinCos(t * Math.Pow(Base, -(double)j / half));
                table[((before + t) * width) + j] = (float)sin;
                table[((before + t) * width) + half + j] = (float)cos;
            }
        }

        return Tensor.From(table, 1, before + positions + after, width);
    }
}
