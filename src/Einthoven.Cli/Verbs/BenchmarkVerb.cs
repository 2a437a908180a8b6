// einthoven benchmark: comparisons and judgements that take many trainings, each from one recipe.

using System.CommandLine;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Scaling;

namespace Einthoven.Cli.Verbs;

internal static class BenchmarkVerb
{
    public static Command Create() => new("benchmark", "Runs comparisons of many trainings from one recipe, or a published protocol on one model. Trainings are resumable run by run.")
    {
        SelfSupervision(),
        BenchmarkGeneratorVerb.Create(),
        BenchmarkWords.Create(),
    };

    private static Verb SelfSupervision()
    {
        var verb = new Verb("ssl", "Pretrains an encoder by every method of a recipe and reads it in the same ways, beside random weights. Resumable cell by cell.",
            "einthoven benchmark ssl --data ptbxl --out runs/ssl",
            "einthoven benchmark ssl --data ptbxl --out runs/ssl --resume",
            "einthoven benchmark ssl --data ptbxl --preset study.json --out runs/ssl --dry-run");
        var data = new DataOptions(verb);
        var dryRun = new DryRunOption(verb);
        var training = new TrainingCall<SslRecipe>(verb, "ptbxl-small-cpu");
        verb.SetAction(call =>
        {
            SslRecipe recipe = training.Recipe(call);
            Manifest manifest = data.Read(call);
            if (dryRun.Done(call, RecipeJson.Write(recipe), () => SslDryRun.Describe(recipe, manifest, training.Device(call))))
                return ExitStatus.Done;
            return training.Run(call, $"benchmark ssl {data.Describe(call)}", (options, cancellation) =>
            {
                Console.Out.Write(new SslStudy(recipe, manifest, options).Run(cancellation));
                Console.Out.WriteLine($"report: {Path.Combine(options.Folder, "report.html")}");
            });
        });
        return verb;
    }
}
