// What the options of einthoven dataset mean.

using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Cli.Verbs;

internal static class DatasetOptions
{
    private static readonly string[] s_parts = ["train", "valid", "test"];

    /// <summary>0.8,0.1,0.1 as train, valid and test.</summary>
    public static IReadOnlyList<SplitPart> Shares(string text)
    {
        string[] shares = text.Split(',', StringSplitOptions.TrimEntries);
        var parts = new List<SplitPart>();
        for (int k = 0; k < shares.Length; k++)
        {
            if (shares.Length > s_parts.Length || !double.TryParse(shares[k], CultureInfo.InvariantCulture, out double share) || share is <= 0 or > 1)
                throw new UsageException($"--shares {text}: give up to three shares of train, valid and test that add up to 1, such as 0.8,0.1,0.1.");
            parts.Add(new SplitPart(s_parts[k], share));
        }

        return Math.Abs(parts.Sum(p => p.Share) - 1) < 1e-6
            ? parts
            : throw new UsageException($"--shares {text}: the shares add up to {parts.Sum(p => p.Share).ToString(CultureInfo.InvariantCulture)}, not to 1.");
    }

    public static IReadOnlyList<SplitPart> Folds(int count) =>
        [.. Enumerable.Range(1, count).Select(k => new SplitPart(k.ToString(CultureInfo.InvariantCulture), 1.0 / count))];

    /// <summary>The contract of a model, of a recipe, or of a file; exactly one must be named.</summary>
    public static InputContract Contract(string? model, string? preset, string? file)
    {
        if (new[] { model, preset, file }.Count(name => name is not null) != 1)
            throw new UsageException("Say for what to prepare the recordings: exactly one of --model, --preset and --contract.");
        try
        {
            if (preset is not null) return OfRecipe(preset);
            if (model is not null)
            {
                using ModelPackage package = ModelCatalog.Open(model);
                return package.Description.Input;
            }

            return ContractFile.Read(file!);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>Names of the presets of both kinds of training.</summary>
    public static IEnumerable<string> RecipeNames => Presets.Names<FinetuneRecipe>().Union(Presets.Names<PretrainRecipe>()).Order(StringComparer.Ordinal);

    // Presets of one name differ in their windows alone, and a store holds whole recordings.
    private static InputContract OfRecipe(string name)
    {
        if (Presets.Names<FinetuneRecipe>().Contains(name)) return Presets.Read<FinetuneRecipe>(name).Input;
        if (Presets.Names<PretrainRecipe>().Contains(name)) return Presets.Read<PretrainRecipe>(name).Input;
        return File.Exists(name)
            ? ContractFile.Read(name)
            : throw new UsageException($"There is no preset or file '{name}'. Presets: {string.Join(", ", RecipeNames)}.");
    }

    public static string Progress(PackProgress progress, TimeSpan elapsed)
    {
        double rate = progress.Done / elapsed.TotalSeconds;
        var left = TimeSpan.FromSeconds((progress.Total - progress.Done) / Math.Max(rate, 1e-9));
        string refused = progress.Refused > 0 ? $", {progress.Refused} refused" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total}, {rate:0} records/s, {left:h\\:mm\\:ss} left{refused}");
    }

    /// <summary>Runs until Ctrl-C.</summary>
    public static int Interruptible(Func<int> run, CancellationToken cancellation)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine("einthoven: stopped. What was finished is kept; run the same command to go on.");
            return ExitStatus.Interrupted;
        }
    }
}
