// What a run must remember to go on as if nothing had happened: one safetensors file, replaced as a whole.
using System.Globalization;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Training.Trainer;

/// <summary>Progress of a run.</summary>
/// <param name="Epochs">Epochs finished.</param>
/// <param name="BestEpoch">The epoch whose averaged weights were best so far, from 1; 0: none yet.</param>
/// <param name="BestMetric">Its macro AUROC.</param>
/// <param name="Seconds">Training time so far.</param>
internal sealed record Progress(int Epochs, int BestEpoch, double BestMetric, double Seconds);

/// <summary>Writes and reads the state of a run.</summary>
internal static class TrainingState
{
    internal static void Save(string path, Progress progress, EcgNetwork network, EcgNetwork average, IOptimizer optimizer, string recipe)
    {
        IEnumerable<CheckpointTensor> tensors =
            Named("network.", network.State()).Concat(Named("average.", average.State())).Concat(Named("optimizer.", optimizer.State()));
        SafeTensorsWriter.Write(path, tensors, new Dictionary<string, string>
        {
            ["epochs"] = Text(progress.Epochs),
            ["best_epoch"] = Text(progress.BestEpoch),
            ["best_metric"] = progress.BestMetric.ToString("R", CultureInfo.InvariantCulture),
            ["seconds"] = progress.Seconds.ToString("R", CultureInfo.InvariantCulture),
            ["optimizer_steps"] = Text(optimizer.Steps),
            ["recipe"] = recipe,
        });
    }

    /// <summary>Restores a run into freshly built parts.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or of a run with another recipe.</exception>
    internal static Progress Load(string path, EcgNetwork network, EcgNetwork average, IOptimizer optimizer, string recipe)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        if (file.Metadata["recipe"] != recipe)
            throw new CheckpointException($"{path} belongs to a run with another recipe. Use the recipe it was started with, or another output folder.");
        using var scope = new Scope();
        network.Load(Under("network."));
        average.Load(Under("average."));
        optimizer.Restore(long.Parse(file.Metadata["optimizer_steps"], CultureInfo.InvariantCulture), Under("optimizer."));
        return new Progress(
            int.Parse(file.Metadata["epochs"], CultureInfo.InvariantCulture),
            int.Parse(file.Metadata["best_epoch"], CultureInfo.InvariantCulture),
            double.Parse(file.Metadata["best_metric"], CultureInfo.InvariantCulture),
            double.Parse(file.Metadata["seconds"], CultureInfo.InvariantCulture));

        Dictionary<string, Tensor> Under(string prefix) =>
            file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(t => t.Name[prefix.Length..], t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape));
    }

    /// <summary>The tensors of a network as a checkpoint holds them.</summary>
    internal static IEnumerable<CheckpointTensor> Named(string prefix, IEnumerable<(string Name, Tensor Tensor)> state) =>
        state.Select(t => new CheckpointTensor(prefix + t.Name, t.Tensor.DType, t.Tensor.Shape, t.Tensor.ToBytes()));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
