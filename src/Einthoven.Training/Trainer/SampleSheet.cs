// Recordings drawn while a generator learns: one a set of statements, always of the same noise, as a picture an epoch.
using System.Globalization;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Signals.Page;
using Einthoven.Torch;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Draws samples-EPOCH.png into a run's folder and names it in the log.</summary>
internal sealed class SampleSheet
{
    private const int Steps = 25;
    private readonly ModelDescription _description;
    private readonly string _folder;
    private readonly ulong _seed;
    private readonly GenerationRequest[] _requests;

    internal SampleSheet(GeneratorRecipe recipe, ModelDescription description, string folder)
    {
        (_description, _folder, _seed) = (description, folder, recipe.Seed);
        var labels = new ConditionLabels(description.Labels);
        string[][] sets = [.. recipe.Samples.Select(set => set.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        _requests = [.. sets.Where(set => set.All(code => labels.Codes.Contains(code, StringComparer.OrdinalIgnoreCase)))
            .Select((set, k) => new GenerationRequest(string.Join(',', set), labels.Vector(set), (ulong)k))];
    }

    private bool IsEmpty => _requests.Length == 0;

    /// <summary>Makes and draws the recordings with the network's present weights.</summary>
    internal void Draw(DiffusionNetwork network, int epoch, TrainingLog log)
    {
        if (IsEmpty) return;
        using var scope = new Scope();
        using EcgGenerator generator = EcgGenerator.Create(_description, ModelPackage.WeightsOf(network));
        var options = new GenerationOptions
        {
            Seed = _seed,
            Sampler = GenerationSampler.SecondOrder,
            Steps = Math.Min(Steps, network.Schedule.Steps),
            Batch = _requests.Length,
            Compute = network.ComputeType,
        };
        ContactSheetEntry[] entries = [.. generator.Generate(_requests, options).Select(record => new ContactSheetEntry(record, $"synthetic {record.Id}"))];
        EpochSheet.Write("samples", epoch, $"{_description.Name} at epoch {epoch}", entries, _folder, log);
    }
}
