// A running average of weights: a second network that is validated and kept in place of the one being trained.
// Source: Polyak and Juditsky, SIAM J. Control Optim. 30:838, 1992; exponential form as in Tarvainen and Valpola, NeurIPS 2017.
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>Averages parameters and running statistics; counters are copied.</summary>
internal sealed class WeightAverage
{
    private static readonly Operator s_lerp = new("aten::lerp_", "Scalar");
    private readonly List<(Tensor Average, Tensor Current)> _pairs;
    private readonly double _largestDecay;

    internal WeightAverage(EcgNetwork average, EcgNetwork current, double largestDecay)
    {
        _largestDecay = largestDecay;
        _pairs = [.. average.State().Zip(current.State(), (a, c) => (a.Tensor, c.Tensor))];
    }

    /// <summary>Moves the average towards the current weights; the first steps count more, so that the start is soon forgotten.</summary>
    /// <param name="step">Steps made, from 1.</param>
    internal void Update(long step)
    {
        double decay = Math.Min(_largestDecay, step / (step + 10.0));
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((Tensor average, Tensor current) in _pairs)
        {
            if (average.DType == ScalarType.Float32) _ = s_lerp.Call(average, current, 1 - decay);
            else average.CopyFrom(current);
        }
    }
}
