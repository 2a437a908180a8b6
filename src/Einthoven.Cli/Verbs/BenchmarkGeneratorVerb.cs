// einthoven benchmark generator: what synthetic ECGs are worth, beside real ones.

using System.CommandLine;
using Einthoven.Models.Generating;
using Einthoven.Training.Data;
using Einthoven.Training.Judging;
using Einthoven.Training.Recipes;

namespace Einthoven.Cli.Verbs;

internal static class BenchmarkGeneratorVerb
{
    public static Command Create()
    {
        var verb = new Verb("generator", "Judges a generator of ECGs, or the simulator: classifiers, signals, signs of statements, memorisation. Resumable.",
            "einthoven benchmark generator --data ptbxl --model einthoven-dream --out runs/judged",
            "einthoven benchmark generator --data ptbxl --simulator --out runs/judged-simulator",
            "einthoven benchmark generator --data ptbxl --model runs/dream/model --set guidance=2 --out runs/judged-guided");
        var data = new DataOptions(verb);
        Option<string?> model = new("--model") { Description = "A generator's name or package", HelpName = "NAME|DIR" };
        Option<bool> simulator = new("--simulator") { Description = "Judge the physiological simulator instead" };
        verb.Add(model);
        verb.Add(simulator);
        var training = new TrainingCall<JudgingRecipe>(verb, "ptbxl-generator");
        verb.SetAction(call =>
        {
            if (call.GetValue(simulator) == (call.GetValue(model) is not null)) throw new UsageException("Give one of --model and --simulator.");
            JudgingRecipe recipe = training.Recipe(call);
            return training.Run(call, "benchmark generator", (options, cancellation) =>
            {
                using EcgGenerator? generator = call.GetValue(model) is { } name ? EcgGenerator.Load(name, options.Device) : null;
                RecordingMaker maker = generator is null
                    ? RecordingMaker.Simulator(Presets.Read<GeneratorRecipe>("einthoven-dream").Input, recipe)
                    : RecordingMaker.Of(generator, recipe);
                Console.Out.Write(new GeneratorBenchmark(recipe, data.Read(call), maker, options).Run(cancellation));
            });
        });
        return verb;
    }
}
