// One class out of several: softmax, accuracy, and the area of each class against the rest.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

internal sealed class ClassTask : SupervisedTask
{
    internal ClassTask(FinetuneRecipe recipe, RecordStore store, int[] training, int[] validation) : base(recipe, store) =>
        LabelChecks.RequireOneClass(store, training, validation);

    internal override IObjective Objective(EcgNetwork network, HelperValues? helpers) => new MultiClassObjective(network);

    internal override ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device)
    {
        double[] probabilities = Probabilities(network, validation, device);
        ScoreTable table = Validation.Table(Store, validation, probabilities);
        ValidationOutcome areas = Validation.Outcome(table, Recipe.Select);
        double accuracy = Accuracy(Right(probabilities, Truths(validation)), null), crossEntropy = CrossEntropy(probabilities, Truths(validation));
        double metric = Recipe.Select switch
        {
            SelectionFigure.Accuracy => accuracy,
            SelectionFigure.CrossEntropy => -crossEntropy,
            _ => areas.Metric,
        };
        return new ValidationOutcome(metric, [("accuracy", accuracy), .. areas.Figures.Where(f => f.Name != "cross_entropy"), ("cross_entropy", crossEntropy)]);
    }

    internal override TaskVerdict Judge(EcgNetwork network, int[] validation, Device device)
    {
        double[] probabilities = Probabilities(network, validation, device);
        AurocReport areas = Bootstrap.Auroc(Validation.Table(Store, validation, probabilities));
        float[][] truths = Truths(validation);
        double[] right = Right(probabilities, truths);
        Estimate accuracy = Interval(validation, times => Accuracy(right, times));
        var text = new StringBuilder();
        string split = string.Join(", ", Recipe.ValidationSplits);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy **{accuracy}**, macro AUROC of each class against the rest {areas.Macro}, on {areas.Rows} records of {areas.Clusters} patients in split {split}. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine("These figures come from the records that chose the epoch, so they flatter the model a little; and from one data set, so they promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine("| class | records | called | of these right | AUROC (95 %) |");
        text.AppendLine("|---|---|---|---|---|");
        int count = Store.Labels.Count;
        int[] calls = [.. truths.Select((_, row) => Highest(probabilities.AsSpan(row * count, count)))];
        for (int k = 0; k < count; k++)
        {
            int[] called = [.. Enumerable.Range(0, calls.Length).Where(row => calls[row] == k)];
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {Store.Labels[k]} | {areas.Labels[k].Positives} | {called.Length} | {called.Count(row => truths[row][k] == 1)} | {(double.IsNaN(areas.Labels[k].Area.Value) ? "–" : areas.Labels[k].Area.ToString())} |");
        }

        return new TaskVerdict(
            [.. Store.Labels.Select(code => Describe(code, 0.5))], areas, [new("accuracy", accuracy), new("macro AUROC", areas.Macro)], text.ToString(),
            ["Exactly one class is the finding, however unlikely it is: a recording of none of them gets one all the same."]);
    }

    private double[] Probabilities(EcgNetwork network, int[] records, Device device) =>
        Validation.Outputs(network, Store, records, Recipe.Input, device, logits => logits.Softmax(1));

    /// <summary>1 where the most probable class is the true one, 0 where not, NaN where none is known.</summary>
    private static double[] Right(double[] probabilities, float[][] truths) =>
        [.. truths.Select((truth, row) => float.IsNaN(truth[0]) ? double.NaN : truth[Highest(probabilities.AsSpan(row * truth.Length, truth.Length))])];

    private static double Accuracy(double[] right, ReadOnlySpan<int> times)
    {
        double sum = 0, n = 0;
        for (int row = 0; row < right.Length; row++)
        {
            if (double.IsNaN(right[row])) continue;
            double weight = times.IsEmpty ? 1 : times[row];
            (sum, n) = (sum + (weight * right[row]), n + weight);
        }
        return sum / n;
    }

    private static double CrossEntropy(double[] probabilities, float[][] truths)
    {
        double[] losses = [.. truths.Select((truth, row) => (truth, row)).Where(r => !float.IsNaN(r.truth[0]))
            .Select(r => -Math.Log(Math.Max(1e-12, probabilities[(r.row * r.truth.Length) + Array.IndexOf(r.truth, 1f)])))];
        return losses.Length > 0 ? losses.Average() : double.NaN;
    }

    private static int Highest(ReadOnlySpan<double> values)
    {
        int highest = 0;
        for (int k = 1; k < values.Length; k++)
            if (values[k] > values[highest]) highest = k;
        return highest;
    }
}
