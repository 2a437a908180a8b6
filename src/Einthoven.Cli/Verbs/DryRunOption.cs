// --dry-run of the training verbs: the recipe with every value on standard output, what it would take on standard error.

using System.CommandLine;
using Einthoven.Training.Recipes;

namespace Einthoven.Cli.Verbs;

internal sealed class DryRunOption
{
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Only print the recipe with every value, and what it would take: parameters, updates, memory and time, tried on random windows",
    };

    public DryRunOption(Command verb) => verb.Add(_dryRun);

    /// <summary>Prints what a run would be, where only that is asked for.</summary>
    /// <param name="call">The parsed call.</param>
    /// <param name="recipe">The recipe as it would run, as text.</param>
    /// <param name="describe">Counts and measures; only called where it was asked for.</param>
    /// <returns>Whether it was asked for.</returns>
    public bool Done(ParseResult call, string recipe, Func<IEnumerable<string>> describe)
    {
        if (!call.GetValue(_dryRun))
            return false;
        Console.Out.WriteLine(recipe);
        foreach (string line in describe())
            Console.Error.WriteLine($"einthoven: {line}");
        return true;
    }
}
