// What a model of words is worth on labelled recordings: asked in words, beside classifiers on the same recordings; its texts; its sense of who is who.
using Einthoven.Evaluation;
using Einthoven.Evaluation.Embeddings;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Training.Data;
using Einthoven.Training.Words;

namespace Einthoven.Training.Evaluating;

/// <summary>A task, scored.</summary>
/// <param name="Task">The task.</param>
/// <param name="Asked">Areas of the model that was asked in words.</param>
/// <param name="Named">Whether its training texts named each class in just these words.</param>
/// <param name="Beside">Areas of classifiers on the same recordings; NaN for classes that they do not have.</param>
public sealed record WordsTaskScores(
    WordsTask Task, AurocReport Asked, IReadOnlyList<bool> Named, IReadOnlyList<(string Model, AurocReport Areas)> Beside);

/// <summary>Written texts beside the statements of their recordings.</summary>
/// <param name="Texts">Record, what was written, and what is true of it, by name.</param>
/// <param name="Statements">Of every statement: how often it was written rightly, written wrongly, and left out.</param>
/// <param name="Repetitions">Statements that were said again.</param>
/// <param name="Contradictory">Texts that contradict themselves.</param>
/// <param name="Unreadable">Parts that are no statement.</param>
public sealed record WrittenScores(
    IReadOnlyList<(string Record, WrittenReport Report, IReadOnlyList<string> Truth)> Texts,
    IReadOnlyList<(string Code, string Name, int Right, int Wrong, int LeftOut)> Statements, int Repetitions, int Contradictory, int Unreadable)
{
    /// <summary>Share of what was written that is true.</summary>
    public double Precision => Ratio(Statements.Sum(s => s.Right), Statements.Sum(s => s.Right + s.Wrong));

    /// <summary>Share of what is true that was written.</summary>
    public double Recall => Ratio(Statements.Sum(s => s.Right), Statements.Sum(s => s.Right + s.LeftOut));

    private static double Ratio(int part, int whole) => whole == 0 ? double.NaN : (double)part / whole;
}

/// <summary>A benchmark on some recordings, each read once a model.</summary>
public sealed class WordsBenchmark
{
    private readonly WordsModel _model;
    private readonly ManifestRow[] _rows;
    private readonly IReadOnlyList<EcgVector> _vectors;

    private WordsBenchmark(WordsModel model, ManifestRow[] rows, IReadOnlyList<EcgVector> vectors) => (_model, _rows, _vectors) = (model, rows, vectors);

    /// <summary>Recordings that could be used.</summary>
    public int Recordings => _rows.Length;

    /// <summary>Reads the recordings into the common space.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The recordings.</param>
    /// <param name="advance">Told after every recording.</param>
    /// <param name="fail">Told of recordings that cannot be used.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static WordsBenchmark Of(WordsModel model, IReadOnlyList<ManifestRow> rows, Action advance, Action<FailedInput> fail, CancellationToken cancellation)
    {
        Dictionary<string, ManifestRow> byPath = rows.DistinctBy(row => row.Path).ToDictionary(row => row.Path, StringComparer.Ordinal);
        var vectors = new List<EcgVector>();
        foreach (EcgVector vector in model.EmbedMany(PreparedRecords.Read(model.Model, Inputs(byPath.Keys), EcgReadOptions.Default, fail, cancellation: cancellation)))
        {
            vectors.Add(vector);
            advance();
        }

        if (vectors.Count == 0) throw new DatasetException($"None of the {rows.Count} recordings could be used.");
        return new WordsBenchmark(model, [.. vectors.Select(v => byPath[v.Record.Path])], vectors);
    }

    /// <summary>Scores the tasks of a data set.</summary>
    /// <param name="manifest">The data set, for its labels.</param>
    /// <param name="beside">Classifiers to score on the same recordings.</param>
    /// <param name="draws">Bootstrap draws.</param>
    /// <param name="cancellation">Ends the run.</param>
    public IReadOnlyList<WordsTaskScores> Ask(Manifest manifest, IReadOnlyList<EcgModel> beside, int draws, CancellationToken cancellation)
    {
        IReadOnlyList<WordsTask> tasks = WordsTask.Of(manifest);
        (EcgModel Model, Dictionary<string, Prediction> Predictions)[] others = [.. beside.Select(model => (model, Predict(model, cancellation)))];
        return [.. tasks.Where(task => RowsOf(task).Length > 0).Select(task => Score(task, manifest, others, draws))];
    }

    private int[] RowsOf(WordsTask task) => [.. Enumerable.Range(0, _rows.Length).Where(r => !task.NeedsClass || task.Classes.Any(c => c.TruthOf(_rows[r]) == 1))];

