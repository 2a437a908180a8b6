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
            "einthoven pretrain --data ptbxl --objective moco-v3 --encoder vit-small --out runs/moco",
            "einthoven pretrain --data ptbxl --objective k-means --encoder s4-mini --set epochs=6 --out runs/k-means",
            "einthoven pretrain --data recordings --objective wcr --encoder ecg-fm-mini --out runs/own",
            "einthoven pretrain --data mimic-iv-ecg --preset ecg-fm-base --out runs/base --dry-run",
            "einthoven finetune --data ptbxl --preset ecg-fm-small --model runs/pretrained/best.safetensors --out runs/finetuned");
        var data = new DataOptions(verb);
        var dryRun = new DryRunOption(verb);
        var training = new TrainingCall<PretrainRecipe>(verb, "ecg-fm-small");
        var objective = new Option<string?>("--objective")
        {
            Description = $"What to learn from ({string.Join(", ", EncoderChoice.Objectives)}); without --preset, the preset for such an objective",
            HelpName = "NAME",
        };
        var encoder = new Option<string?>("--encoder")
        {
            Description = $"An encoder of a well-known size in place of the preset's ({string.Join(", ", EncoderPreset.All.Select(e => e.Name))})",
            HelpName = "NAME",
        };
        verb.Add(objective);
        verb.Add(encoder);
        verb.SetAction(call =>
        {
            (string? aim, string? form) = (call.GetValue(objective), call.GetValue(encoder));
            (string preset, PretrainRecipe recipe) = TrainingCall<PretrainRecipe>.OrUsage(() => EncoderChoice.Read(training.Preset(call), aim, form, training.Settings(call)));
            (recipe, Manifest manifest) = recipe.Cut(data.Read(call, unlabelled: true));
            if (dryRun.Done(call, RecipeJson.Write(recipe), () => DryRun.Describe(recipe, manifest, training.Device(call))))
                return ExitStatus.Done;

            string chosen = $"{(aim is null ? "" : $" --objective {aim}")}{(form is null ? "" : $" --encoder {form}")}";
            return training.Run(call, $"pretrain {data.Describe(call)}{chosen}", (options, cancellation) =>
            {
                if (new Pretraining(recipe, manifest, options).Run(cancellation) is not { } result)
                    return;
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{recipe.Name}: validation loss {result.Loss:F4} a target at epoch {result.Epoch} of {recipe.Epochs}"));
                Console.Out.WriteLine($"weights: {result.Weights}");
            }, preset);
        });
        return verb;
    }
}
