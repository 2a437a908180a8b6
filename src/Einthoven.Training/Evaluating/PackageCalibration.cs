// Puts a package's probabilities right on labelled recordings, label by label, and says what that is worth on patients it was not fitted to.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Calibration;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Evaluating;

/// <summary>How probabilities are put right.</summary>
public enum CalibrationMethod
{
    /// <summary>Slope and intercept on the logit (Platt 1999).</summary>
    Platt,

    /// <summary>A slope alone, one over the temperature (Guo et al., ICML 2017).</summary>
    Temperature,
}

/// <summary>One label's calibration.</summary>
/// <param name="Label">The model's label.</param>
/// <param name="Positives">Recordings that have it.</param>
/// <param name="Negatives">Recordings known not to have it.</param>
/// <param name="Fit">Fitted to all recordings; null where there are too few, or where no rising map fits.</param>
/// <param name="ErrorBefore">Expected calibration error as the package has it.</param>
/// <param name="ErrorAfter">The same after maps that were fitted to other patients.</param>
/// <param name="BrierBefore">Brier's score as the package has it.</param>
/// <param name="BrierAfter">The same after maps that were fitted to other patients.</param>
public sealed record CalibratedLabel(
    string Label, int Positives, int Negatives, LabelCalibration? Fit, double ErrorBefore, double ErrorAfter, double BrierBefore, double BrierAfter);

/// <summary>The calibration of a package.</summary>
/// <param name="Method">How.</param>
/// <param name="Labels">Every label that model and data have in common, one to one.</param>
/// <param name="Before">Reliability of all calibrated labels together, as the package has them.</param>
/// <param name="After">The same after maps that were fitted to other patients.</param>
public sealed record PackageCalibration(CalibrationMethod Method, IReadOnlyList<CalibratedLabel> Labels, Reliability Before, Reliability After)
{
    private const int Folds = 5;
    private const int Bins = 10;
    private const double Edge = 1e-12;

    /// <summary>Recordings of either class below which a label stays as it is.</summary>
    public const int Enough = 10;

    /// <summary>Fits a map for every label; cross-fitting over patients tells how good it is.</summary>
    /// <param name="scores">The model's probabilities.</param>
    /// <param name="method">How.</param>
    /// <param name="seed">Which patients share a fold.</param>
    public static PackageCalibration Of(ModelScores scores, CalibrationMethod method, ulong seed = 1)
    {
        ManifestRow[] rows = [.. scores.Values.Keys];
        MatchedLabel[] single = [.. scores.Matching.Labels.Where(l => l.Outputs.Count == 1)];
        return Of(scores.Table(rows, [.. single.Select(l => l.DataLabel)]), [.. single.Select(l => scores.Model.Labels[l.Outputs[0]].Name)], method, seed);
    }

    /// <summary>The same for a table of scores.</summary>
    /// <param name="table">Probabilities and truths; its clusters are patients.</param>
    /// <param name="names">What the package calls the table's labels.</param>
    /// <param name="method">How.</param>
    /// <param name="seed">Which patients share a fold.</param>
    /// <exception cref="DatasetException">No label has enough recordings of both classes.</exception>
    internal static PackageCalibration Of(ScoreTable table, IReadOnlyList<string> names, CalibrationMethod method, ulong seed = 1)
    {
        int[] folds = FoldsOf(table.Clusters, seed);
        var labels = new List<CalibratedLabel>();
        var (before, after, truth) = (new List<double>(), new List<double>(), new List<float>());
        for (int k = 0; k < names.Count; k++)
        {
            double[] p = table.Scores(k);
            float[] y = table.Truths(k);
            int positives = y.Count(v => v > 0.5f), negatives = y.Count(v => v <= 0.5f);
            LabelCalibration? whole = positives >= Enough && negatives >= Enough ? Fit(p, y, method) : null;
            double[] crossed = p;
            if (whole is not null)
            {
                crossed = [.. p];
                for (int fold = 0; fold < Folds; fold++)
                {
                    int[] others = [.. Enumerable.Range(0, p.Length).Where(row => folds[row] != fold)];
                    LabelCalibration? map = Fit([.. others.Select(row => p[row])], [.. others.Select(row => y[row])], method);
                    for (int row = 0; row < p.Length; row++)
                        if (folds[row] == fold && map is not null) crossed[row] = map.Of(p[row]);
                }
                before.AddRange(p);
                after.AddRange(crossed);
                truth.AddRange(y);
            }
            labels.Add(new CalibratedLabel(
                names[k], positives, negatives, whole,
                Reliability.EqualWidth(p, y, Bins).ExpectedError, Reliability.EqualWidth(crossed, y, Bins).ExpectedError,
                Probabilities.Brier(p, y), Probabilities.Brier(crossed, y)));
        }
        if (before.Count == 0)
            throw new DatasetException($"No label has {Enough} recordings of either class among the {table.Rows}: there is nothing to calibrate on.");
        float[] truths = [.. truth];
        return new PackageCalibration(method, labels, Reliability.EqualWidth([.. before], truths, Bins), Reliability.EqualWidth([.. after], truths, Bins));
    }

