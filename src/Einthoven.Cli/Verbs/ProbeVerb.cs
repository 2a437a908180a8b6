// einthoven probe: trains a head on a network that stays as it is.

using System.CommandLine;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class ProbeVerb
{
    public static Command Create()
    {
        var verb = new Verb("probe", "Trains a head on a network that stays as it is: what its features are worth. Resumable after Ctrl-C.",
            "einthoven probe --data ptbxl --model runs/pretrained --out runs/probe",
            "einthoven probe --data ptbxl --model runs/pretrained --preset attention --out runs/attention",
            "einthoven probe --data ptbxl --model einthoven-mini --set layer=block3 --set pooling=mean-max --out runs/block3",
            "einthoven probe --data ward7 --labels labels.csv --model einthoven-mini --out runs/ward7",
            "einthoven probe --data ptbxl --model runs/pretrained --random --out runs/random");
        var data = new DataOptions(verb);
        Option<string> model = new("--model")
        {
            Description = "The network: a model's name, its package, or the folder of a pretraining",
            HelpName = "NAME|DIR",
            Required = true,
        };
        Option<bool> random = new("--random") { Description = "Read that network with random weights: what its architecture alone gives" };
        verb.Add(model);
        verb.Add(random);
        var training = new TrainingCall<ProbeRecipe>(verb, "linear");
        verb.SetAction(call =>
        {
            EncoderSource source = EncoderSource.Find(call.GetRequiredValue(model));
            ProbeRecipe recipe = training.Recipe(call);
            (recipe, Manifest manifest) = recipe.Cut(data.Read(call));
            string command = $"probe {data.Describe(call)} --model {source.Name}{(call.GetValue(random) ? " --random" : "")}";
            return training.Run(call, command, (options, cancellation) =>
            {
                FinetuneResult result = new Probe(recipe, manifest, options, source, call.GetValue(random)).Run(cancellation);
                Console.Out.WriteLine(
                    $"{recipe.Name}: macro AUROC {result.Report.Macro} on {result.Report.Rows} validation records of {result.Report.Clusters} patients "
                    + $"(epoch {result.Epoch} of {recipe.Epochs}; the same records chose it)");
                Console.Out.WriteLine($"package: {result.Folder}");
            });
        });
        return verb;
    }
}
