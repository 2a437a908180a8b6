// From the best weights to a package: thresholds and figures on the validation folds, labels with codes, card and check.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Writes the package of a finished run.</summary>
internal sealed class PackageWriter(FinetuneRecipe recipe, string dataset, RunOptions options, Progress progress)
{
    internal FinetuneResult Write(string folder, IReadOnlyList<CheckpointTensor> best, EcgNetwork network, RecordStore store, int[] validation)
    {
        CheckpointTensor[] weights = [.. best.Select(Halve)];
        // Scored with the weights as they will be shipped, rounding included.
        using (var scope = new Scope())
            network.Load(weights.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        network.Eval();
        ScoreTable table = Validation.Score(network, store, validation, recipe.Input, options.Device);
        AurocReport report = Bootstrap.Auroc(table);
        ThresholdChoice[] thresholds = ChooseThresholds(table);

        var description = new ModelDescription
        {
            Name = recipe.Name,
            Summary = recipe.Summary,
            Family = recipe.Family,
            Configuration = recipe.Network,
            Input = recipe.Input,
            Labels = [.. store.Labels.Select((code, k) => Label(code, thresholds[k].Threshold))],
            Provenance = new Dictionary<string, string>
            {
                ["trainedOn"] = $"{dataset}, split {string.Join(", ", recipe.TrainSplits)}",
                ["chosenOn"] = $"{dataset}, split {string.Join(", ", recipe.ValidationSplits)}: epoch {progress.BestEpoch} and thresholds",
                ["command"] = options.Command,
                ["software"] = $"Einthoven {EcgModel.LibraryVersion}, libtorch {TorchRuntime.Version}",
            },
        };
        string card = ModelCard.Write(recipe, dataset, description, network.ParameterCount, report, thresholds, options.Command, progress);
        using EcgModel model = EcgModel.Create(description, weights);
        ModelCheck check = ModelCheck.Record(model, EcgRecord.Read(store.Row(validation[0]).Path));
        ModelPackage.Save(folder, description, weights, card, check);
        return new FinetuneResult(folder, report, progress.BestEpoch);
    }

    /// <summary>Matrices and kernels in half precision: half the size, and no figure changes. Gains, biases and statistics are few and stay.</summary>
    private static CheckpointTensor Halve(CheckpointTensor tensor) =>
        tensor is { DType: ScalarType.Float32, Shape.Length: > 1 }
            ? CheckpointTensor.From<Half>(tensor.Name, tensor.Shape, [.. tensor.ToFloats().Select(value => (Half)value)])
            : tensor;

    /// <summary>
    /// Each label's threshold of the largest F1. Labels with few validation positives take the one that is best for all such labels pooled:
    /// a threshold fitted to two records would be noise.
    /// </summary>
    private ThresholdChoice[] ChooseThresholds(ScoreTable table)
    {
        int[] positives = [.. Enumerable.Range(0, table.Labels.Count).Select(k => table.Truths(k).Count(t => t > 0.5f))];
        int[] rare = [.. Enumerable.Range(0, positives.Length).Where(k => positives[k] < recipe.FewPositives)];
        ThresholdChoice pooled = Thresholds.LargestF1([.. rare.SelectMany(table.Scores)], [.. rare.SelectMany(table.Truths)]);
        return [.. positives.Select((n, k) => n < recipe.FewPositives ? pooled : Thresholds.LargestF1(table.Scores(k), table.Truths(k)))];
    }

    private static ModelLabel Label(string code, double threshold) =>
        PtbXlStatements.Find(code) is { } statement
            ? new ModelLabel
            {
                Name = statement.Name,
                Code = statement.QualifiedCode,
                Snomed = statement.Snomed?.Code ?? "",
                Category = statement.Category,
                Threshold = threshold,
            }
            : new ModelLabel { Name = code, Threshold = threshold };
}
