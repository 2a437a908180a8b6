// The card of a trained model: data, licence, recipe, command, and figures as measured.
using System.Globalization;
using System.Text;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Writes model cards in Markdown.</summary>
internal static class ModelCard
{
    internal static string Write(
        FinetuneRecipe recipe, string dataset, long parameters, TaskVerdict verdict, string command, Progress progress)
    {
        string trained = string.Join(", ", recipe.TrainSplits), chosen = string.Join(", ", recipe.ValidationSplits);
        var text = new StringBuilder(LabelCard.Opening(recipe.Name, recipe.Summary));
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        text.AppendLine($"| family | {recipe.Family}, {parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters |");
        text.AppendLine($"| input | {Leads(recipe.Input)}, {recipe.Input.SamplingRateHz} Hz, {recipe.Input.WindowSeconds()} s |");
        text.AppendLine($"| trained on | {dataset}, split {trained} |");
        text.AppendLine($"| {(recipe.Task == ModelTask.MultiLabel ? "epoch and thresholds" : "epoch")} chosen on | {dataset}, split {chosen} (epoch {progress.BestEpoch} of {recipe.Epochs}) |");
        text.AppendLine($"| training time | {TimeSpan.FromSeconds(progress.Seconds):h\\:mm\\:ss} |");
        text.AppendLine($"| command | `{command}` |");
        text.AppendLine();
        text.Append(LabelCard.Licence(dataset));
        text.AppendLine("## Recipe");
        text.AppendLine();
        text.AppendLine("```json");
        text.AppendLine(RecipeJson.Write(recipe with { Teaching = recipe.Teaching.WithoutFolders(), Helpers = recipe.Helpers.WithoutFolders() }));
        text.AppendLine("```");
        text.AppendLine();
        text.AppendLine("## What it reaches");
        text.AppendLine();
        text.AppendLine(verdict.Results.TrimEnd());
        text.AppendLine();
        text.AppendLine("## Limits");
        text.AppendLine();
        if (recipe.Input.Leads.Count == LeadNames.Standard12.Count && recipe.Input.MissingLeads == MissingLeadPolicy.Error) text.AppendLine("- Twelve leads are needed; limb leads that follow from two others are derived.");
        foreach (string limit in verdict.Limits) text.AppendLine($"- {limit}");
        return text.ToString();
    }

    private static string Leads(InputContract input) => input.AnyLead
        ? "any lead, each by itself; several are averaged"
        : $"{(input.Leads.Count == 1 ? "1 lead" : $"{input.Leads.Count} leads")} ({string.Join(", ", input.Leads)})";
}
