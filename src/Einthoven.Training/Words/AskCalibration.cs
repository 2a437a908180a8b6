// Probabilities for questions of one's own: Platt's map fitted on recordings whose answers are known.
using Einthoven.Evaluation.Calibration;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Training.Data;

namespace Einthoven.Training.Words;

/// <summary>Fits calibrations of questions.</summary>
public static class AskCalibration
{
    /// <summary>Recordings of either answer below which a question keeps no probability.</summary>
    public const int Enough = 5;

    /// <summary>A map for every question that the data answer with a column of its name.</summary>
    /// <param name="model">The model.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="known">Recordings with answers: 1, 0, NaN unknown.</param>
    /// <param name="tell">Told of questions that get none, and of recordings that cannot be used.</param>
    public static IReadOnlyDictionary<string, LabelCalibration> Fit(WordsModel model, IReadOnlyList<AskedQuestion> questions, Manifest known, Action<string> tell)
    {
        Dictionary<string, ManifestRow> rows = known.Rows.DistinctBy(row => row.Path).ToDictionary(row => row.Path, StringComparer.Ordinal);
        EcgVector[] vectors =
        [
            .. model.EmbedMany(PreparedRecords.Read(
                model.Model, [.. rows.Keys.Select(path => new EcgInput(path))], EcgReadOptions.Default, failure => tell($"{failure.Path}: {failure.Reason}"))),
        ];
        var maps = new Dictionary<string, LabelCalibration>(StringComparer.Ordinal);
        foreach (AskedQuestion question in questions)
        {
            int column = Enumerable.Range(0, known.Labels.Count).FirstOrDefault(k => known.Labels[k].Equals(question.Text, StringComparison.OrdinalIgnoreCase), -1);
            if (column < 0) continue;
            float[] truths = [.. vectors.Select(v => rows[v.Record.Path].Labels[column])];
            double[] cosines = [.. vectors.Select(v => WordsModel.Cosine(v.Vector, question.Vector))];
            int positives = truths.Count(t => t > 0.5f), negatives = truths.Count(t => t <= 0.5f);
            if (positives < Enough || negatives < Enough)
            {
                tell($"\"{question.Text}\": {positives} recordings with it and {negatives} without are too few for a probability; {Enough} of each are needed.");
                continue;
            }

            LogisticCalibration fit = LogisticCalibration.FitSmoothed(cosines, truths);
            if (fit.Slope > 0 && double.IsFinite(fit.Slope) && double.IsFinite(fit.Intercept)) maps[question.Text] = new LabelCalibration(fit.Slope, fit.Intercept);
            else tell($"\"{question.Text}\": recordings with it are no nearer to it than those without: no probability follows.");
        }

        return maps;
    }
}
