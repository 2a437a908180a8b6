// Small classifiers trained on real or synthetic recordings, and what each makes of the others; resumable run by run.
using System.Text.Json;
using System.Text.Json.Nodes;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Judging;

/// <summary>What a classifier learns from.</summary>
internal enum TrialKind
{
    /// <summary>Statements of real recordings.</summary>
    Real,

    /// <summary>Statements of as many synthetic ones.</summary>
    Synthetic,

    /// <summary>Statements of the real ones and of synthetic positives of rare statements.</summary>
    RealAndRare,

    /// <summary>Which are synthetic.</summary>
    TwoSample,
}

/// <summary>A trained classifier's probabilities.</summary>
/// <param name="Test">Of all real test recordings.</param>
/// <param name="RealPaired">Of those that have a copy.</param>
/// <param name="SyntheticPaired">Of the copies.</param>
internal sealed record TrialScores(ScoreTable Test, ScoreTable RealPaired, ScoreTable SyntheticPaired);

/// <summary>Runs trials.</summary>
internal sealed class ClassifierTrials(JudgedData data, JudgingRecipe recipe, RunOptions options)
{
    private const string Result = "scores.safetensors";

    /// <summary>The scores of a trial; trains it where that is not done yet.</summary>
    /// <exception cref="OperationCanceledException">It was ended; its state was saved.</exception>
    internal TrialScores Run(TrialKind kind, JudgingClassifier classifier, CancellationToken cancellation)
    {
        string name = $"{RecipeJson.Word(kind)}-{classifier.Name}", folder = Path.Combine(options.Folder, "runs", name), result = Path.Combine(folder, Result);
        if (!File.Exists(result))
        {
            options.Show(new($"classifier {name}", true));
            Train(kind, classifier, folder, result, cancellation);
        }

        using SafeTensorsFile file = SafeTensorsFile.Open(result);
        return new(Table(data.RealTest, file["test"]), Table(data.RealPaired, file["real"]), Table(data.SyntheticPaired, file["synthetic"]));
    }

    private ScoreTable Table(int[] records, CheckpointTensor scores) => Validation.Table(data.Store, records, scores.ToDoubles());

    private void Train(TrialKind kind, JudgingClassifier classifier, string folder, string result, CancellationToken cancellation)
    {
        using var scope = new Scope();
        Directory.CreateDirectory(folder);
        int[] records = kind switch
        {
            TrialKind.Real => data.RealLearned,
            TrialKind.Synthetic => data.SyntheticLearned,
            TrialKind.RealAndRare => [.. data.RealLearned, .. data.Rare.SelectMany(code => data.ByStatement[code])],
            _ => [.. data.RealLearned, .. data.SyntheticLearned],
        };
        JsonObject network = JsonNode.Parse(classifier.Network.GetRawText())!.AsObject();
        network["leads"] = data.Input.Leads.Count;
        FinetuneRecipe how = new()
        {
            Name = Path.GetFileName(folder),
            Family = classifier.Family,
            Network = JsonSerializer.SerializeToElement(network),
            Input = data.Input,
            Epochs = classifier.Epochs,
            Batch = classifier.Batch,
            LearningRate = classifier.LearningRate,
            WarmupFraction = 0.1,
            WeightDecay = 0.05,
            ClipNorm = 1,
            Precision = recipe.Precision,
            ValidateEvery = classifier.Epochs,
            Seed = recipe.Seed,
        };
        using ProcessGroup alone = ProcessGroup.Alone();
        EcgNetwork judge = ModelFamilies.Get(how.Family).Create(how.Network, data.Store.Labels.Count);
        using var objective = new MultiLabelObjective(judge);
        judge.Initialize(Streams.Initialization(how.Seed));
        var batches = new MaskedBatches(new LabeledBatches(data.Store, records, new(), data.Input, how.Batch, 1, how.Seed), data.Store.Labels.Count, kind == TrialKind.TwoSample);
        RunOptions quiet = options with { Folder = folder, Resume = File.Exists(TrainingLoop.StateFile(folder)), Show = p => { if (!p.Lasting) options.Show(p); } };
        // Nothing is chosen by looking: the last weights count.
        new TrainingLoop(new TrainingTask(
            how, RecipeJson.Write(how), objective, batches, () => new ValidationOutcome(0, []), type => judge.ComputeType = type, alone, quiet)).Run(quiet.Resume, cancellation);
        judge.ComputeType = ScalarType.Float32;
        judge.Eval();
        SafeTensorsWriter.Write(result, [Scores("test", data.RealTest), Scores("real", data.RealPaired), Scores("synthetic", data.SyntheticPaired)]);
        foreach (string weights in new[] { TrainingLoop.StateFile(folder), TrainingLoop.BestFile(folder) }) File.Delete(weights);

        CheckpointTensor Scores(string set, int[] rows) => CheckpointTensor.From<double>(
            set, [rows.Length, data.Store.Labels.Count], Validation.Outputs(judge, data.Store, rows, data.Input, Device.Cpu, logits => logits.Sigmoid()));
    }

    /// <summary>Batches of which only the last label is known, or all but the last.</summary>
    private sealed class MaskedBatches(LabeledBatches inner, int labels, bool lastOnly) : IBatchSource
    {
        public long PerEpoch => inner.PerEpoch;

        public HostBatch Make(long microBatch, int rank)
        {
            HostBatch batch = inner.Make(microBatch, rank);
            float[] known = batch.Known ?? [.. Enumerable.Repeat(1f, batch.Rows * labels)];
            for (int k = 0; k < known.Length; k++)
                if ((k % labels == labels - 1) != lastOnly) known[k] = 0;
            return batch with { Known = known };
        }
    }
}