    private WordsTaskScores Score(WordsTask task, Manifest manifest, (EcgModel Model, Dictionary<string, Prediction> Predictions)[] others, int draws)
    {
        int[] rows = RowsOf(task);
        IReadOnlyList<AskedQuestion> questions = _model.Ask([.. task.Classes.Select(c => c.Words)]);
        float[] truths = [.. rows.SelectMany(r => task.Classes.Select(c => c.TruthOf(_rows[r])))];
        AurocReport asked = Areas([.. rows.SelectMany(r => questions.Select(q => WordsModel.Cosine(_vectors[r].Vector, q.Vector)))]);
        return new WordsTaskScores(
            task, asked, [.. questions.Select(q => q.Warnings.Count == 0)],
            [.. others.Select(other => (other.Model.Description.Name, Beside(other.Model, other.Predictions)))]);

        AurocReport Areas(double[] scores) => Bootstrap.Auroc(new ScoreTable([.. task.Classes.Select(c => c.Name)], [.. rows.Select(r => _rows[r].Person)], scores, truths), draws);

        AurocReport Beside(EcgModel model, Dictionary<string, Prediction> predictions)
        {
            int[][] outputs = [.. task.Classes.Select(c => c.Columns.SelectMany(column => LabelMatching.Of(model.Description.Labels, [manifest.Labels[column]]).Labels.SelectMany(l => l.Outputs)).Distinct().ToArray())];
            double[] scores = [.. rows.SelectMany(r => outputs.Select(o => o.Length == 0 || !predictions.TryGetValue(_rows[r].Path, out Prediction? p) ? 0 : o.Max(k => p.Labels[k].Probability)))];
            AurocReport areas = Areas(scores);
            // A class that the classifier lacks has no area, not one of a half.
            LabelAuroc[] labels = [.. areas.Labels.Select((l, k) => outputs[k].Length > 0 ? l : l with { Area = new Estimate(double.NaN, double.NaN, double.NaN) })];
            return outputs.All(o => o.Length > 0) ? areas : areas with { Labels = labels, Macro = new Estimate(Bootstrap.MeanOfDefined(labels.Select(l => l.Area.Value)), double.NaN, double.NaN) };
        }
    }

    /// <summary>Lets the model write, and holds every text against the statements of its recording.</summary>
    /// <exception cref="DatasetException">The data set's labels are no statements of PTB-XL.</exception>
    public WrittenScores Write(Manifest manifest, CancellationToken cancellation)
    {
        if (!manifest.Labels.All(label => EcgTexts.StatementOf(label) is not null))
            throw new DatasetException($"{manifest.Name} has labels that are no statements of PTB-XL: written texts cannot be scored on it.");
        var texts = new List<(string, WrittenReport, IReadOnlyList<string>)>();
        var counts = manifest.Labels.ToDictionary(label => label, _ => (Right: 0, Wrong: 0, LeftOut: 0), StringComparer.Ordinal);
        Dictionary<string, ManifestRow> rows = _rows.ToDictionary(row => row.Path, StringComparer.Ordinal);
        foreach ((RecordFacts record, string text) in _model.WriteMany(PreparedRecords.Read(_model.Model, Inputs(rows.Keys), EcgReadOptions.Default, _ => { }, cancellation: cancellation)))
        {
            WrittenReport report = WrittenReport.Of(_model, text);
            ManifestRow row = rows[record.Path];
            HashSet<string> said = [.. report.Statements.Select(s => s.Known?.Code).OfType<string>()];
            for (int k = 0; k < manifest.Labels.Count; k++)
            {
                (int right, int wrong, int leftOut) = counts[manifest.Labels[k]];
                bool written = said.Contains(EcgTexts.StatementOf(manifest.Labels[k])!.Code), isTrue = row.Labels[k] == 1;
                counts[manifest.Labels[k]] = (right + (written && isTrue ? 1 : 0), wrong + (written && !isTrue ? 1 : 0), leftOut + (!written && isTrue ? 1 : 0));
            }

            texts.Add((row.Record, report, [.. manifest.Labels.Where((_, k) => row.Labels[k] == 1).Select(EcgTexts.NameOf)]));
        }

        return new WrittenScores(
            texts, [.. counts.Select(c => (c.Key, EcgTexts.NameOf(c.Key), c.Value.Right, c.Value.Wrong, c.Value.LeftOut))],
            texts.Sum(t => t.Item2.Repetitions), texts.Count(t => t.Item2.Contradictions.Count > 0), texts.Sum(t => t.Item2.Statements.Count(s => s.Known is null)));
    }

    /// <summary>Tells people apart by the vectors.</summary>
    /// <exception cref="DatasetException">Nobody has two recordings here.</exception>
    public SubjectIdentification Identify(int draws)
    {
        try
        {
            return SubjectIdentification.Of([.. _vectors.Select(v => v.Vector)], [.. _rows.Select(row => row.Person)], draws);
        }
        catch (ArgumentException none)
        {
            throw new DatasetException(none.Message, none);
        }
    }

    private Dictionary<string, Prediction> Predict(EcgModel model, CancellationToken cancellation)
    {
        var predictions = new Dictionary<string, Prediction>(StringComparer.Ordinal);
        PredictionRun.Run(model, Inputs(_rows.Select(row => row.Path)), EcgReadOptions.Default, EcgModel.DefaultBatch, p => predictions[p.Record.Path] = p, _ => { }, cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();
        return predictions;
    }

    private static EcgInput[] Inputs(IEnumerable<string> paths) => [.. paths.Select(path => new EcgInput(path))];
}
