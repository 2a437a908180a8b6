// What has to be said where a model sees one lead only: some of its labels cannot be judged from it, whatever their probability.

using Einthoven.Models.Packages;

namespace Einthoven.Models;

internal static class OneLead
{
    private const int Shown = 6;

    /// <summary>The warnings of a prediction from one lead, or from several by themselves; none where the model takes several together, or where
    /// every label can be judged from one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="findings">What it says.</param>
    /// <param name="leads">For a model of any one lead, those it was given.</param>
    public static IReadOnlyList<string> Warnings(ModelDescription model, IReadOnlyList<Finding> findings, IReadOnlyList<string> leads)
    {
        if (model.Input.AnyLead) return Scope(model, findings, leads);
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

    // What such a model was given, what it can say at all, and what it leaves unsaid here.
    private static List<string> Scope(ModelDescription model, IReadOnlyList<Finding> findings, IReadOnlyList<string> leads)
    {
        var warnings = new List<string>
        {
            (leads.Count == 1 ? $"judged from lead {leads[0]} alone" : $"judged from leads {string.Join(", ", leads)}, each by itself, and averaged")
            + $": {findings.Count} {(findings.Count == 1 ? "statement" : "statements")} on rhythm, early beats and conduction times. Nothing is said of axis, bundle branches, enlargement, "
            + "ischaemia, infarction, or whether the ECG is normal",
        };
        string[] unsaid = [.. model.Labels.Where(label => findings.All(finding => finding.Definition != label)).Select(label => label.Name)];
        if (unsaid.Length > 0)
            warnings.Add($"not judged, because {(leads.Count == 1 ? "this lead does" : "these leads do")} not show it well enough: {string.Join(", ", unsaid)}");
        return warnings;
    }
}
