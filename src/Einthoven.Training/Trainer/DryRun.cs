// What a recipe would do, without doing it.
using System.Globalization;
using Einthoven.Models;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Counts what a run would need.</summary>
public static class DryRun
{
    // Weights, gradients and two moments in single precision, and the average where there is one.
    private const int BytesPerParameter = 16;

    /// <summary>Parameters, updates and memory of a supervised run, in one line.</summary>
    /// <exception cref="DatasetException">The splits are empty.</exception>
    public static string Describe(FinetuneRecipe recipe, Manifest manifest)
    {
        int training = manifest.InSplits([.. recipe.TrainSplits]).Count, validation = manifest.InSplits([.. recipe.ValidationSplits]).Count;
        using EcgNetwork network = ModelFamilies.Get(recipe.Family).Create(recipe.Network, manifest.Labels.Count);
        long updates = (long)recipe.Epochs * (training / recipe.Batch / recipe.Accumulate), parameters = network.ParameterCount;
        double megabytes = parameters * (BytesPerParameter + (recipe.AverageDecay > 0 ? 4 : 0)) / 1e6;
        return string.Create(CultureInfo.InvariantCulture,
            $"{training} training and {validation} validation recordings, {manifest.Labels.Count} labels; {parameters:N0} parameters; {updates:N0} updates; "
            + $"{megabytes:F0} MB for weights and optimiser, activations not counted");
    }
}
