// From the best weights to a package: labels and figures as the task judges them, card and check.
using Einthoven.Models;
using Einthoven.Models.Contracts;
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
    internal FinetuneResult Write(string folder, IReadOnlyList<CheckpointTensor> best, EcgNetwork network, RecordStore store, int[] validation, SupervisedTask? task = null, int helpers = 0)
    {
        CheckpointTensor[] weights = [.. best.Select(Halve)];
        // Scored with the weights as they will be shipped, rounding included.
        using (var scope = new Scope())
            network.Load(weights.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        network.Eval();
        TaskVerdict verdict = (task ?? new LabelTask(recipe, store)).Judge(network, validation, options.Device);
        // What the network learned beside the labels, and labels that are not offered, stay behind.
        IReadOnlyList<int> kept = verdict.Kept ?? [.. Enumerable.Range(0, store.Labels.Count)];
        int outputs = store.Labels.Count + helpers;
        if (kept.Count < outputs)
            weights = [.. weights.Select(tensor => IsHead(tensor, network, outputs) ? Rows(tensor, kept) : tensor)];

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
                ["chosenOn"] = $"{dataset}, split {string.Join(", ", recipe.ValidationSplits)}: epoch {progress.BestEpoch}{(recipe.Task == ModelTask.MultiLabel ? " and thresholds" : "")}{(recipe.Offer is null ? "" : ", and the labels that are offered")}",
                ["command"] = options.Command,
                ["software"] = $"Einthoven {EcgModel.LibraryVersion}, libtorch {TorchRuntime.Version}",
            },
        };
        using EcgModel model = EcgModel.Create(description, weights);
        string card = ModelCard.Write(recipe, dataset, model.Network.ParameterCount, verdict, options.Command, progress);
        ModelCheck check = ModelCheck.Record(model, CheckRecord(EcgRecord.Read(store.Row(validation[0]).Path)));
        ModelPackage.Save(folder, description, weights, card, check);
        return new FinetuneResult(folder, verdict.Report, progress.BestEpoch) { Figures = verdict.Figures };
    }

    private static bool IsHead(CheckpointTensor tensor, EcgNetwork network, int outputs) =>
        tensor.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal) && tensor.Shape is [var rows, ..] && rows == outputs;

    private static CheckpointTensor Rows(CheckpointTensor tensor, IReadOnlyList<int> kept)
    {
        int size = tensor.Data.Length / (int)tensor.Shape[0];
        return tensor with
        {
            Shape = [kept.Count, .. tensor.Shape[1..]],
            Data = kept.SelectMany(row => tensor.Data.Slice(row * size, size).ToArray()).ToArray(),
        };
    }

    // One lead shows every stage of a network that takes one.
    private EcgRecord CheckRecord(EcgRecord record) => recipe.Input.AnyLead
        ? new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, [LiveLeads.Of(record).Live[0]])
        : record;

    /// <summary>Matrices and kernels in half precision: half the size, and no figure changes. Gains, biases and statistics are few and stay.</summary>
    internal static CheckpointTensor Halve(CheckpointTensor tensor) =>
        tensor is { DType: ScalarType.Float32, Shape.Length: > 1 }
            ? CheckpointTensor.From<Half>(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(value => (Half)value)])
            : tensor;
}
