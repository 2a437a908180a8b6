// How soft the quantizer's choice is, falling with the updates. Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §4.2.
namespace Einthoven.Training.Objectives;

/// <summary>Temperature of the Gumbel softmax: start · decay^updates, not below the end. Defaults: the published recipe.</summary>
/// <param name="Start">Before the first update.</param>
/// <param name="End">The floor.</param>
/// <param name="Decay">Factor of one update.</param>
public sealed record GumbelTemperature(double Start = 2, double End = 0.5, double Decay = 0.999995)
{
    /// <summary>The temperature after so many updates.</summary>
    public double At(long updates) => Math.Max(Start * Math.Pow(Decay, updates), End);
}
