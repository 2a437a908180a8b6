// How large a pretraining is: what its recipe builds, counted.
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Numbers of a network.</summary>
/// <param name="Trained">Parameters that an optimiser changes.</param>
/// <param name="All">With what is fixed beside them: positions, statistics, slow copies.</param>
public sealed record NetworkSize(long Trained, long All)
{
    /// <summary>The whole network that a recipe pretrains, and its encoder alone, which is what is used later; null where the family's names do not tell the two apart.</summary>
    public static (NetworkSize Whole, NetworkSize? Encoder) Of(PretrainRecipe recipe)
    {
        using IObjective objective = PretrainingParts.Of(recipe).Objective;
        NetworkSize encoder = Count(objective.Network, EncoderSource.EncoderPrefix);
        return (Count(objective.Network, ""), encoder.Trained > 0 ? encoder : null);
    }

    private static NetworkSize Count(Module network, string prefix) => new(
        network.NamedParameters().Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(p => p.Tensor.Elements),
        network.State().Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(s => s.Tensor.Elements));
}
