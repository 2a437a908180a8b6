// Judges a network of ECG and text: its own loss, and how well it answers questions whose answers are known.
using Einthoven.Evaluation;
using Einthoven.Evaluation.Classification;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Words;

/// <summary>The validation part of a run.</summary>
internal sealed class WordsValidation
{
    private const int Batch = 64;

    // Enough pairs for a steady loss; every recording answers questions.
    private const int LossBatches = 8;

    private readonly RecordStore _store;
    private readonly int[] _records;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly PairTextBatches _batches;
    private readonly Device _device;
    private readonly ulong _seed;

    /// <summary>Prepares it.</summary>
    internal WordsValidation(
        RecordStore store, int[] records, IReadOnlyList<RecordWords> words, IReadOnlyList<KnownQuestion> questions, WordPieceTokenizer tokenizer, PairTextBatches batches,
        Device device, ulong seed)
    {
        (_store, _records, _tokenizer, _batches, _device, _seed) = (store, records, tokenizer, batches, device, seed);
        Questions = questions;
        Truths = [.. words.SelectMany(w => questions.Select(q => q.IsTrue(w) ? 1f : 0f))];
    }

    /// <summary>What is asked.</summary>
    internal IReadOnlyList<KnownQuestion> Questions { get; }

    /// <summary>Answers, row-major [recordings, questions].</summary>
    internal float[] Truths { get; }

    /// <summary>The figures of an epoch: the mean area over the questions chooses, or the loss where no question has both answers.</summary>
    internal ValidationOutcome Judge(WordsNetwork network, IObjective objective)
    {
        var figures = new RunningFigures();
        using ProcessGroup alone = ProcessGroup.Alone();
        using (GradMode.Off())
        {
            for (long k = 0; k < Math.Min(LossBatches, _batches.PerEpoch); k++)
            {
                using var scope = new Scope();
                figures.Add(objective.Compute(_batches.Make(k, 0).On(_device), new ObjectiveContext(Streams.Validation(_seed, k), long.MaxValue, Training: false)));
            }
        }

        IReadOnlyList<(string Name, double Value)> means = figures.Take(alone);
        network.Eval();
        double area = Area(Table(EmbedEcgs(network), EmbedQuestions(network)));
        return new ValidationOutcome(double.IsNaN(area) ? -means[0].Value : area, [("zero_shot_auroc", area), .. means]);
    }

    /// <summary>Unit vectors of the first window of every recording; the network is in evaluation mode.</summary>
    internal float[][] EmbedEcgs(WordsNetwork network)
    {
        int samples = _store.Contract.WindowSamples, size = _store.LeadCount * samples;
        var vectors = new List<float[]>();
        using var noGrad = GradMode.Off();
        foreach (int[] some in _records.Chunk(Batch))
        {
            using var scope = new Scope();
            Tensor windows = Tensor.Empty([some.Length, _store.LeadCount, samples]);
            for (int k = 0; k < some.Length; k++) _store.Read(some[k], 0, samples, windows.AsSpan<float>().Slice(k * size, size));
            vectors.AddRange(network.EmbedEcg(windows.To(_device)).ToArray<float>().Chunk(network.CommonWidth));
        }

        return [.. vectors];
    }

    /// <summary>Unit vectors of the questions.</summary>
    internal IReadOnlyList<float[]> EmbedQuestions(WordsNetwork network) => WordsModel.Embed(network, _tokenizer, [.. Questions.Select(q => q.Prompt)], _device);

    /// <summary>Cosines beside the answers.</summary>
    internal ScoreTable Table(IReadOnlyList<float[]> ecgs, IReadOnlyList<float[]> questions) => new(
        [.. Questions.Select(q => q.Label.Name)],
        [.. _records.Select(r => _store.Row(r).Patient)],
        [.. ecgs.SelectMany(ecg => questions.Select(question => WordsModel.Cosine(ecg, question)))],
        Truths);

    private static double Area(ScoreTable table) =>
        Bootstrap.MeanOfDefined(Enumerable.Range(0, table.Labels.Count).Select(k => RankingCurve.Of(table.Scores(k), table.Truths(k)).Auroc));
}
