// What has to be said where a model sees one lead only: some of its labels cannot be judged from it, whatever their probability.

using Einthoven.Models.Packages;

namespace Einthoven.Models;

internal static class OneLead
{
    private const int Shown = 6;

    /// <summary>The warnings of a prediction from one lead; none where the model takes several, or where every label can be judged from one.</summary>
    public static IReadOnlyList<string> Warnings(ModelDescription model, IReadOnlyList<Finding> findings)
    {
        int hidden = model.Labels.Count(label => label.NeedsMoreLeads);
        if (model.Input.Leads.Count != 1 || hidden == 0) return [];
        var warnings = new List<string>
        {
            $"one lead shows rate and rhythm; {hidden} of {model.Labels.Count} labels need more leads (axis, side of a block, enlargement, place of ischaemia "
            + "or infarction, a normal ECG): their probabilities say nothing",
        };
        string[] reached = [.. findings.Where(finding => finding.IsPositive && finding.Definition.NeedsMoreLeads)
            .OrderByDescending(finding => finding.Probability).Select(finding => finding.Label)];
        if (reached.Length > 0)
        {
            string more = reached.Length > Shown ? $" and {reached.Length - Shown} more" : "";
            warnings.Add($"reached the threshold but cannot be judged from one lead: {string.Join(", ", reached.Take(Shown))}{more}");
        }

        return warnings;
    }
}
