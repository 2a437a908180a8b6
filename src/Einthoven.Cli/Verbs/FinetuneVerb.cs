// einthoven finetune: trains a classifier from a recipe and writes a model package.

using System.CommandLine;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class FinetuneVerb
{
    public static Command Create()
    {
        var verb = new Verb("finetune", "Trains a classifier from a recipe and writes a model package. Resumable after Ctrl-C, and after being killed.",
            "einthoven finetune --data ptbxl --preset einthoven-mini --out runs/mini",
            "einthoven finetune --data ptbxl --preset einthoven-mini --out runs/mini --resume",
            "einthoven finetune --data ptbxl --out runs/mine --set epochs=3 --set learningRate=0.001 --dry-run",
            "einthoven finetune --data ptbxl --out runs/mine --nproc 2");
        Option<string> data = new("--data") { Description = "Folder with ptbxl_database.csv and records100", HelpName = "DIR", Required = true };
        Option<string?> model = new("--model") { Description = "Begin with the weights of this model instead of random ones", HelpName = "NAME|DIR" };
        Option<bool> dryRun = new("--dry-run") { Description = "Only print the recipe with every value, the parameters and the updates" };
        verb.Add(data);
        verb.Add(model);
        verb.Add(dryRun);
        var training = new TrainingCall<FinetuneRecipe>(verb, "einthoven-mini");
        verb.SetAction(call =>
        {
            FinetuneRecipe recipe = training.Recipe(call);
            Manifest manifest = DatasetImporters.Read(call.GetRequiredValue(data));
            if (call.GetValue(dryRun))
            {
                Console.Out.WriteLine(RecipeJson.Write(recipe));
                Console.Error.WriteLine(DryRun.Describe(recipe, manifest));
                return ExitStatus.Done;
            }

            return training.Run(call, "finetune --data DIR", (options, cancellation) =>
            {
                FinetuneResult? result = new Finetuning(recipe, manifest, options, call.GetValue(model)).Run(cancellation);
                if (result is null)
                    return;
                Console.Out.WriteLine(
                    $"{recipe.Name}: macro AUROC {result.Report.Macro} on {result.Report.Rows} validation records of {result.Report.Clusters} patients "
                    + $"(epoch {result.Epoch} of {recipe.Epochs}; the same records chose it)");
                Console.Out.WriteLine($"package: {result.Folder}");
            });
        });
        return verb;
    }
}
