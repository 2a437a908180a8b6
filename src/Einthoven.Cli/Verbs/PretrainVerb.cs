// einthoven pretrain: trains an encoder without labels from a recipe.

using System.CommandLine;
using System.Globalization;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class PretrainVerb
{
    public static Command Create()
    {
        var verb = new Verb("pretrain", "Trains an encoder without labels, from a recipe. Resumable after Ctrl-C, and after being killed.",
            "einthoven pretrain --data ptbxl --preset ecg-fm-small --out runs/pretrained",
            "einthoven pretrain --data ptbxl --preset ecg-fm-small --out runs/pretrained --resume",
            "einthoven pretrain --data ptbxl --preset ecg-fm-small --set objective=simclr --out runs/simclr",
            "einthoven pretrain --data ptbxl --preset st-mem-small-cpu --out runs/st-mem",
            "einthoven pretrain --data ptbxl --preset moco-v3-small-cpu --set objective=byol --out runs/byol",
            "einthoven pretrain --data mimic-iv-ecg --preset ecg-fm-base --out runs/base --dry-run",
            "einthoven finetune --data ptbxl --preset ecg-fm-small --model runs/pretrained/best.safetensors --out runs/finetuned");
        var data = new DataOptions(verb);
        var dryRun = new DryRunOption(verb);
        var training = new TrainingCall<PretrainRecipe>(verb, "ecg-fm-small");
        verb.SetAction(call =>
        {
            PretrainRecipe recipe = training.Recipe(call);
            (recipe, Manifest manifest) = recipe.Cut(data.Read(call));
            if (dryRun.Done(call, RecipeJson.Write(recipe), () => DryRun.Describe(recipe, manifest, training.Device(call))))
                return ExitStatus.Done;

            return training.Run(call, $"pretrain {data.Describe(call)}", (options, cancellation) =>
            {
                if (new Pretraining(recipe, manifest, options).Run(cancellation) is not { } result)
                    return;
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{recipe.Name}: validation loss {result.Loss:F4} a target at epoch {result.Epoch} of {recipe.Epochs}"));
                Console.Out.WriteLine($"weights: {result.Weights}");
            });
        });
        return verb;
    }
}
