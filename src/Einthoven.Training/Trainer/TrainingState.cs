// What a run must remember to go on as if nothing had happened: one safetensors file, replaced as a whole.
using System.Globalization;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Where a run stands.</summary>
/// <param name="Updates">Optimiser steps made.</param>
/// <param name="BestEpoch">The epoch whose weights were best so far, from 1; 0: none yet.</param>
/// <param name="BestMetric">Its validation metric.</param>
/// <param name="Stale">Validations since then.</param>
/// <param name="Seconds">Training time so far.</param>
/// <param name="Compute">Type of the arithmetic: chosen once, kept when resuming.</param>
/// <param name="Plateau">The rate that reacts to validations; null: none does.</param>
internal sealed record Progress(long Updates, int BestEpoch, double BestMetric, int Stale, double Seconds, ScalarType Compute, PlateauRate? Plateau);

/// <summary>Writes and reads the state of a run.</summary>
internal static class TrainingState
{
    internal static void Save(string path, Progress progress, Module network, WeightAverage? average, IOptimizer optimizer, string recipe)
    {
        IEnumerable<CheckpointTensor> tensors =
            Named("network.", network.State()).Concat(Named("average.", average?.State() ?? [])).Concat(Named("optimizer.", optimizer.State()));
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["updates"] = Text(progress.Updates),
            ["best_epoch"] = Text(progress.BestEpoch),
            ["best_metric"] = Text(progress.BestMetric),
            ["stale"] = Text(progress.Stale),
            ["seconds"] = Text(progress.Seconds),
            ["compute"] = progress.Compute.ToString(),
            ["optimizer_steps"] = Text(optimizer.Steps),
            ["plateau"] = progress.Plateau is { } p ? $"{Text(p.Rate)} {Text(p.Best)} {Text(p.Waited)} {Text(p.Resting)}" : "",
            ["recipe"] = recipe,
        });
    }

    /// <summary>Restores a run into freshly built parts.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or of a run with another recipe.</exception>
    internal static Progress Load(string path, Module network, WeightAverage? average, IOptimizer optimizer, TrainingRecipe recipe)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        IReadOnlyDictionary<string, string> facts = file.Metadata;
        if (!RecipeJson.IsSame(facts["recipe"], recipe))
            throw new CheckpointException($"{path} belongs to a run with another recipe. Use the recipe it was started with, or another output folder.");
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        network.Load(Under("network."));
        Dictionary<string, Tensor> averaged = Under("average.");
        foreach ((string name, Tensor tensor) in average?.State() ?? []) tensor.CopyFrom(averaged[name]);
        optimizer.Restore(long.Parse(facts["optimizer_steps"], CultureInfo.InvariantCulture), Under("optimizer."));
        return new Progress(
            long.Parse(facts["updates"], CultureInfo.InvariantCulture),
            int.Parse(facts["best_epoch"], CultureInfo.InvariantCulture),
            double.Parse(facts["best_metric"], CultureInfo.InvariantCulture),
            int.Parse(facts["stale"], CultureInfo.InvariantCulture),
            double.Parse(facts["seconds"], CultureInfo.InvariantCulture),
            Enum.Parse<ScalarType>(facts["compute"]),
            // States of before there was such a rate have none.
            Plateau(facts.GetValueOrDefault("plateau", "").Split(' ')));

        Dictionary<string, Tensor> Under(string prefix) =>
            file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(t => t.Name[prefix.Length..], t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape));
    }

    private static PlateauRate? Plateau(string[] facts) => facts is [var rate, var best, var waited, var resting]
        ? new(
            double.Parse(rate, CultureInfo.InvariantCulture), double.Parse(best, CultureInfo.InvariantCulture),
            int.Parse(waited, CultureInfo.InvariantCulture), int.Parse(resting, CultureInfo.InvariantCulture))
        : null;

    /// <summary>Tensors as a checkpoint holds them.</summary>
    internal static IEnumerable<CheckpointTensor> Named(string prefix, IEnumerable<(string Name, Tensor Tensor)> state) =>
        state.Select(t => new CheckpointTensor(prefix + t.Name, t.Tensor.DType, t.Tensor.Shape, t.Tensor.ToBytes()));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
