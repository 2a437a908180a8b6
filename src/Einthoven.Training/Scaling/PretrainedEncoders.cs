// The encoders of a comparison: each pretrained once, when it is first needed, and looked at for collapse.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Probes;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>What is known of a pretrained encoder, on the validation splits.</summary>
/// <param name="Parameters">Of the encoder, without heads, decoders and teachers.</param>
/// <param name="Epochs">Passes of its pretraining; 0 where its weights are random.</param>
/// <param name="Seconds">What pretraining took.</param>
/// <param name="EffectiveRank">Directions in which embeddings vary.</param>
/// <param name="Width">Of how many.</param>
/// <param name="Spread">Deviation of embeddings as a share of their size.</param>
/// <param name="Alignment">Mean squared distance of unit embeddings of two recordings of one patient; NaN where no patient has two.</param>
/// <param name="Uniformity">As <see cref="EmbeddingDiagnostics.Uniformity"/>.</param>
internal sealed record EncoderFacts(long Parameters, int Epochs, double Seconds, double EffectiveRank, int Width, double Spread, double Alignment, double Uniformity)
{
    // An encoder whose embeddings lie on a line, or hardly differ, tells recordings apart by rounding alone.
    private const double SmallestRank = 2;
    private const double SmallestSpread = 0.01;

    internal bool HasCollapsed => EffectiveRank < SmallestRank || Spread < SmallestSpread;

    internal IReadOnlyList<string> Cells(string name) =>
    [
        name,
        string.Create(CultureInfo.InvariantCulture, $"{Parameters:N0}"),
        Epochs == 0 ? "random" : $"{Epochs}",
        Epochs == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Seconds / 60:F1}"),
        string.Create(CultureInfo.InvariantCulture, $"{EffectiveRank:F1} of {Width}"),
        string.Create(CultureInfo.InvariantCulture, $"{Spread:F3}"),
        double.IsNaN(Alignment) ? "" : string.Create(CultureInfo.InvariantCulture, $"{Alignment:F3}"),
        string.Create(CultureInfo.InvariantCulture, $"{Uniformity:F2}"),
        HasCollapsed ? "collapsed" : "",
    ];

    internal static IReadOnlyList<string> Head { get; } =
        ["encoder", "parameters", "epochs", "minutes", "effective rank", "spread", "alignment (same patient)", "uniformity", ""];
}

