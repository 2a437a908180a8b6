// --dry-run of the training verbs: the recipe with every value on standard output, what it would take on standard error.

using System.CommandLine;
using Einthoven.Torch;
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
    /// <param name="call">The parsed call of a verb with --threads and --device.</param>
    /// <param name="recipe">Fitted to the data.</param>
    /// <param name="describe">Counts and measures on a device.</param>
    /// <returns>Whether it was asked for.</returns>
    public bool Done(ParseResult call, TrainingRecipe recipe, Func<Torch.Device, IReadOnlyList<string>> describe)
    {
        if (!call.GetValue(_dryRun))
            return false;
        if (call.GetValue<int?>("--threads") is { } threads)
            TorchRuntime.Threads = threads;
        Console.Out.WriteLine(RecipeJson.Write(recipe));
        foreach (string line in describe(SharedOptions.ParseDevice(call.GetRequiredValue<string>("--device"))))
            Console.Error.WriteLine($"einthoven: {line}");
        return true;
    }
}
