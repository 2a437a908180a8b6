// Who makes the synthetic recordings that are judged: a generator that learned, or the simulator that knows mechanisms.
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Generating;
using Einthoven.Signals;
using Einthoven.Signals.Simulation;
using Einthoven.Torch;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Judging;

/// <summary>A recording that is wanted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Statements">Codes of what it is to show.</param>
/// <param name="Stream">Its own stream of the seed.</param>
public sealed record WantedRecording(string Name, IReadOnlyList<string> Statements, ulong Stream);

/// <summary>A maker of recordings.</summary>
/// <param name="Name">Whose work is judged.</param>
/// <param name="Input">The form in which recordings, real ones too, are looked at.</param>
/// <param name="Make">Makes recordings in order, one a wish; what it cannot show it leaves out.</param>
public sealed record RecordingMaker(string Name, InputContract Input, Func<IReadOnlyList<WantedRecording>, IEnumerable<EcgRecord>> Make)
{
    /// <summary>A generator, sampled as a recipe says.</summary>
    public static RecordingMaker Of(EcgGenerator generator, JudgingRecipe recipe)
    {
        var known = generator.Labels.Codes.ToHashSet(StringComparer.Ordinal);
        var options = new GenerationOptions
        {
            Seed = recipe.Seed,
            Sampler = recipe.Sampler,
            Steps = recipe.Steps,
            Guidance = recipe.Guidance,
            Batch = recipe.Batch,
            Compute = Trainer.TrainingLoop.TypeOf(recipe.Precision, PrecisionProbe.BFloat16Speedup),
        };
        string how = recipe.Sampler == GenerationSampler.AllSteps ? "all steps" : string.Create(CultureInfo.InvariantCulture, $"{RecipeJson.Word(recipe.Sampler)}, {recipe.Steps} steps");
        if (recipe.Guidance != 1) how += string.Create(CultureInfo.InvariantCulture, $", guidance {recipe.Guidance}");
        return new($"{generator.Description.Name} ({how})", generator.Description.Input, wanted => generator.Generate(
            [.. wanted.Select(w => new GenerationRequest(w.Name, generator.Labels.Vector(w.Statements.Where(known.Contains)), w.Stream))], options));
    }

    /// <summary>The physiological simulator: the first of the statements that is a rhythm of its own, sinus rhythm else, and every morphology that goes with it.</summary>
    /// <param name="input">The form in which recordings are looked at.</param>
    /// <param name="recipe">Gives the seed.</param>
    public static RecordingMaker Simulator(InputContract input, JudgingRecipe recipe) =>
        new("physiological simulator", input, wanted => wanted.Select(w => Simulate(w, recipe.Seed)));

    private static EcgRecord Simulate(WantedRecording wanted, ulong seed)
    {
        SimulationLabel[] shown = [.. SimulationLabels.All.Where(label => label.Scp.Length > 0 && wanted.Statements.Contains(label.Scp))];
        var options = new SimulationOptions
        {
            Rhythm = shown.FirstOrDefault(label => label.IsRhythm && label.Key != "sinus")?.Key ?? "sinus",
            Seed = (seed << 32) + wanted.Stream,
        };
        try
        {
            return EcgSimulator.Run(options with { Morphologies = [.. shown.Where(label => !label.IsRhythm).Select(label => label.Key)] }).Record;
        }
        catch (ArgumentException)
        {
            // Some morphologies exclude each other: the rhythm alone can always be shown.
            return EcgSimulator.Run(options).Record;
        }
    }
}
