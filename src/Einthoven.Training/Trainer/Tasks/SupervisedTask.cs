// What a supervised training asks of its task: an objective, a figure for every epoch, and at the end labels and results for the package.
using Einthoven.Evaluation;
using Einthoven.Evaluation.Intervals;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>A figure on the validation part.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Estimate">Its value and 95 % interval, patients drawn whole.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
public sealed record TaskFigure(string Name, Estimate Estimate, string Unit = "");

/// <summary>How a finished network did.</summary>
/// <param name="Labels">The package's labels.</param>
/// <param name="Report">Areas; without labels where the task has none.</param>
/// <param name="Figures">The figures to tell first.</param>
/// <param name="Results">The card's section on what it reaches, in Markdown.</param>
/// <param name="Limits">What the card warns of.</param>
internal sealed record TaskVerdict(
    IReadOnlyList<ModelLabel> Labels, AurocReport Report, IReadOnlyList<TaskFigure> Figures, string Results, IReadOnlyList<string> Limits)
{
    /// <summary>Which of the network's outputs the labels are, where it learned more than the model offers; null: all.</summary>
    internal IReadOnlyList<int>? Kept { get; init; }
}

/// <summary>A task on the recordings of a store; the labels of its training part were looked at when it was made.</summary>
internal abstract class SupervisedTask(FinetuneRecipe recipe, RecordStore store)
{
    private protected const int Draws = 1000;

    private protected FinetuneRecipe Recipe => recipe;

    private protected RecordStore Store => store;

    /// <summary>The labels of the model that the training began with, where they are the same; null: there is none.</summary>
    internal IReadOnlyList<ModelLabel>? Before { get; set; }

    /// <summary>The recipe's task.</summary>
    /// <exception cref="DatasetException">The labels do not suit it.</exception>
    internal static SupervisedTask Of(FinetuneRecipe recipe, RecordStore store, int[] training, int[] validation) => recipe.Task switch
    {
        ModelTask.MultiClass => new ClassTask(recipe, store, training, validation),
        ModelTask.Regression => new ValueTask(recipe, store, training),
        _ when recipe.Input.AnyLead => new AnyLeadTask(recipe, store, training, validation),
        _ => new LabelTask(recipe, store, training),
    };

    /// <summary>What a network is trained for, and the values that help where there are any; it takes the network over.</summary>
    internal abstract IObjective Objective(EcgNetwork network, HelperValues? helpers);

    /// <summary>The figures of an epoch; the network is in evaluation mode.</summary>
    internal abstract ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device);

    /// <summary>Labels and results of the final weights; the network is in evaluation mode.</summary>
    internal abstract TaskVerdict Judge(EcgNetwork network, int[] validation, Device device);

    /// <summary>A label as packages have it: a statement of PTB-XL with its codes, or the name alone.</summary>
    private protected static ModelLabel Describe(string code, double threshold) =>
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

    /// <summary>A figure of recordings that count a given number of times each, with its interval: patients are drawn whole.</summary>
    private protected Estimate Interval(int[] records, WeightedFigure figure)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] patients = [.. records.Select(r => store.Row(r).Patient).Select(p => numbers.TryGetValue(p, out int k) ? k : numbers[p] = numbers.Count)];
        return BootstrapDistribution.OfClusters(figure, patients, numbers.Count, Draws, 1).Percentile(0.95);
    }

    /// <summary>How many different patients.</summary>
    private protected int Patients(int[] records) => records.Select(r => store.Row(r).Patient).Distinct().Count();

    private protected float[][] Truths(int[] records) => [.. records.Select(r =>
    {
        var labels = new float[store.Labels.Count];
        store.CopyLabels(r, labels);
        return labels;
    })];
}
