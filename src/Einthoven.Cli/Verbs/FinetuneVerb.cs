// einthoven finetune: trains a classifier from a recipe and writes a model package.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class FinetuneVerb
{
    public static Command Create()
    {
        var verb = new Verb("finetune", "Trains a classifier on PTB-XL from a recipe and writes a model package. Resumable after every epoch.",
            "einthoven finetune --data ptbxl --preset einthoven-mini --out runs/mini",
            "einthoven finetune --data ptbxl --preset einthoven-mini --out runs/mini --resume",
            "einthoven finetune --data ptbxl --preset my-recipe.json --out runs/mine --threads 1");
        Option<string> data = new("--data") { Description = "Folder with ptbxl_database.csv and records100", HelpName = "DIR", Required = true };
        Option<string> preset = new("--preset")
        {
            Description = $"A preset ({string.Join(", ", Presets.Names)}) or a recipe file; recipe.json of a run is one",
            HelpName = "NAME|FILE",
            DefaultValueFactory = _ => Presets.Names[0],
        };
        Option<string> folder = new("--out") { Description = "Folder of the run; the package is written into its subfolder model", HelpName = "DIR", Required = true };
        Option<bool> resume = new("--resume") { Description = "Go on where the last finished epoch of the run ended" };
        Option<int?> threads = SharedOptions.Count("--threads", "Threads that compute (all cores)");
        verb.Add(data);
        verb.Add(preset);
        verb.Add(folder);
        verb.Add(resume);
        verb.Add(threads);
        verb.SetAction(call =>
        {
            FinetuneRecipe recipe;
            try
            {
                recipe = Presets.Read(call.GetRequiredValue(preset));
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }

            if (call.GetValue(threads) is { } count)
                TorchRuntime.Threads = count;
            return Run(recipe, call.GetRequiredValue(data), call.GetRequiredValue(folder), call.GetValue(resume), call.GetRequiredValue(preset));
        });
        return verb;
    }

    private static int Run(FinetuneRecipe recipe, string data, string folder, bool resume, string preset)
    {
        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupt.Cancel();
        };
        using var line = new StatusLine();
        try
        {
            Manifest manifest = PtbXl.Read(data);
            var run = new Finetuning(recipe, manifest, folder, progress => line.Show(progress.Message, progress.Lasting));
            FinetuneResult result = run.Run(resume, $"einthoven finetune --data DIR --preset {Path.GetFileName(preset)} --out DIR", interrupt.Token);
            line.Clear();
            Console.Out.WriteLine(
                $"{recipe.Name}: macro AUROC {result.Report.Macro} on {result.Report.Rows} validation records of {result.Report.Clusters} patients "
                + $"(epoch {result.Epoch} of {recipe.Epochs}; the same records chose it)");
            Console.Out.WriteLine($"package: {result.Folder}");
            return ExitStatus.Done;
        }
        catch (OperationCanceledException)
        {
            line.Clear();
            Console.Error.WriteLine($"einthoven: stopped. Finished epochs are kept in {folder}; add --resume to go on.");
            return ExitStatus.Interrupted;
        }
    }
}
