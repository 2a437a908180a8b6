// For networks of one lead that may be any: every lead of a recording becomes windows of its own.

using Einthoven.Signals;

namespace Einthoven.Models.Contracts;

internal static class EveryLead
{
    /// <summary>The windows of one live lead after the other.</summary>
    /// <exception cref="InputContractException">No lead is live, or the contract refuses one.</exception>
    public static Windows Apply(InputContract contract, EcgRecord record)
    {
        if (contract.OnlyLead is { } only)
        {
            Windows one = (contract with { AnyLead = false, OnlyLead = null, Leads = [only] }).Apply(record);
            return one with { LeadOf = [.. Enumerable.Repeat(only, one.Count)] };
        }

        (IReadOnlyList<EcgLead> live, IReadOnlyList<string> dead) = LiveLeads.Of(record);
        if (live.Count == 0)
        {
            throw new InputContractException(record.Path, dead.Count > 0
                ? $"{string.Join(", ", dead)}: flat or empty. An electrode was off, or the file is damaged; there is no ECG in it."
                : $"none of its signals ({string.Join(", ", record.Leads.Select(lead => lead.Name))}) has the name of a lead or is in millivolts. Name the column of the ECG \"I\", or by its lead.");
        }

        var warnings = new List<string>();
        if (!LeadNames.IsKnown(live[0].Name))
            warnings.Add($"{string.Join(", ", live.Select(lead => $"\"{lead.Name}\""))}: no name of a lead; taken as ECG of unknown leads");
        if (dead.Count > 0)
            warnings.Add($"{(dead.Count == 1 ? "lead" : "leads")} {string.Join(", ", dead)} flat: left out");
        Windows[] each = [.. live.Select(lead => (contract with { AnyLead = false, Leads = [lead.Name] }).Apply(record))];
        return new Windows(
            each.SelectMany(windows => windows.Values.ToArray()).ToArray(), each.Sum(windows => windows.Count), 1, contract.WindowSamples,
            [.. warnings.Concat(each.SelectMany(windows => windows.Warnings)).Distinct()])
        {
            LeadOf = [.. each.SelectMany((windows, k) => Enumerable.Repeat(live[k].Name, windows.Count))],
        };
    }
}
