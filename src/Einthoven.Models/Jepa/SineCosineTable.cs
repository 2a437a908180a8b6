// Positions as sines and cosines in turn.
// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017, §3.5; kweimann/ECG-JEPA, models/utils.py.
using Einthoven.Torch;

namespace Einthoven.Models.Jepa;

/// <summary>Row t: sin(t·w₀), cos(t·w₀), sin(t·w₁), …, with w_j = 10000^(−2j/width). Not part of the weights.</summary>
internal sealed class SineCosineTable(int positions, int width) : IDisposable
{
    private const double Base = 10_000;
    private Tensor? _table;

    /// <summary>The first rows, [count, width], on a device.</summary>
    internal Tensor Rows(long count, Device device)
    {
        if (_table is null || _table.Device != device)
        {
            _table?.Dispose();
            using var scope = new Scope();
            _table = Scope.Release(Make().To(device));
        }

        return _table.Narrow(0, 0, count);
    }

    private Tensor Make()
    {
        var table = new float[positions * width];
        for (int t = 0; t < positions; t++)
        {
            for (int j = 0; j < width / 2; j++)
            {
                (double sin, double cos) = Math.SinCos(t * Math.Pow(Base, -2.0 * j / width));
                table[(t * width) + (2 * j)] = (float)sin;
                table[(t * width) + (2 * j) + 1] = (float)cos;
            }
        }

        return Tensor.From(table, positions, width);
    }

    public void Dispose()
    {
        _table?.Dispose();
        _table = null;
    }
}
