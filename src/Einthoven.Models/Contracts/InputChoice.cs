// Which of a model's input contracts is used, and on which lead where the model takes one.

using Einthoven.Models.Packages;
using Einthoven.Signals;

namespace Einthoven.Models.Contracts;

/// <summary>A user's choice among the ways in which a model can be fed; the default is the package's own.</summary>
public sealed record InputChoice
{
    /// <summary>Name of a contract, or its last part: <c>ecgfounder-b</c> or <c>b</c>; null: the model's default.</summary>
    public string? Contract { get; init; }

    /// <summary>The lead that a model of one lead is given; null: the one it was trained on.</summary>
    public string? Lead { get; init; }

    /// <summary>The description with the chosen contract as its input, and what has to be said of the choice in every prediction.</summary>
    /// <exception cref="ModelPackageException">The model has no such contract, or takes more than one lead.</exception>
    internal (ModelDescription Description, IReadOnlyList<string> Warnings) Apply(ModelDescription model)
    {
        InputContract input = Contract is null ? model.Input : Find(model, Contract);
        if (Lead is null) return (model with { Input = input }, []);
        if (input.Leads is not [var usual])
        {
            throw new ModelPackageException(
                $"{model.Name} takes the leads {string.Join(", ", input.Leads)} together; a lead can be chosen only for a model of one lead.");
        }

        string lead = LeadNames.Canonical(Lead);
        // What was trained on every lead is as good on this one as its card says; unknown names are looked for as they are.
        if (input.AnyLead) return (model with { Input = input with { OnlyLead = lead } }, []);
        return (
            model with { Input = input with { Leads = [lead] } },
            lead == usual ? [] : [$"the network was trained on lead {usual} and is given lead {lead}: it may do worse than its card says"]);
    }

    private static InputContract Find(ModelDescription model, string name)
    {
        InputContract[] all = [model.Input, .. model.OtherInputs];
        return all.FirstOrDefault(input => string.Equals(input.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? all.FirstOrDefault(input => input.Name.EndsWith("-" + name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ModelPackageException($"{model.Name} has no input contract \"{name}\"; "
                + (model.OtherInputs.Count == 0 ? "it has one only." : $"it has {string.Join(", ", all.Select(input => input.Name))}."));
    }
}