    /// <summary>The model with its probabilities put right; thresholds move along, so that what is called stays the same.</summary>
    public ModelDescription Apply(ModelDescription model, string name, string data)
    {
        Dictionary<string, LabelCalibration> maps = Labels.Where(l => l.Fit is not null).ToDictionary(l => l.Label, l => l.Fit!, StringComparer.Ordinal);
        return model with
        {
            Name = name,
            Labels = [.. model.Labels.Select(label => maps.TryGetValue(label.Name, out LabelCalibration? map)
                ? label with { Calibration = Chain(label.Calibration, map), Threshold = map.Of(label.Threshold) }
                : label)],
            Provenance = new Dictionary<string, string>(model.Provenance) { ["calibratedOn"] = data },
        };
    }

    /// <summary>The card's section, in Markdown.</summary>
    public string ToMarkdown(string data)
    {
        var text = new StringBuilder();
        text.AppendLine("## Calibration");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Probabilities of {Labels.Count(l => l.Fit is not null)} labels were put right on {data} ({(Method == CalibrationMethod.Platt ? "slope and intercept on the logit" : "one temperature a label")}); labels with fewer than {Enough} recordings of either class stay as they were. \"After\" is cross-fitted: each patient's probabilities by maps fitted to four fifths of the others. Thresholds moved along.");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Expected calibration error over all of them: {Before.ExpectedError:F4} before, {After.ExpectedError:F4} after.");
        text.AppendLine();
        text.AppendLine("| probability | before: recordings | mean probability | there | after: recordings | mean probability | there |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        for (int bin = 0; bin < Bins; bin++)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {(double)bin / Bins:F1} to {(bin + 1.0) / Bins:F1} | {Cells(Before.Bins[bin])} | {Cells(After.Bins[bin])} |");
        text.AppendLine();
        text.AppendLine("| label | positives | negatives | slope | intercept | ECE before | after | Brier before | after |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (CalibratedLabel label in Labels)
        {
            string map = label.Fit is { } fit ? string.Create(CultureInfo.InvariantCulture, $"{fit.Slope:F3} | {fit.Intercept:F3}") : "– | –";
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {label.Label} | {label.Positives} | {label.Negatives} | {map} | {label.ErrorBefore:F4} | {label.ErrorAfter:F4} | {label.BrierBefore:F4} | {label.BrierAfter:F4} |");
        }
        return text.ToString();
    }

    private static string Cells(ReliabilityBin bin) => bin.Count == 0
        ? "0 | – | –"
        : string.Create(CultureInfo.InvariantCulture, $"{bin.Count} | {bin.MeanProbability:F3} | {bin.Frequency:F3}");

    // A map that falls, or that no data pin down, would do harm.
    private static LabelCalibration? Fit(double[] probabilities, float[] truths, CalibrationMethod method)
    {
        double[] logits = [.. probabilities.Select(p => Math.Log(Math.Clamp(p, Edge, 1 - Edge) / (1 - Math.Clamp(p, Edge, 1 - Edge))))];
        LabelCalibration map;
        if (method == CalibrationMethod.Platt)
        {
            LogisticCalibration fit = LogisticCalibration.FitSmoothed(logits, truths);
            map = new LabelCalibration(fit.Slope, fit.Intercept);
        }
        else
        {
            map = new LabelCalibration(1 / TemperatureScaling.Fit(logits, truths).Temperature, 0);
        }
        return map.Slope > 0 && double.IsFinite(map.Slope) && double.IsFinite(map.Intercept) ? map : null;
    }

    private static LabelCalibration Chain(LabelCalibration? first, LabelCalibration second) => first is null
        ? second
        : new LabelCalibration(second.Slope * first.Slope, (second.Slope * first.Intercept) + second.Intercept);

    private static int[] FoldsOf(IReadOnlyList<string> persons, ulong seed)
    {
        string[] people = [.. persons.Distinct()];
        int[] order = ((IRandomSource)new PhiloxRandom(seed)).Permutation(people.Length);
        var fold = people.Select((person, k) => (person, k)).ToDictionary(p => p.person, p => order[p.k] % Folds, StringComparer.Ordinal);
        return [.. persons.Select(person => fold[person])];
    }
}
