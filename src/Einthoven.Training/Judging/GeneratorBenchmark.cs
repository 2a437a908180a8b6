// The judgement of a maker of ECGs: recordings, classifiers, signals, signs, memorisation; resumable, with a report at its end.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Judging;

/// <summary>
/// Holds a generator, or the simulator, against real recordings that it did not learn from. The folder gets recordings/ (synthetic ones, with a table),
/// store/, runs/ (scores of the classifiers), report.md and report.json; what is there already is not made again.
/// </summary>
public sealed class GeneratorBenchmark
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // An undefined figure is "NaN": JSON has no number for it.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly JudgingRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RecordingMaker _maker;
    private readonly RunOptions _options;

    /// <summary>Prepares a judgement.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="manifest">Real recordings.</param>
    /// <param name="maker">Who is judged.</param>
    /// <param name="options">Where; one process.</param>
    /// <exception cref="ArgumentException">The recipe does not work.</exception>
    public GeneratorBenchmark(JudgingRecipe recipe, Manifest manifest, RecordingMaker maker, RunOptions options)
    {
        recipe.Validate();
        (_recipe, _manifest, _maker, _options) = (recipe, manifest, maker, options);
    }

    /// <summary>Judges.</summary>
    /// <returns>The report, as Markdown.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds another judgement.</exception>
    /// <exception cref="OperationCanceledException">It was ended; the same call with resuming goes on.</exception>
    public string Run(CancellationToken cancellation)
    {
        RunFolder.Claim(
            _options, $"// {_maker.Name}\n{RecipeJson.Write(_recipe)}", "a judgement",
            "the judgement of another model, or by another recipe. Choose another folder.");
        string[] signs = [.. StatementSign.All.Select(sign => sign.Statement).Distinct()];
        using JudgedData data = JudgedData.Prepare(_manifest, _maker, _recipe, signs, _options, cancellation);
        var trials = new ClassifierTrials(data, _recipe, _options);
        ClassifierVerdict[] classifiers = [.. _recipe.Classifiers.Select(classifier =>
            ClassifierFigures.Of(data, _recipe, classifier, kind => trials.Run(kind, classifier, cancellation)))];
        _options.Show(new("measuring signals", true));
        var seen = new Dictionary<int, MeasuredRecord>();
        var verdict = new Verdict(
            _maker.Name, $"{_manifest.Name}, learned from split {string.Join(", ", _recipe.TrainSplits)}, tested on split {string.Join(", ", _recipe.TestSplits)}",
            data.RealLearned.Length, data.RealTest.Length, data.RealPaired.Length, ClassifierFigures.Counted(data, _recipe).Length, classifiers,
            SignalFigures.Of(data, Measured), SignalFigures.LeadRelationError(data), StatementSign.Judge(data, Measured), NearestRecords.Judge(data));
        string text = VerdictReport.Markdown(verdict);
        File.WriteAllText(Path.Combine(_options.Folder, "report.md"), text);
        File.WriteAllText(Path.Combine(_options.Folder, "report.json"), JsonSerializer.Serialize(verdict, s_json) + "\n");
        return text;

        MeasuredRecord Measured(int record) => seen.TryGetValue(record, out MeasuredRecord? known)
            ? known
            : seen[record] = MeasuredRecord.Of(EcgRecord.Read(data.Store.Row(record).Path, cancellation));
    }
}
