// The card of a trained model: data, licence, recipe, command, and figures as measured.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models.Packages;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Writes model cards in Markdown.</summary>
internal static class ModelCard
{
    internal static string Write(
        FinetuneRecipe recipe, string dataset, ModelDescription description, long parameters, AurocReport report,
        IReadOnlyList<ThresholdChoice> thresholds, string command, Progress progress)
    {
        string trained = string.Join(", ", recipe.TrainSplits), chosen = string.Join(", ", recipe.ValidationSplits);
        var text = new StringBuilder();
        text.AppendLine($"# {recipe.Name}");
        text.AppendLine();
        text.AppendLine($"{(recipe.Summary.Length > 0 ? $"{recipe.Summary}. " : "")}Research use only; not a medical device.");
        text.AppendLine();
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        text.AppendLine($"| family | {recipe.Family}, {parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters |");
        text.AppendLine($"| input | {recipe.Input.Leads.Count} leads ({string.Join(", ", recipe.Input.Leads)}), {recipe.Input.SamplingRateHz} Hz, {recipe.Input.WindowSeconds()} s |");
        text.AppendLine($"| trained on | {dataset}, split {trained} |");
        text.AppendLine($"| epoch and thresholds chosen on | {dataset}, split {chosen} (epoch {progress.BestEpoch} of {recipe.Epochs}) |");
        text.AppendLine($"| training time | {TimeSpan.FromSeconds(progress.Seconds):h\\:mm\\:ss} |");
        text.AppendLine($"| command | `{command}` |");
        text.AppendLine();
        if (dataset == PtbXlImporter.DatasetName)
        {
            text.AppendLine("## Data and licence");
            text.AppendLine();
            text.AppendLine(
                "PTB-XL 1.0.3 (Wagner et al., Scientific Data 7:154, 2020; PhysioNet; Creative Commons Attribution 4.0). A statement counts as "
                + "present whatever its likelihood. The weights are under the licence of this repository (MIT); cite PTB-XL where they are used.");
            text.AppendLine();
        }
        text.AppendLine("## Recipe");
        text.AppendLine();
        text.AppendLine("```json");
        text.AppendLine(RecipeJson.Write(recipe));
        text.AppendLine("```");
        text.AppendLine();
        text.AppendLine("## What it reaches");
        text.AppendLine();
        text.AppendLine(
            $"Macro AUROC over the {report.Labels.Count(l => !double.IsNaN(l.Area.Value))} statements present in split {chosen}: **{report.Macro}**, "
            + $"{report.Rows} records of {report.Clusters} patients. Brackets hold 95 % intervals from 1,000 bootstrap draws of patients.");
        text.AppendLine();
        text.AppendLine(
            $"These figures come from the records that chose the epoch and the thresholds, so they flatter the model a little; and from one "
            + "data set, so they promise nothing elsewhere.");
        text.AppendLine();
        text.AppendLine(
            $"Thresholds are those of the largest F1 on split {chosen}. Statements with fewer than {recipe.FewPositives} positives there (marked *) share one "
            + "threshold chosen on all of them together: their figures are close to meaningless.");
        text.AppendLine();
        text.AppendLine("| statement | name | category | positives | negatives | AUROC (95 %) | threshold | F1 there |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach ((LabelAuroc label, int k) in report.Labels.Select((l, k) => (l, k)))
        {
            ModelLabel about = description.Labels[k];
            string area = double.IsNaN(label.Area.Value) ? "–" : label.Area.ToString();
            string f1 = double.IsNaN(thresholds[k].F1) ? "–" : thresholds[k].F1.ToString("F2", CultureInfo.InvariantCulture);
            text.AppendLine(
                $"| {label.Label}{(label.Positives < recipe.FewPositives ? "*" : "")} | {about.Name} | {about.Category} | {label.Positives} | {label.Negatives} | {area} | {thresholds[k].Threshold:F3} | {f1} |");
        }
        text.AppendLine();
        text.AppendLine("## Limits");
        text.AppendLine();
        text.AppendLine("- Twelve leads are needed; limb leads that follow from two others are derived.");
        text.AppendLine("- Probabilities are not calibrated on other data; a threshold chosen here may be wrong for another population.");
        text.AppendLine("- Statements overlap and may contradict each other: each is judged on its own.");
        return text.ToString();
    }
}
