// From the best weights to a package: labels and figures as the task judges them, card and check.
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Writes the package of a finished run.</summary>
internal sealed class PackageWriter(FinetuneRecipe recipe, string dataset, RunOptions options, Progress progress)
{
    internal FinetuneResult Write(string folder, IReadOnlyList<CheckpointTensor> best, EcgNetwork network, RecordStore store, int[] validation, SupervisedTask? task = null)
    {
        CheckpointTensor[] weights = [.. best.Select(Halve)];
        // Scored with the weights as they will be shipped, rounding included.
        using (var scope = new Scope())
            network.Load(weights.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        network.Eval();
        TaskVerdict verdict = (task ?? new LabelTask(recipe, store)).Judge(network, validation, options.Device);

        var description = new ModelDescription
        {
            Name = recipe.Name,
            Summary = recipe.Summary,
            Family = recipe.Family,
            Configuration = recipe.Network,
            Task = recipe.Task,
            Input = recipe.Input,
            Labels = verdict.Labels,
            Provenance = new Dictionary<string, string>
            {
                ["trainedOn"] = $"{dataset}, split {string.Join(", ", recipe.TrainSplits)}",
                ["chosenOn"] = $"{dataset}, split {string.Join(", ", recipe.ValidationSplits)}: epoch {progress.BestEpoch}{(recipe.Task == ModelTask.MultiLabel ? " and thresholds" : "")}",
                ["command"] = options.Command,
                ["software"] = $"Einthoven {EcgModel.LibraryVersion}, libtorch {TorchRuntime.Version}",
            },
        };
        string card = ModelCard.Write(recipe, dataset, network.ParameterCount, verdict, options.Command, progress);
        using EcgModel model = EcgModel.Create(description, weights);
        ModelCheck check = ModelCheck.Record(model, EcgRecord.Read(store.Row(validation[0]).Path));
        ModelPackage.Save(folder, description, weights, card, check);
        return new FinetuneResult(folder, verdict.Report, progress.BestEpoch) { Figures = verdict.Figures };
    }

    /// <summary>Matrices and kernels in half precision: half the size, and no figure changes. Gains, biases and statistics are few and stay.</summary>
    internal static CheckpointTensor Halve(CheckpointTensor tensor) =>
        tensor is { DType: ScalarType.Float32, Shape.Length: > 1 }
            ? CheckpointTensor.From<Half>(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(value => (Half)value)])
            : tensor;
}
