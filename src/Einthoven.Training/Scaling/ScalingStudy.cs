// The study of label efficiency: every method with every share of the labels, run by run, resumable between and within runs.
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>
/// Compares what an encoder's own weights and random ones give with 1 %, 10 % … of the labels. The folder holds the recipe, the packed
/// recordings, a folder a run, and table.md, table.csv, scaling.svg and report.html, renewed after every share.
/// </summary>
public sealed class ScalingStudy
{
    private readonly ScalingRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly EncoderSource _source;
    private readonly FinetuneRecipe _finetune;
    private readonly ProbeRecipe _probe;

    /// <summary>Prepares a study.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="options">Where and how; one process.</param>
    /// <param name="source">The encoder.</param>
    /// <exception cref="ArgumentException">A recipe does not work.</exception>
    public ScalingStudy(ScalingRecipe recipe, Manifest manifest, RunOptions options, EncoderSource source)
    {
        recipe.Validate();
        (_recipe, _manifest, _options, _source) = (recipe, manifest, options, source);
        _finetune = Presets.Read<FinetuneRecipe>(recipe.Finetune).For(source) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
        _finetune.Validate();
        _probe = Presets.Read<ProbeRecipe>(recipe.Probe) with { TrainSplits = recipe.TrainSplits, ValidationSplits = recipe.ValidationSplits };
    }

    /// <summary>Does the runs that are not done yet, and writes the tables.</summary>
    /// <returns>The table, as Markdown.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds another study.</exception>
    /// <exception cref="OperationCanceledException">It was ended; the same call goes on.</exception>
    public string Run(CancellationToken cancellation)
    {
        using var runner = new CellRunner(
            _recipe, _manifest, _options, new(_recipe.TrainSplits, _recipe.ValidationSplits, _recipe.TestSplits), _finetune.PackedInput(), cancellation);
        var report = new StudyReport(_recipe.Name, _recipe.Summary, runner.Load)
        {
            About = $"split {string.Join(", ", _recipe.TestSplits)}; encoder {_source.Name}",
            Differences = [new("random fine-tuned", "random_finetune", _ => RecipeJson.Word(ScalingMethod.RandomFinetune))],
            Plots = [new("scaling.svg", "", cell => cell.Label)],
        };
        // Small shares first, so that a first picture comes soon.
        (ScalingMethod Method, StudyCell Cell)[] cells =
        [
            .. from share in _recipe.Shares.OrderBy(s => s.Share)
               from repeat in Enumerable.Range(1, share.Repeats)
               from method in _recipe.Methods
               select (method, new StudyCell(RecipeJson.Word(method), share, repeat)),
        ];
        string table = "";
        for (int k = 0; k < cells.Length; k++)
        {
            (ScalingMethod method, StudyCell cell) = cells[k];
            if (!runner.IsDone(cell))
            {
                _options.Show(new($"run {k + 1} of {cells.Length}: {cell.Name}", true));
                Run(runner, method, cell, cancellation);
            }

            // A picture after every share: the intervals of a table take seconds.
            if (k == cells.Length - 1 || cells[k + 1].Cell.Share != cell.Share)
                table = report.Write(_options.Folder, [.. cells.Take(k + 1).Select(c => c.Cell)]);
        }
        return table;
    }

    private void Run(CellRunner runner, ScalingMethod method, StudyCell cell, CancellationToken cancellation)
    {
        ulong seed = _recipe.Seed + (ulong)cell.Repeat - 1;
        bool random = method is ScalingMethod.RandomFinetune or ScalingMethod.RandomProbe;
        if (method is ScalingMethod.Probe or ScalingMethod.RandomProbe) runner.Probe(cell, _probe with { Seed = seed }, new(_source, random), cancellation);
        else runner.Finetune(cell, _finetune with { Seed = seed }, random ? null : _source.Path, cancellation);
    }
}
