// What the training verbs have in common: recipe and its changes, folder, resuming, device, processes, Ctrl-C.

using System.CommandLine;
using System.Text.RegularExpressions;
using Einthoven.Cli.Output;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal sealed class TrainingCall<TRecipe>
    where TRecipe : IRecipe
{
    private readonly Option<string> _preset;
    private readonly Option<string> _folder = new("--out") { Description = "Folder of the run", HelpName = "DIR", Required = true };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on where the run in that folder was saved last" };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Change a value of the recipe: KEY=VALUE, such as epochs=3 or augmentation.cropSamples=500; several times if needed",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _stopAfter = SharedOptions.Count("--stop-after", "Save and stop after so many updates; --resume goes on");
    private readonly Option<int?> _processes = SharedOptions.Count("--nproc", "Processes on this machine that share the work (1)");
    private readonly ComputeOptions _compute;

    public TrainingCall(Command verb, string defaultPreset)
    {
        _preset = new Option<string>("--preset")
        {
            Description = $"A preset ({string.Join(", ", Presets.Names<TRecipe>())}) or a recipe file; recipe.json of a run is one",
            HelpName = "NAME|FILE",
            DefaultValueFactory = _ => defaultPreset,
        };
        foreach (Option option in new Option[] { _preset, _folder, _set, _resume, _stopAfter, _processes })
            verb.Add(option);
        _compute = new ComputeOptions(verb);
    }

    /// <summary>The preset or file that was named; null where none was.</summary>
    public string? Preset(ParseResult call) => call.GetResult(_preset) is { Implicit: false } ? call.GetRequiredValue(_preset) : null;

    /// <summary>The changes that were asked for.</summary>
    public string[] Settings(ParseResult call) => call.GetValue(_set) ?? [];

    /// <summary>The recipe with its changes.</summary>
    /// <exception cref="UsageException">There is none, or it does not work.</exception>
    public TRecipe Recipe(ParseResult call) => OrUsage(() => Presets.Read<TRecipe>(call.GetRequiredValue(_preset), Settings(call)));

    /// <summary>What is read of a call's recipe; what does not work about it is the caller's to mend.</summary>
    /// <exception cref="UsageException">There is no such recipe, or it does not work.</exception>
    public static T OrUsage<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>Name of the run's folder: the name of a model that has none of its own.</summary>
    public string FolderName(ParseResult call) => ModelPackage.NameOf(call.GetRequiredValue(_folder));

    // Cards are given away; where files lie on this machine is nobody else's business.
    private static string WithoutFolders(string change) => Regex.Replace(change, "\"[^\"]*[/\\\\]([^\"/\\\\]*)\"", "\"$1\"");

    /// <summary>Where the call wants to compute; sets the threads.</summary>
    public Device Device(ParseResult call) => _compute.Apply(call);

    /// <summary>Runs a training in this process, or in several that this one starts and watches.</summary>
    /// <param name="call">The parsed call.</param>
    /// <param name="verb">For the card: the verb and what it trains on.</param>
    /// <param name="train">The training; prints its result in the first process.</param>
    /// <param name="preset">The preset that was used; null: the one that was named, or the usual one.</param>
    public int Run(ParseResult call, string verb, Action<RunOptions, CancellationToken> train, string? preset = null)
    {
        if (call.GetValue(_processes) is > 1 and { } processes && Environment.GetEnvironmentVariable("WORLD_SIZE") is null)
            return ProcessLauncher.Run(processes, _compute.Threads(call));
        Device device = _compute.Apply(call);
        using var interrupt = new CancellationTokenSource();
        ConsoleCancelEventHandler onCancel = (_, pressed) =>
        {
            // The first Ctrl-C saves and ends, a second one ends at once.
            pressed.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        using var line = new StatusLine();
        string folder = call.GetRequiredValue(_folder);
        string changes = string.Concat(Settings(call).Select(change => $" --set {WithoutFolders(change)}"));
        var options = new RunOptions(
            folder, call.GetValue(_resume), $"einthoven {verb} --preset {Path.GetFileName(preset ?? call.GetRequiredValue(_preset))}{changes} --out DIR",
            device, progress => line.Show(progress.Message, progress.Lasting))
        {
            StopAfterUpdates = call.GetValue(_stopAfter),
        };
        try
        {
            train(options, interrupt.Token);
            return ExitStatus.Done;
        }
        catch (OperationCanceledException)
        {
            line.Clear();
            Console.Error.WriteLine($"einthoven: stopped and saved in {folder}. The same call with --resume goes on.");
            return ExitStatus.Interrupted;
        }
        finally
        {
            line.Clear();
            Console.CancelKeyPress -= onCancel;
        }
    }
}
