// Measured values: each is learned on the scale of its mean and deviation in the training part, and judged in its own unit.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Regression;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

internal sealed class ValueTask : SupervisedTask
{
    private readonly ValueScale[] _scales;

    internal ValueTask(FinetuneRecipe recipe, RecordStore store, int[] training) : base(recipe, store) => _scales = LabelChecks.Scales(store, training);

    internal override IObjective Objective(EcgNetwork network, HelperValues? helpers) => new RegressionObjective(network, _scales);

    internal override ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device)
    {
        RegressionFigures[] figures = [.. Pairs(network, validation, device).Select(p => RegressionFigures.Of(p.Truth, p.Value))];
        double error = Bootstrap.MeanOfDefined(figures.Select((f, k) => f.MeanAbsoluteError / _scales[k].Scale)), explained = Bootstrap.MeanOfDefined(figures.Select(f => f.R2));
        double metric = Recipe.Select == SelectionFigure.R2 ? explained : -error;
        // With nothing known the first epoch is as good as any.
        return new ValidationOutcome(
            double.IsNaN(metric) ? -double.MaxValue : metric,
            [("relative_error", error), ("r2", explained), .. figures.Select((f, k) => ($"mean_absolute_error.{Store.Labels[k]}", f.MeanAbsoluteError))]);
    }

    internal override TaskVerdict Judge(EcgNetwork network, int[] validation, Device device)
    {
        var text = new StringBuilder();
        var figures = new List<TaskFigure>();
        string split = string.Join(", ", Recipe.ValidationSplits);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"On {validation.Length} records of {Patients(validation)} patients in split {split}. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients. They come from the records that chose the epoch, so they flatter the model a little.");
        text.AppendLine();
        text.AppendLine("| value | known | mean (deviation) in training | mean absolute error | R² |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (((double[] truth, double[] value), int k) in Pairs(network, validation, device).Select((pair, k) => (pair, k)))
        {
            Estimate error = Interval(validation, times => WeightedError(truth, value, times)), explained = Interval(validation, times => WeightedR2(truth, value, times));
            ValueScale scale = _scales[k];
            figures.Add(new TaskFigure($"mean absolute error of {Store.Labels[k]}", error, scale.Unit));
            figures.Add(new TaskFigure($"R² of {Store.Labels[k]}", explained));
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {Store.Labels[k]} | {truth.Count(v => !double.IsNaN(v))} | {scale.Offset:0.###} ({scale.Scale:0.###}) | {error} {scale.Unit} | {explained} |");
        }

        return new TaskVerdict(
            [.. Store.Labels.Select((name, k) => new ModelLabel { Name = name, Value = _scales[k] })],
            new AurocReport(new Estimate(double.NaN, double.NaN, double.NaN), [], validation.Length, Patients(validation)), figures, text.ToString(),
            ["A value comes without an interval of its own; the errors above are those of such recordings on the whole."]);
    }

    /// <summary>Truths, NaN where unknown, and estimates of every label, in its unit.</summary>
    private IEnumerable<(double[] Truth, double[] Value)> Pairs(EcgNetwork network, int[] records, Device device)
    {
        double[] outputs = Validation.Outputs(network, Store, records, Recipe.Input, device, values => values);
        float[][] truths = Truths(records);
        return _scales.Select((scale, k) => (
            truths.Select(t => (double)t[k]).ToArray(),
            Enumerable.Range(0, records.Length).Select(row => scale.Of(outputs[(row * _scales.Length) + k])).ToArray()));
    }

    private static double WeightedError(double[] truth, double[] value, ReadOnlySpan<int> times)
    {
        double sum = 0, n = 0;
        for (int row = 0; row < truth.Length; row++)
            if (!double.IsNaN(truth[row])) (sum, n) = (sum + (times[row] * Math.Abs(value[row] - truth[row])), n + times[row]);
        return sum / n;
    }

    private static double WeightedR2(double[] truth, double[] value, ReadOnlySpan<int> times)
    {
        double n = 0, sum = 0, squares = 0, errors = 0;
        for (int row = 0; row < truth.Length; row++)
        {
            if (double.IsNaN(truth[row])) continue;
            n += times[row];
            sum += times[row] * truth[row];
            squares += times[row] * truth[row] * truth[row];
            errors += times[row] * (value[row] - truth[row]) * (value[row] - truth[row]);
        }
        double spread = squares - (sum * sum / n);
        return spread > 0 ? 1 - (errors / spread) : double.NaN;
    }
}
