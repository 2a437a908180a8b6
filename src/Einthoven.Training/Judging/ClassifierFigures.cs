// From classifiers' scores to figures with intervals.
using Einthoven.Evaluation;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Judging;

/// <summary>Puts the trials of one kind of classifier together.</summary>
internal static class ClassifierFigures
{
    internal static ClassifierVerdict Of(JudgedData data, JudgingRecipe recipe, JudgingClassifier classifier, Func<TrialKind, TrialScores> run)
    {
        TrialScores real = run(TrialKind.Real), synthetic = run(TrialKind.Synthetic), twoSample = run(TrialKind.TwoSample);
        int[] counted = Counted(data, recipe), paired = [.. counted.Where(k => Positives(real.RealPaired, k) >= recipe.FewestPositives)];
        ScoreTable reference = Columns(real.Test, counted), other = Columns(synthetic.Test, counted), copies = Columns(real.SyntheticPaired, paired);
        AurocReport onReal = Bootstrap.Auroc(reference), fromSynthetic = Bootstrap.Auroc(other), onCopies = Bootstrap.Auroc(copies);
        (Estimate? mean, IReadOnlyList<RareVerdict> rare) = Rare(data, real, run);
        return new(
            classifier.Name, onReal.Macro, fromSynthetic.Macro, PairedDifference.Of(other, reference).Macro[LabelFigure.Auroc].Difference,
            Bootstrap.Auroc(Columns(real.RealPaired, paired)).Macro, onCopies.Macro, mean, rare, Told(twoSample),
            [.. counted.Select((k, place) => new StatementVerdict(
                data.Store.Labels[k], onReal.Labels[place].Positives, onReal.Labels[place].Area, fromSynthetic.Labels[place].Area,
                Array.IndexOf(paired, k) is >= 0 and var at ? onCopies.Labels[at].Area : new(double.NaN, double.NaN, double.NaN)))]);
    }

    /// <summary>Statements that can be learned and tested: columns of the store.</summary>
    internal static int[] Counted(JudgedData data, JudgingRecipe recipe)
    {
        float[][] learned = data.Labels(data.RealLearned), tested = data.Labels(data.RealTest);
        return [.. Enumerable.Range(0, data.Store.Labels.Count - 1)
            .Where(k => learned.Count(row => row[k] > 0.5f) >= recipe.FewestPositives && tested.Count(row => row[k] > 0.5f) >= recipe.FewestPositives)];
    }

    private static (Estimate? Mean, IReadOnlyList<RareVerdict> Each) Rare(JudgedData data, TrialScores real, Func<TrialKind, TrialScores> run)
    {
        if (data.Rare.Count == 0) return (null, []);
        int[] columns = [.. data.Rare.Select(code => data.Store.Labels.ToList().IndexOf(code))];
        PairedDifference difference = PairedDifference.Of(Columns(run(TrialKind.RealAndRare).Test, columns), Columns(real.Test, columns));
        return (difference.Macro[LabelFigure.Auroc].Difference, [.. difference.Labels.Select((label, k) =>
        {
            FigureDifference area = label.Figures[LabelFigure.Auroc];
            return new RareVerdict(
                label.Label, data.With(label.Label, data.RealLearned).Length, data.ByStatement[data.Rare[k]].Length, label.Positives, area.Second, area.First, area.Difference);
        })]);
    }

    // Real test recordings and their copies in one table, the question being which are which. A pair is drawn together.
    private static Estimate Told(TrialScores scores)
    {
        int last = scores.RealPaired.Labels.Count - 1;
        return Bootstrap.Auroc(new ScoreTable(
            [JudgedData.SyntheticLabel],
            [.. scores.RealPaired.Clusters, .. scores.RealPaired.Clusters],
            [.. scores.RealPaired.Scores(last), .. scores.SyntheticPaired.Scores(last)],
            [.. scores.RealPaired.Truths(last), .. scores.SyntheticPaired.Truths(last)])).Labels[0].Area;
    }

    private static int Positives(ScoreTable table, int column) => table.Truths(column).Count(t => t > 0.5f);

    private static ScoreTable Columns(ScoreTable table, int[] columns)
    {
        double[][] scores = [.. columns.Select(table.Scores)];
        float[][] truths = [.. columns.Select(table.Truths)];
        return new(
            [.. columns.Select(k => table.Labels[k])], table.Clusters,
            [.. Enumerable.Range(0, table.Rows).SelectMany(row => scores.Select(column => column[row]))],
            [.. Enumerable.Range(0, table.Rows).SelectMany(row => truths.Select(column => column[row]))]);
    }
}
