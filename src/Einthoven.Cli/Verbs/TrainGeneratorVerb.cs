// einthoven train-generator: trains a generator of ECGs from a recipe and writes its package.

using System.CommandLine;
using System.Globalization;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class TrainGeneratorVerb
{
    public static Command Create()
    {
        var verb = new Verb("train-generator", "Trains a generator of ECGs on labelled recordings, from a recipe. Resumable after Ctrl-C, and after being killed.",
            "einthoven train-generator --data ptbxl --preset einthoven-dream --out runs/dream",
            "einthoven train-generator --data ptbxl --preset einthoven-dream --out runs/dream --resume",
            "einthoven train-generator --data ptbxl --preset sssd-ecg --out runs/full --device cuda");
        var data = new DataOptions(verb);
        var training = new TrainingCall<GeneratorRecipe>(verb, "einthoven-dream");
        verb.SetAction(call =>
        {
            GeneratorRecipe recipe = training.Recipe(call);
            (recipe, Manifest manifest) = recipe.Cut(data.Read(call));
            return training.Run(call, $"train-generator {data.Describe(call)}", (options, cancellation) =>
            {
                if (new GeneratorTraining(recipe, manifest, options).Run(cancellation) is not { } result)
                    return;
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{recipe.Name}: loss {result.Loss:F4} on the validation recordings at epoch {result.Epoch} of {recipe.Epochs}"));
                Console.Out.WriteLine($"package: {result.Folder}");
            });
        });
        return verb;
    }
}
