// A model's probabilities for the labelled recordings of a data set, as predict gives them: every window, aggregated.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Training.Data;

namespace Einthoven.Training.Evaluating;

/// <summary>One model's answers to the labels of a data set.</summary>
/// <param name="Model">The model.</param>
/// <param name="Matching">Which labels it answers to.</param>
/// <param name="Values">For every recording that could be scored a probability for each matched label.</param>
/// <param name="Failures">Recordings that could not, and why.</param>
public sealed record ModelScores(
    ModelDescription Model, LabelMatching Matching, IReadOnlyDictionary<ManifestRow, double[]> Values, IReadOnlyList<FailedInput> Failures)
{
    /// <summary>Scores recordings.</summary>
    /// <param name="model">The model; used on the calling thread only.</param>
    /// <param name="labels">The data set's labels.</param>
    /// <param name="rows">The recordings.</param>
    /// <param name="advance">Told after every recording.</param>
    /// <param name="change">What is done to every recording first; null: nothing.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="DatasetException">Model and data have no label in common.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public static ModelScores Of(
        EcgModel model, IReadOnlyList<string> labels, IReadOnlyList<ManifestRow> rows, Action advance,
        Func<EcgRecord, EcgRecord>? change = null, CancellationToken cancellation = default)
    {
        if (model.Description.Task == ModelTask.Regression)
            throw new DatasetException($"{model.Description.Name} gives values, no probabilities: there is no AUROC of it. Its card has the errors on its validation recordings.");
        LabelMatching matching = LabelMatching.Of(model.Description.Labels, labels);
        if (matching.Labels.Count == 0)
        {
            throw new DatasetException(
                $"{model.Description.Name} and the data have no label in common. The model has {Some(model.Description.Labels.Select(l => l.Name))}; "
                + $"the data have {Some(labels)}. Labels are matched by code, by name and by SNOMED CT code.");
        }
        var byPath = new Dictionary<string, ManifestRow>(StringComparer.Ordinal);
        foreach (ManifestRow row in rows) byPath.TryAdd(row.Path, row);
        var values = new Dictionary<ManifestRow, double[]>();
        RunSummary summary = PredictionRun.Run(
            model, [.. byPath.Keys.Select(path => new EcgInput(path))], EcgReadOptions.Default, EcgModel.DefaultBatch,
            prediction =>
            {
                Dictionary<string, double> said = prediction.Labels.ToDictionary(finding => finding.Label, finding => finding.Probability, StringComparer.Ordinal);
                values[byPath[prediction.Record.Path]] =
                [
                    .. matching.Labels.Select(m => m.Outputs
                        .Max(output => said.TryGetValue(model.Description.Labels[output].Name, out double probability) ? probability : double.NaN)),
                ];
                advance();
            },
            _ => advance(),
            change: change, cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();
        return new ModelScores(model.Description, matching, values, summary.Failures);
    }

    /// <summary>Whether the model said anything of a label: one of any one lead leaves out what the leads cannot show.</summary>
    public bool Answers(string label)
    {
        int place = Find(label).Place;
        return Values.Values.Any(row => !double.IsNaN(row[place]));
    }

    /// <summary>Scores and truths of some recordings and labels; patients are drawn together. What the model left out counts as unknown.</summary>
    /// <param name="rows">Recordings that were scored.</param>
    /// <param name="labels">Matched labels of the data set.</param>
    public ScoreTable Table(IReadOnlyList<ManifestRow> rows, IReadOnlyList<string> labels)
    {
        (MatchedLabel Label, int Place)[] columns = [.. labels.Select(Find)];
        return new ScoreTable(
            [.. columns.Select(c => c.Label.Name)],
            [.. rows.Select(row => row.Person)],
            [.. rows.SelectMany(row => columns.Select(c => double.IsNaN(Values[row][c.Place]) ? 0 : Values[row][c.Place]))],
            [.. rows.SelectMany(row => columns.Select(c => double.IsNaN(Values[row][c.Place]) ? float.NaN : row.Labels[c.Label.Column]))]);
    }

    /// <summary>The package's thresholds of matched labels; of several outputs the highest, so that none alone calls the label too soon.</summary>
    public IReadOnlyList<double> Thresholds(IReadOnlyList<string> labels) =>
        [.. labels.Select(label => Find(label).Label.Outputs.Max(output => Model.Labels[output].Threshold))];

    private (MatchedLabel Label, int Place) Find(string label) =>
        Matching.Labels.Select((m, place) => (m, place)).First(c => c.m.DataLabel == label);

    private static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(4)) + (all.Length > 4 ? $" and {all.Length - 4} more" : "");
    }
}
