// Follows P or T of an averaged beat from beat to beat: where the single beat is most like the average, in all leads together.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Beats;

sealed class FollowedWave
{
    const int Stride = 4;
    static readonly BiquadCascade s_soft = Butterworth.Design(FilterBand.LowPass, 2, BeatSignals.Rate, 14);

    readonly double[][] _soft;
    readonly double[][] _shape;
    readonly int _offset, _half;
    readonly double _norm;

    /// <param name="soft">The whole leads, softened.</param>
    /// <param name="finder">The averaged beat.</param>
    /// <param name="peak">The wave's peak in the average.</param>
    /// <param name="half">Samples compared on either side.</param>
    /// <param name="before">Samples of the average before the fiducial point.</param>
    public FollowedWave(double[][] soft, WaveFinder finder, int peak, int half, int before)
    {
        _soft = soft;
        _half = half;
        _offset = peak - before;
        _shape = [.. Enumerable.Range(0, soft.Length).Select(l => Piece(finder.Soft(l), peak))];
        _norm = Math.Sqrt(_shape.Sum(s => s.Sum(v => v * v)));
    }

    public static double[][] Soften(IReadOnlyList<double[]> leads) => s_soft.ZeroPhaseAnyLength(leads);

    /// <summary>Correlation of the beat with the average, moved by so many samples.</summary>
    public double At(int fiducial, int shift) => Compare(fiducial, shift).Likeness;

    /// <summary>The shift within the reach at which the beat is most like the average; larger shifts must be that much better.</summary>
    public (double Likeness, int Shift) Follow(int fiducial, int reach)
    {
        const double CostOfReach = 0.15;
        (double Likeness, int Shift) best = (-2, 0);
        double bestScore = -2;
        for (int shift = -reach; shift <= reach; shift += 2)
        {
            double likeness = At(fiducial, shift), score = likeness - CostOfReach * shift * shift / (reach * reach);
            if (score > bestScore) (best, bestScore) = ((likeness, shift), score);
        }
        return best;
    }

    /// <summary>Size of the beat's wave in units of the average's.</summary>
    public double Size(int fiducial, int shift) => Compare(fiducial, shift).Size;

    (double Likeness, double Size) Compare(int fiducial, int shift)
    {
        double dot = 0, squares = 0;
        Span<double> piece = stackalloc double[2 * _half / Stride + 1];
        for (int l = 0; l < _soft.Length; l++)
        {
            Piece(_soft[l], fiducial + _offset + shift, piece);
            double[] shape = _shape[l];
            for (int i = 0; i < shape.Length; i++)
            {
                dot += piece[i] * shape[i];
                squares += piece[i] * piece[i];
            }
        }
        return squares > 0 && _norm > 0 ? (dot / (Math.Sqrt(squares) * _norm), dot / (_norm * _norm)) : (0, 0);
    }

    double[] Piece(double[] x, int at)
    {
        double[] piece = new double[2 * _half / Stride + 1];
        Piece(x, at, piece);
        return piece;
    }

    // The piece around a place, thinned, without the line through its ends: wander is no wave.
    void Piece(double[] x, int at, Span<double> piece)
    {
        double left = x[Math.Clamp(at - _half, 0, x.Length - 1)], right = x[Math.Clamp(at + _half, 0, x.Length - 1)];
        for (int i = 0; i < piece.Length; i++)
            piece[i] = x[Math.Clamp(at - _half + i * Stride, 0, x.Length - 1)] - (left + (right - left) * i / (piece.Length - 1));
    }
}
