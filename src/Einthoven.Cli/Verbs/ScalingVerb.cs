// einthoven scaling: what an encoder is worth with few labels and with many.

using System.CommandLine;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Scaling;

namespace Einthoven.Cli.Verbs;

internal static class ScalingVerb
{
    public static Command Create()
    {
        var verb = new Verb("scaling", "Compares fine-tuning and probing from an encoder's weights and from random ones, with shares of the labels. Resumable run by run.",
            "einthoven scaling --data ptbxl --model runs/pretrained --out runs/scaling",
            "einthoven scaling --data ptbxl --model runs/pretrained --out runs/scaling --resume",
            "einthoven scaling --data ptbxl --model runs/pretrained --preset study.json --set seed=7 --out runs/again");
        var data = new DataOptions(verb);
        Option<string> model = new("--model")
        {
            Description = "The encoder: a model's name, its package, or the folder of a pretraining",
            HelpName = "NAME|DIR",
            Required = true,
        };
        verb.Add(model);
        var training = new TrainingCall<ScalingRecipe>(verb, "ptbxl-labels");
        verb.SetAction(call =>
        {
            EncoderSource source = EncoderSource.Find(call.GetRequiredValue(model));
            ScalingRecipe recipe = training.Recipe(call);
            Manifest manifest = data.Read(call);
            return training.Run(call, $"scaling {data.Describe(call)} --model {source.Name}", (options, cancellation) =>
            {
                Console.Out.Write(new ScalingStudy(recipe, manifest, options, source).Run(cancellation));
                Console.Out.WriteLine($"report: {Path.Combine(options.Folder, "report.html")}");
            });
        });
        return verb;
    }
}
