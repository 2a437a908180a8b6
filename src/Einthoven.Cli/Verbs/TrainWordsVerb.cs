// einthoven train-words: trains a network of ECG and text from a recipe and writes its package.

using System.CommandLine;
using System.Globalization;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Words;

namespace Einthoven.Cli.Verbs;

internal static class TrainWordsVerb
{
    public static Command Create()
    {
        var verb = new Verb("train-words", "Trains a network of ECG and text, from a recipe: a model that can be asked in words. Resumable after Ctrl-C, and after being killed.",
            "einthoven train-words --data ptbxl --out runs/words",
            "einthoven train-words --data ptbxl --out runs/words --resume",
            "einthoven train-words --data ptbxl --preset words-small --out runs/words --dry-run",
            "einthoven train-words --data ward7 --labels reports.csv --out runs/ward7     (column text)",
            "einthoven train-words --data mimic-iv-ecg --preset esi --vocab vocab.txt --out runs/esi --device cuda",
            "einthoven train-words --data ptbxl --set 'texts.withheld=[\"CRBBB\",\"AFIB\"]' --set texts.report=0 --set texts.full=0 --out runs/withheld");
        var data = new DataOptions(verb);
        Option<string?> vocabulary = new("--vocab") { Description = "A WordPiece vocabulary to use (vocab.txt); otherwise one is trained from the training texts", HelpName = "FILE" };
        verb.Add(vocabulary);
        var dryRun = new DryRunOption(verb);
        var training = new TrainingCall<WordsRecipe>(verb, "einthoven-words");
        verb.SetAction(call =>
        {
            WordsRecipe recipe = training.Recipe(call);
            if (call.GetValue(vocabulary) is { } file)
                recipe = recipe with { VocabularyFile = Path.GetFullPath(file) };
            (recipe, Manifest manifest) = recipe.Cut(data.Read(call));
            if (dryRun.Done(call, RecipeJson.Write(recipe), () => WordsTraining.Describe(recipe, manifest, training.Device(call))))
                return ExitStatus.Done;
            return training.Run(call, $"train-words {data.Describe(call)}{(recipe.VocabularyFile.Length > 0 ? " --vocab FILE" : "")}", (options, cancellation) =>
            {
                if (new WordsTraining(recipe, manifest, options).Run(cancellation) is not { } result)
                    return;
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{recipe.Name}: asked for what its texts name, mean AUROC {result.Report.Macro} on the validation recordings at epoch {result.Epoch} of {recipe.Epochs}"));
                Console.Out.WriteLine($"package: {result.Folder}");
            });
        });
        return verb;
    }
}
