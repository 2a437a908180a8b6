// The comparison of self-supervised methods on made-up data: it pretrains once, reads alike, goes on where it was stopped, and says what collapsed.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Scaling;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Scaling;

public sealed class SslStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-ssl-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_comparison_pretrains_once_reads_alike_and_goes_on_where_it_was_stopped()
    {
        Manifest manifest = Data();
        SslRecipe recipe = Recipe();
        using var interrupted = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Run(
            manifest, recipe, resume: false, message => { if (message.Contains("cpc-linear-100pct-1", StringComparison.Ordinal)) interrupted.Cancel(); }, interrupted.Token));
        string jepa = Path.Combine(_folder, "study", "encoders", "jepa");
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(jepa, "best.safetensors"));

        var shown = new List<string>();
        string table = Run(manifest, recipe, resume: true, shown.Add, CancellationToken.None);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(jepa, "best.safetensors")));
        Assert.DoesNotContain(shown, m => m.StartsWith("pretraining jepa", StringComparison.Ordinal));
        Assert.Contains("24 test recordings of 24 patients", table, StringComparison.Ordinal);
        foreach (string row in new[] { "| all | 100 % | jepa-linear | 1 |", "| all | 100 % | random-attention | 1 |", "| all | 100 % | cpc-finetune | 1 |", "| lead-II | 100 % | jepa-linear | 1 |", "| cpc |" })
            Assert.Contains(row, table, StringComparison.Ordinal);
        // Three methods, each read in four ways.
        Assert.Equal(1 + 12, File.ReadAllLines(Path.Combine(_folder, "study", "table.csv")).Length);
        foreach (string plot in new[] { "linear.svg", "attention.svg", "finetune.svg" })
            Assert.Contains("<polyline", File.ReadAllText(Path.Combine(_folder, "study", plot)), StringComparison.Ordinal);
        Assert.Contains("collapsed", File.ReadAllText(Path.Combine(_folder, "study", "report.html")), StringComparison.Ordinal);
        Assert.Equal("ecg-jepa", EncoderSource.Find(jepa).Family);
    }

    [Fact]
    public void Differences_are_to_the_same_reading_of_random_weights_and_of_the_reference()
    {
        Manifest manifest = Data();
        SslRecipe recipe = Recipe() with { Methods = [.. Recipe().Methods.Take(2)], Readings = [new(EncoderReading.Linear, [Share])] };
        Run(manifest, recipe, resume: false, _ => { }, CancellationToken.None);
        string[][] rows = [.. File.ReadLines(Path.Combine(_folder, "study", "table.csv")).Select(line => line.Split(','))];
        Assert.Equal("difference_to_random", rows[0][6]);
        string[] random = rows.Single(r => r[1] == "random-linear"), jepa = rows.Single(r => r[1] == "jepa-linear");
        Assert.Equal("", random[6]);
        Assert.Equal(double.Parse(jepa[3]) - double.Parse(random[3]), double.Parse(jepa[6]), 1e-9);
        Assert.Equal("difference_to_jepa", rows[0][10]);
        Assert.Equal(-double.Parse(jepa[6]), double.Parse(random[10]), 1e-9);
    }

    [Fact]
    public void Leads_that_are_not_shown_change_nothing()
    {
        using var scope = new Scope();
        EncoderSource source = PretrainedEncoders.Drawn(Recipe(), Recipe().Methods[0]);
        using EcgNetwork one = new FrozenEncoder(source, Random: true, ["II"]).Create(1), all = new FrozenEncoder(source, Random: true).Create(1);
        Tensor windows = new PhiloxRandom(2).NormalTensor([3, 2, SineData.Samples]), other = windows.Clone();
        other.Narrow(1, 0, 1).FillInPlace(7);
        Assert.Equal(one.Encode(windows).ToArray<float>(), one.Encode(other).ToArray<float>());
        Assert.NotEqual(all.Encode(windows).ToArray<float>(), all.Encode(other).ToArray<float>());
        Assert.Contains("V1", Assert.Throws<ArgumentException>(() => new FrozenEncoder(source, true, ["V1"]).Create(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_estimates_every_method()
    {
        string[] lines = [.. SslDryRun.Describe(Recipe(), Data(), Device.Cpu)];
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("random: pretraining none, features ", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^jepa: pretraining \d+\.\d min, features \d+\.\d min, 4 cells \d+\.\d min$", lines[1]);
        Assert.Matches(@"^about \d+\.\d min in all", lines[3]);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_with_the_reason()
    {
        SslRecipe recipe = Recipe();
        Refused(recipe with { Reference = "wcr" }, "reference is wcr, which is no method");
        Refused(recipe with { Readings = [new(EncoderReading.Finetune, [Share]) { Leads = ["I"] }] }, "leads are left out for frozen encoders only");
        Refused(recipe with { Readings = [new(EncoderReading.Linear, [Share]) { Leads = ["V9"] }] }, "readings show leads that are not among I, II");
        Refused(recipe with { Methods = [new("a/b", "x")] }, "a method's name has more than letters");
        Refused(recipe with { Methods = [new("mae", recipe.Methods[1].Preset) { Settings = ["objective=mae"] }], Reference = null }, "Method mae: The recipe does not work: objective mae needs family st-mem");

        void Refused(SslRecipe wrong, string reason) =>
            Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new SslStudy(wrong, Data(), Options(false, _ => { }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_of_a_comparison_names_pretrainings_that_fit_together()
    {
        Assert.NotEmpty(Presets.Names<SslRecipe>());
        Assert.All(Presets.Names<SslRecipe>().Select(name => Presets.Read<SslRecipe>(name)), recipe =>
        {
            var study = new SslStudy(recipe, Data(), Options(false, _ => { }));
            Assert.All(recipe.Methods, method => study.FinetuneOf(method));
            Assert.Equal(study.Steps.Count, study.Steps.Select(s => s.Cell.Name).Distinct().Count());
        });
    }

    private static ScalingShare Share => new(1, 1, 1, 1, 16, 6, 3);

    private Manifest Data()
    {
        Manifest sines = SineData.Make(_folder);
        return sines with { Rows = [.. sines.Rows.Select((r, k) => r with { Split = k < 48 ? "train" : k < 72 ? "valid" : "test" })] };
    }

    private SslRecipe Recipe()
    {
        string jepa = Preset("jepa", PretrainingObjective.Jepa, "ecg-jepa", """{"leads":2,"samples":160,"patch":8,"width":16,"depth":1,"heads":2}""");
        string cpc = Preset("cpc", PretrainingObjective.Cpc, "ecg-cpc", """{"leads":2,"width":16,"states":4,"layers":1,"internalLength":80}""");
        string finetune = Path.Combine(_folder, "finetune.json"), linear = Path.Combine(_folder, "linear.json"), attention = Path.Combine(_folder, "attention.json");
        using JsonDocument none = JsonDocument.Parse("{}");
        File.WriteAllText(finetune, RecipeJson.Write(new FinetuneRecipe { Name = "tuned", Family = "ecg-jepa", Network = none.RootElement, Input = SineData.Contract, LearningRate = 0.01, Precision = Precision.Float32 }));
        File.WriteAllText(linear, RecipeJson.Write(new ProbeRecipe { Name = "linear", Batch = 16, LearningRate = 0.02, Precision = Precision.Float32 }));
        File.WriteAllText(attention, RecipeJson.Write(new ProbeRecipe { Name = "attention", Pooling = Models.Probes.FeaturePooling.Attention, Heads = 2, Batch = 16, Precision = Precision.Float32 }));
        return new SslRecipe
        {
            Name = "tiny",
            Methods = [new("random", jepa) { Random = true }, new("jepa", jepa), new("cpc", cpc)],
            Settings = ["epochs=1"],
            Reference = "jepa",
            Input = SineData.Contract,
            Readings =
            [
                new(EncoderReading.Linear, [Share]),
                new(EncoderReading.Linear, [Share]) { Leads = ["II"], Order = 1 },
                new(EncoderReading.Attention, [Share]) { Order = 1 },
                new(EncoderReading.Finetune, [Share]) { Order = 1 },
            ],
            Finetune = finetune,
            Linear = linear,
            Attention = attention,
        };
    }

    private string Preset(string name, PretrainingObjective objective, string family, string network)
    {
        using JsonDocument sizes = JsonDocument.Parse(network);
        string file = Path.Combine(_folder, $"{name}.json");
        File.WriteAllText(file, RecipeJson.Write(new PretrainRecipe
        {
            Name = name,
            Objective = objective,
            Family = family,
            Network = sizes.RootElement,
            Input = SineData.Contract,
            Jepa = new() { Mask = new() { MinimumBlock = 3 }, Predictor = new() { Width = 8, Depth = 1, Heads = 2 } },
            Batch = 16,
            Precision = Precision.Float32,
        }));
        return file;
    }

    private string Run(Manifest manifest, SslRecipe recipe, bool resume, Action<string> show, CancellationToken cancellation) =>
        new SslStudy(recipe, manifest, Options(resume, show)).Run(cancellation);

    private RunOptions Options(bool resume, Action<string> show) =>
        new(Path.Combine(_folder, "study"), resume, "test", Device.Cpu, p => show(p.Message));
}
