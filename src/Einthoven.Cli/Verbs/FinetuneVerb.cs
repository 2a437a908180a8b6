// einthoven finetune: trains a classifier from a recipe and writes a model package.

using System.CommandLine;
using Einthoven.Models.Packages;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class FinetuneVerb
{
    public static Command Create()
    {
        var verb = new Verb("finetune", "Trains a classifier from a recipe and writes a model package. Resumable after Ctrl-C, and after being killed.",
            "einthoven finetune --data ward7 --labels labels.csv --model einthoven-mini --out runs/ward7 --set epochs=3",
            "einthoven finetune --data ward7 --labels labels.csv --model einthoven-mini --out runs/ward7 --set epochs=3 --resume",
            "einthoven finetune --data georgia --labels georgia/labels.csv --codes snomed --model einthoven-mini --keep-labels --out runs/georgia --set epochs=10 --set learningRate=0.0002",
            "einthoven finetune --data ptbxl --preset einthoven-mini --out runs/mini --dry-run",
            "einthoven finetune --data ptbxl --preset ecg-fm-small --model runs/pretrained --out runs/tuned",
            "einthoven finetune --data ptbxl --out runs/mine --nproc 2");
        var data = new DataOptions(verb);
        var dryRun = new DryRunOption(verb);
        Option<string?> model = new("--model")
        {
            Description = "Begin with the weights of this model, or of a pretraining (its folder or best.safetensors), instead of random ones",
            HelpName = "NAME|DIR|FILE",
        };
        verb.Add(model);
        Option<bool> keepLabels = new("--keep-labels") { Description = "With --model: go on training in the model's own labels; the data's are matched with them by code, name or SNOMED CT code, and what they do not name is unknown" };
        verb.Add(keepLabels);
        var training = new TrainingCall<FinetuneRecipe>(verb, "einthoven-mini");
        verb.SetAction(call =>
        {
            string? start = call.GetValue(model);
            FinetuneRecipe recipe = training.Recipe(call);
            if (start is not null && EncoderSource.IsPretraining(start))
            {
                recipe = recipe.For(EncoderSource.Find(start));
            }
            else if (start is not null && !File.Exists(start))
            {
                using ModelPackage package = ModelCatalog.Open(start);
                recipe = recipe.For(package.Description) with { Name = training.FolderName(call) };
            }

            Manifest read = data.Read(call, numbers: recipe.Task == ModelTask.Regression);
            if (call.GetValue(keepLabels)) read = InLabelsOf(start, read);
            (recipe, Manifest manifest) = recipe.Cut(read);
            // A preset's summary speaks of the data that it was written for.
            if (data.HasTable(call)) recipe = recipe with { Summary = $"{manifest.Labels.Count} labels of {manifest.Name}" };
            if (dryRun.Done(call, RecipeJson.Write(recipe), () => DryRun.Describe(recipe, manifest, training.Device(call))))
                return ExitStatus.Done;

            return training.Run(call, $"finetune {data.Describe(call)}{(start is null ? "" : " --model " + Path.GetFileName(start))}{(call.GetValue(keepLabels) ? " --keep-labels" : "")}", (options, cancellation) =>
            {
                FinetuneResult? result = new Finetuning(recipe, manifest, options, start).Run(cancellation);
                if (result is null)
                    return;
                string figures = string.Join(", ", result.Figures.Select(f => $"{f.Name} {f.Estimate} {f.Unit}".TrimEnd()));
                Console.Out.WriteLine(
                    $"{recipe.Name}: {figures} on {result.Report.Rows} validation records of {result.Report.Clusters} patients "
                    + $"(epoch {result.Epoch} of {recipe.Epochs}; the same records chose it)");
                Console.Out.WriteLine($"package: {result.Folder}");
            });
        });
        return verb;
    }

    private static Manifest InLabelsOf(string? start, Manifest data)
    {
        if (start is null || EncoderSource.IsPretraining(start) || File.Exists(start) && Path.GetExtension(start) == ".safetensors")
            throw new UsageException("--keep-labels needs --model with a model that has labels: its name, or the folder or zip of its package.");
        using ModelPackage package = ModelCatalog.Open(start);
        return LabelMatching.Relabel(data, package.Description.Labels);
    }
}
