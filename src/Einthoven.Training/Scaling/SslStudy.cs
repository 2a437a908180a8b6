// The comparison of self-supervised methods: the same data, preparation and budget for each, read in the same ways; resumable cell by cell.
using System.Globalization;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>
/// Pretrains every method of a recipe and reads what it gave. The folder holds recipe.json, store/, encoders/NAME (each a pretraining that
/// probe, embed and finetune take as a model, and encoder.json with what diagnostics say of it), runs/ with a folder a cell, and table.md,
/// table.csv, plots and report.html of what is done so far.
/// </summary>
public sealed class SslStudy
{
    private readonly SslRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly FinetuneRecipe _finetune;
    private readonly ProbeRecipe _linear;
    private readonly ProbeRecipe _attention;

    /// <summary>One cell of the study, and what it is made of.</summary>
    internal sealed record Step(SslMethod Method, SslReading Reading, StudyCell Cell);

    /// <summary>Prepares a comparison; all of its recipes are read and checked.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how; one process.</param>
    /// <exception cref="ArgumentException">A recipe does not work.</exception>
    public SslStudy(SslRecipe recipe, Manifest manifest, RunOptions options)
    {
        recipe.Validate();
        (_recipe, _manifest, _options) = (recipe, manifest, options);
        foreach (SslMethod method in recipe.Methods) PretrainedEncoders.RecipeOf(recipe, method);
        _finetune = Presets.Read<FinetuneRecipe>(recipe.Finetune, recipe.FinetuneSettings) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
        _linear = Presets.Read<ProbeRecipe>(recipe.Linear) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
        _attention = Presets.Read<ProbeRecipe>(recipe.Attention) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
    }

    /// <summary>All cells in the order in which they are run.</summary>
    internal IReadOnlyList<Step> Steps =>
    [
        .. from readings in _recipe.Readings.GroupBy(r => r.Order).OrderBy(g => g.Key)
           from method in _recipe.Methods
           from reading in readings
           from share in reading.Shares
           from repeat in Enumerable.Range(1, share.Repeats)
           select new Step(method, reading, new StudyCell(Label(method.Name, reading), share, repeat, PartOf(reading))),
    ];

    /// <summary>The recipe of a reading for an encoder.</summary>
    internal ProbeRecipe ProbeOf(SslReading reading) => reading.Reading == EncoderReading.Attention ? _attention : _linear;

    /// <summary>The recipe of fine-tuning an encoder.</summary>
    /// <exception cref="ArgumentException">It does not work.</exception>
    internal FinetuneRecipe FinetuneOf(SslMethod method)
    {
        FinetuneRecipe recipe = _finetune.For(PretrainedEncoders.Drawn(_recipe, method)) with { Input = _recipe.Input };
        recipe.Validate();
        return recipe;
    }

    /// <summary>Does what is not done yet, and writes the tables after every cell.</summary>
    /// <returns>The tables, as Markdown.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds another study.</exception>
    /// <exception cref="OperationCanceledException">It was ended; the same call goes on.</exception>
    public string Run(CancellationToken cancellation)
    {
        using var runner = new CellRunner(
            _recipe, _manifest, _options, new(_recipe.TrainSplits, _recipe.ValidationSplits, _recipe.TestSplits), _recipe.Input, cancellation);
        var encoders = new PretrainedEncoders(_recipe, _manifest, _options, runner);
        StudyReport report = Report(runner);
        IReadOnlyList<Step> steps = Steps;
        string tables = "";
        for (int k = 0; k < steps.Count; k++)
        {
            bool isNew = !runner.IsDone(steps[k].Cell);
            if (isNew)
            {
                _options.Show(new($"run {k + 1} of {steps.Count}: {steps[k].Cell.Name}", true));
                Run(runner, encoders, steps[k], cancellation);
            }

            // Figures of earlier cells are kept: a table with one more takes a second.
            if (isNew || k == steps.Count - 1)
                tables = report.Write(_options.Folder, [.. steps.Select(s => s.Cell).Where(runner.IsDone)], encoders.Table());
        }
        return tables;
    }

    private void Run(CellRunner runner, PretrainedEncoders encoders, Step step, CancellationToken cancellation)
    {
        FrozenEncoder encoder = encoders.Get(step.Method, cancellation) with { Leads = step.Reading.Leads };
        ulong seed = _recipe.Seed + (ulong)step.Cell.Repeat - 1;
        if (step.Reading.Reading == EncoderReading.Finetune)
            runner.Finetune(step.Cell, FinetuneOf(step.Method) with { Seed = seed }, step.Method.Random ? null : encoder.Source.Path, cancellation);
        else runner.Probe(step.Cell, ProbeOf(step.Reading) with { Seed = seed }, encoder, cancellation);
    }

    private StudyReport Report(CellRunner runner)
    {
        Dictionary<string, (SslMethod Method, SslReading Reading)> of = [];
        foreach (Step step in Steps) of.TryAdd(step.Cell.Label, (step.Method, step.Reading));
        string? random = _recipe.Methods.FirstOrDefault(m => m.Random)?.Name;
        List<StudyDifference> differences = [];
        if (random is not null) differences.Add(new("random weights, read alike", "random", cell => Label(of[cell.Label].Method.Against ?? random, of[cell.Label].Reading)));
        if (_recipe.Reference is { } reference) differences.Add(new($"{reference}, read alike", reference, cell => Label(reference, of[cell.Label].Reading)));
        return new StudyReport(_recipe.Name, _recipe.Summary, runner.Load)
        {
            About = $"split {string.Join(", ", _recipe.TestSplits)}; split {string.Join(", ", _recipe.ValidationSplits)} chose epochs",
            Differences = differences,
            Plots =
            [
                .. _recipe.Readings.Where(r => r.Leads is null).Select(r => r.Reading).Distinct().Select(reading => new StudyPicture(
                    $"{RecipeJson.Word(reading)}.svg", $"Read by: {RecipeJson.Word(reading)}",
                    cell => cell.Part.Length == 0 && of[cell.Label].Reading.Reading == reading ? of[cell.Label].Method.Name : null)),
            ],
        };
    }

    private static string Label(string method, SslReading reading) => $"{method}-{RecipeJson.Word(reading.Reading)}";

    private static string PartOf(SslReading reading) =>
        reading.Leads switch
        {
            null => "",
            [var only] => $"lead-{only}",
            var several => string.Create(CultureInfo.InvariantCulture, $"{several.Count}-leads"),
        };
}