/// <summary>Pretrains encoders into folders of their own, encoders/NAME, and finds them again.</summary>
internal sealed class PretrainedEncoders(SslRecipe recipe, Manifest manifest, RunOptions options, CellRunner runner)
{
    private const string FactsFile = "encoder.json";
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The recipe of a method's pretraining.</summary>
    /// <exception cref="ArgumentException">It does not work.</exception>
    internal static PretrainRecipe RecipeOf(SslRecipe recipe, SslMethod method)
    {
        string[] common =
        [
            $"input={JsonSerializer.Serialize(recipe.Input, RecipeJson.Options)}",
            $"trainSplits={JsonSerializer.Serialize(recipe.TrainSplits)}",
            $"validationSplits={JsonSerializer.Serialize(recipe.ValidationSplits)}",
            $"seed={recipe.Seed.ToString(CultureInfo.InvariantCulture)}",
            .. recipe.Settings,
        ];
        try
        {
            return Presets.Read<PretrainRecipe>(method.Preset, [.. common, .. method.Settings]) with { Name = method.Name };
        }
        catch (ArgumentException wrong)
        {
            throw new ArgumentException($"Method {method.Name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>A method's encoder without regard to its weights.</summary>
    internal static EncoderSource Drawn(SslRecipe recipe, SslMethod method)
    {
        PretrainRecipe pretraining = RecipeOf(recipe, method);
        (string family, JsonElement network) = pretraining.Network();
        return new EncoderSource(method.Name, family, network, recipe.Input, "");
    }

    /// <summary>A method's encoder, pretrained now where it is not yet.</summary>
    /// <exception cref="OperationCanceledException">It was ended; the same call goes on.</exception>
    internal FrozenEncoder Get(SslMethod method, CancellationToken cancellation)
    {
        string folder = Folder(method);
        if (method.Random)
        {
            var drawn = new FrozenEncoder(Drawn(recipe, method), Random: true);
            if (!HasFacts(method)) Save(method, drawn, 0, 0, cancellation);
            return drawn;
        }

        if (!HasFacts(method))
        {
            PretrainRecipe pretraining = RecipeOf(recipe, method);
            options.Show(new($"pretraining {method.Name}", true));
            bool begun = File.Exists(TrainingLoop.StateFile(folder));
            new Pretraining(pretraining, manifest, options with { Folder = folder, Resume = begun, StoreFolder = runner.StoreFolder }).Run(cancellation);
            Save(method, Found(folder), pretraining.Epochs, SecondsOf(folder), cancellation);
            File.Delete(TrainingLoop.StateFile(folder));
        }

        return Found(folder);
    }

    /// <summary>What is known of the encoders that are there, as a table.</summary>
    internal StudyTable Table() => new(
        "Encoders, and whether they have collapsed", EncoderFacts.Head,
        [.. recipe.Methods.Where(HasFacts).Select(m => JsonSerializer.Deserialize<EncoderFacts>(File.ReadAllText(Path.Combine(Folder(m), FactsFile)), s_json)!.Cells(m.Name))]);

    private string Folder(SslMethod method) => Path.Combine(options.Folder, "encoders", method.Name);

    private bool HasFacts(SslMethod method) => File.Exists(Path.Combine(Folder(method), FactsFile));

    private FrozenEncoder Found(string folder) => new(EncoderSource.Find(folder) with { Input = recipe.Input }, Random: false);

    private void Save(SslMethod method, FrozenEncoder encoder, int epochs, double seconds, CancellationToken cancellation)
    {
        int[] records = runner.Store.InSplits([.. recipe.ValidationSplits]);
        FeatureTable table = runner.Features.Of(encoder, recipe.Seed, null, FeaturePooling.Mean, records, cancellation);
        float[] rows = Rows(records);
        // Of an odd number the last one belongs to no pair.
        float[] even = rows[..(rows.Length - (records.Length % 2 * table.Read))];
        int[] together = [.. records.GroupBy(runner.Store.Person).Where(g => g.Count() > 1).SelectMany(g => g.Take(2))];
        using EcgNetwork network = encoder.Create(recipe.Seed);
        long body = network.NamedParameters().Where(p => !p.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal)).Sum(p => p.Tensor.Elements);
        var facts = new EncoderFacts(
            body, epochs, seconds, EmbeddingDiagnostics.RankOf(rows, table.Read), table.Read, EmbeddingDiagnostics.SpreadOf(rows, table.Read),
            together.Length > 0 ? EmbeddingDiagnostics.Of(Rows(together), table.Read).Alignment : double.NaN,
            EmbeddingDiagnostics.Of(even, table.Read).Uniformity);
        Directory.CreateDirectory(Folder(method));
        File.WriteAllText(Path.Combine(Folder(method), FactsFile), JsonSerializer.Serialize(facts, s_json) + "\n");
        options.Show(new(string.Create(CultureInfo.InvariantCulture,
            $"  {method.Name}: effective rank {facts.EffectiveRank:F1} of {facts.Width}, spread {facts.Spread:F3}{(facts.HasCollapsed ? ": COLLAPSED" : "")}"), true));

        float[] Rows(int[] of) => [.. of.SelectMany(record => table[record])];
    }

    // The last validation's or update's clock, whichever calls the run was made of.
    private static double SecondsOf(string folder)
    {
        double seconds = 0;
        foreach (string line in File.ReadLines(Path.Combine(folder, "log.jsonl")))
        {
            using JsonDocument entry = JsonDocument.Parse(line);
            if (entry.RootElement.TryGetProperty("seconds", out JsonElement at)) seconds = at.GetDouble();
        }
        return seconds;
    }
}
