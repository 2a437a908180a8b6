// A whole run on a tiny made-up data set: it learns, it resumes bit for bit, and it ends in a package that predicts.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class FinetuningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-finetune-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_learns_and_its_package_tells_the_classes_apart()
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneResult result = Run(manifest, "whole", Recipe(epochs: 6));
        Assert.True(result.Report.Macro.Value > 0.95, $"macro AUROC {result.Report.Macro}");
        using EcgModel model = EcgModel.Load(result.Folder);
        Prediction fast = model.Predict(EcgRecord.Read(manifest.Rows[1].Path)), slow = model.Predict(EcgRecord.Read(manifest.Rows[0].Path));
        Assert.True(fast.Labels[0].Probability > slow.Labels[0].Probability);
        Assert.Contains("Research use only", File.ReadAllText(Path.Combine(result.Folder, "card.md")), StringComparison.Ordinal);
        Assert.Contains("macro_auroc (validation)", File.ReadAllText(Path.Combine(Folder("whole"), "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_loses_leads_on_purpose_says_in_its_card_what_fewer_leads_give()
    {
        // Lead I tells the classes apart, lead II is noise.
        Manifest manifest = SineData.Make(_folder);
        var random = new Random(5);
        foreach (ManifestRow row in manifest.Rows)
            File.WriteAllLines(row.Path, File.ReadAllLines(row.Path).Select((line, k) => k == 0 ? line : $"{line[..line.LastIndexOf(',')]},{random.NextDouble():F4}"));
        FinetuneRecipe recipe = Recipe(epochs: 8);
        FinetuneResult result = Run(manifest, "masked", recipe with
        {
            Augmentation = recipe.Augmentation with { MaskedLeads = 0.5, MixupAlpha = 0 },
            Input = recipe.Input with { MissingLeads = MissingLeadPolicy.Zero },
        });
        string[] card = File.ReadAllLines(Path.Combine(result.Folder, "card.md"));
        double Area(string lead) => double.Parse(Assert.Single(card, line => line.StartsWith($"| {lead} | ", StringComparison.Ordinal)).Split('|')[2].Split('(')[0]);
        Assert.True(Area("I") > 0.9, $"lead I gives {Area("I")}");
        Assert.InRange(Area("II"), 0.2, 0.8);
        Assert.DoesNotContain(card, line => line.Contains("limb leads |", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_goes_on_in_its_own_labels_keeps_what_the_new_data_cannot_judge()
    {
        Manifest manifest = SineData.Make(_folder);
        string body = Run(manifest, "body", Recipe(epochs: 4)).Folder;
        IReadOnlyList<ModelLabel> before = ModelPackage.Open(body).Description.Labels;
        // Elsewhere "fast" is called otherwise, and nobody speaks of "slow".
        Manifest elsewhere = manifest with { Labels = ["FAST", "noise"], Rows = [.. manifest.Rows.Select(r => r with { Labels = [r.Labels[0], 0] })] };
        Manifest relabelled = LabelMatching.Relabel(elsewhere, before);
        Assert.Equal(["fast", "slow"], relabelled.Labels);
        Assert.Equal([1, float.NaN], relabelled.Rows[1].Labels);
        FinetuneResult result = new Finetuning(Recipe(epochs: 1) with { LearningRate = 1e-4 }, relabelled, Options("on", resume: false), startFrom: body).Run(CancellationToken.None)!;
        using EcgModel model = EcgModel.Load(result.Folder);
        Assert.True(result.Report.Labels[0].Area.Value > 0.9, "the head was lost");
        Assert.False(model.Description.Labels[0].Unproven);
        Assert.Equal(before[1].Threshold, model.Description.Labels[1].Threshold);
        Assert.False(model.Description.Labels[1].Unproven);
    }

    [Fact]
    public void Where_one_label_may_be_any_of_several_only_its_absence_is_known()
    {
        ModelLabel[] model = [new() { Name = "inferior", Snomed = "164865005" }, new() { Name = "lateral", Snomed = "164865005" }, new() { Name = "fibrillation", Snomed = "164889003" }];
        var data = new Manifest("other", ["164865005", "164889003"], [new("a", "a", "a", "", [1, 0]), new("b", "b", "b", "", [0, 1])]);
        Manifest relabelled = LabelMatching.Relabel(data, model);
        Assert.Equal([float.NaN, float.NaN, 0], relabelled.Rows[0].Labels);
        Assert.Equal([0, 0, 1], relabelled.Rows[1].Labels);
        Assert.Throws<DatasetException>(() => LabelMatching.Relabel(data with { Labels = ["noise", "hum"] }, model));
    }

    [Fact]
    public void A_label_with_few_examples_is_unproven()
    {
        Manifest sines = SineData.Make(_folder);
        int seen = 0;
        Manifest manifest = sines with
        {
            Labels = ["fast", "rare"],
            Rows = [.. sines.Rows.Select(r => r with { Labels = [r.Labels[0], r.Split == "1" ? r.Labels[0] : r.Labels[0] == 1 && seen++ < 2 ? 1 : 0] })],
        };
        using EcgModel model = EcgModel.Load(Run(manifest, "rare", Recipe(epochs: 1)).Folder);
        Assert.Equal([false, true], model.Description.Labels.Select(label => label.Unproven));
        string card = File.ReadAllText(Path.Combine(Folder("rare"), "model", "card.md"));
        Assert.Contains("| rare* | rare |  | 2 | 30 | ", card, StringComparison.Ordinal);
        Assert.Contains("| fast | fast |  | 16 | 16 | ", card, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]  // in the middle of the first epoch
    [InlineData(8)]  // at its end
    [InlineData(13)] // in the second
    public void A_run_stopped_anywhere_and_resumed_equals_an_uninterrupted_one_bit_for_bit(int stopAfter)
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneRecipe recipe = Recipe(epochs: 3) with { LogEvery = 1 };
        Run(manifest, "whole", recipe);
        string log = Path.Combine(Folder("parts"), "log.jsonl");
        var stopped = new Finetuning(recipe, manifest, Options("parts", resume: false) with { StopAfterUpdates = stopAfter });
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        var refused = Assert.Throws<DatasetException>(() => Run(manifest, "parts", recipe));
        Assert.Contains("--resume", refused.Message, StringComparison.Ordinal);
        Run(manifest, "parts", recipe, resume: true);
        Assert.Equal(Tensors("whole"), Tensors("parts"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder("whole"), "best.safetensors")), File.ReadAllBytes(Path.Combine(Folder("parts"), "best.safetensors")));
        long[] updates = [.. File.ReadLines(log).Where(l => l.Contains("\"train\"", StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("updates").GetInt64())];
        Assert.Equal(Enumerable.Range(1, 24).Select(k => (long)k), updates);
    }

    [Fact]
    public void Patience_ends_a_run_that_no_longer_improves()
    {
        Manifest manifest = SineData.Make(_folder);
        Run(manifest, "run", Recipe(epochs: 40) with { Patience = 2 });
        Assert.True(LastUpdate("run") < 40 * 8, "the run went on although nothing improved");
    }

    [Fact]
    public void A_model_learns_other_labels_from_another_models_body()
    {
        Manifest manifest = SineData.Make(_folder);
        string body = Run(manifest, "body", Recipe(epochs: 4)).Folder;
        Manifest other = manifest with { Labels = ["is fast"], Rows = [.. manifest.Rows.Select(r => r with { Labels = [r.Labels[0]] })] };
        FinetuneRecipe recipe = Recipe(epochs: 1) with { Frozen = new Dictionary<string, long> { ["stem."] = 1000, ["stages."] = 1000 } };
        var run = new Finetuning(recipe, other, Options("head", resume: false), startFrom: body);
        FinetuneResult result = run.Run(CancellationToken.None)!;
        using SafeTensorsFile before = SafeTensorsFile.Open(Path.Combine(body, "weights.safetensors")), after = SafeTensorsFile.Open(Path.Combine(result.Folder, "weights.safetensors"));
        Assert.Equal(before["stem.0.conv.weight"].ToFloats(), after["stem.0.conv.weight"].ToFloats());
        Assert.Equal(1, after["head.weight"].Shape[0]);
        Assert.Contains(after["head.weight"].ToFloats(), w => w != 0);
    }

    [Fact]
    public void Joined_models_are_judged_together_and_lend_their_first_member()
    {
        Manifest manifest = SineData.Make(_folder);
        string[] folders = [Run(manifest, "one", Recipe(epochs: 6)).Folder, Run(manifest, "two", Recipe(epochs: 6) with { Seed = 2 }).Folder];
        ModelPackage[] packages = [.. folders.Select(ModelPackage.Open)];
        IReadOnlyList<ManifestRow> rows = manifest.InSplits(["2"]);
        int scored = 0;
        JoinResult result = new PackageJoining(manifest, rows, "sines, split 2", Device.Cpu) { Advance = () => scored++ }.Write(packages, Folder("both"), "test", CancellationToken.None);
        Assert.Equal(rows.Count * PackageJoining.Passes(packages), scored);
        Assert.Equal(["tiny", "tiny", "both"], result.Areas.Select(area => area.Name));
        Assert.True(result.Areas[^1].Auroc.Value > 0.95, $"{result.Areas[^1]}");
        using EcgModel one = EcgModel.Load(folders[0]), two = EcgModel.Load(folders[1]), both = EcgModel.Load(Folder("both"));
        EcgRecord record = EcgRecord.Read(manifest.Rows[1].Path);
        double[] logits = [.. new[] { one, two, both }.Select(model => model.Predict(record).Labels[0].Probability).Select(p => Math.Log(p / (1 - p)))];
        Assert.Equal((logits[0] + logits[1]) / 2, logits[2], 1e-4);
        Assert.Contains("| fast | fast |  | 16 | 16 | ", File.ReadAllText(Path.Combine(Folder("both"), "card.md")), StringComparison.Ordinal);

        FinetuneRecipe still = Recipe(epochs: 1) with { Frozen = new Dictionary<string, long> { ["stem."] = 1000, ["stages."] = 1000 } };
        FinetuneResult tuned = new Finetuning(still, manifest, Options("tuned", resume: false), startFrom: Folder("both")).Run(CancellationToken.None)!;
        using SafeTensorsFile before = SafeTensorsFile.Open(Path.Combine(folders[0], "weights.safetensors")), after = SafeTensorsFile.Open(Path.Combine(tuned.Folder, "weights.safetensors"));
        Assert.Equal(before["stem.0.conv.weight"].ToFloats(), after["stem.0.conv.weight"].ToFloats());
        foreach (ModelPackage package in packages) package.Dispose();
    }

    [Fact]
    public void A_network_that_reads_measurements_learns_resumes_and_joins_another()
    {
        Manifest manifest = SimulatedData.Make(_folder);
        FinetuneRecipe recipe = Recipe(epochs: 3) with
        {
            Family = "measured",
            Network = JsonSerializer.SerializeToElement(new { leads = SimulatedData.Leads, samplingRateHz = 100, millivolts = new[] { 0.5, 0.5 }, hidden = new[] { 16 }, beatWidths = new[] { 4, 8 }, beatHidden = 16, dropout = 0.1 }),
            Input = SimulatedData.Contract,
            Augmentation = new SupervisedAugmentation(),
        };
        FinetuneResult result = Run(manifest, "whole", recipe);
        Assert.True(result.Report.Macro.Value > 0.9, $"macro AUROC {result.Report.Macro}");
        Assert.ThrowsAny<OperationCanceledException>(() => new Finetuning(recipe, manifest, Options("parts", resume: false) with { StopAfterUpdates = 5 }).Run(CancellationToken.None));
        Run(manifest, "parts", recipe, resume: true);
        Assert.Equal(Tensors("whole"), Tensors("parts"));

        // Elsewhere it keeps the scale that its weights were learned with.
        FinetuneResult tuned = new Finetuning(recipe with { Epochs = 1 }, manifest with { Rows = [.. manifest.Rows.Where((_, k) => k % 3 > 0)] }, Options("tuned", resume: false), startFrom: result.Folder).Run(CancellationToken.None)!;
        using SafeTensorsFile before = SafeTensorsFile.Open(Path.Combine(result.Folder, "weights.safetensors")), after = SafeTensorsFile.Open(Path.Combine(tuned.Folder, "weights.safetensors"));
        Assert.Equal(before["mean"].ToFloats(), after["mean"].ToFloats());
        Assert.NotEqual(before["values.hidden.0.weight"].ToFloats(), after["values.hidden.0.weight"].ToFloats());

        string waves = Run(manifest, "waves", Recipe(epochs: 1) with { Input = SimulatedData.Contract }).Folder;
        ModelPackage[] packages = [ModelPackage.Open(waves), ModelPackage.Open(result.Folder)];
        JoinResult joined = new PackageJoining(manifest, manifest.InSplits(["2"]), "simulated, split 2", Device.Cpu).Write(packages, Folder("both"), "test", CancellationToken.None);
        Assert.Equal(3, joined.Areas.Count);
        using EcgModel both = EcgModel.Load(Folder("both"));
        Assert.Contains(both.Network.Layers, layer => layer.Stage == "member1.values");
        foreach (ModelPackage package in packages) package.Dispose();
    }

    [Theory]
    [InlineData("network.samplingRateHz=250", "samplingRateHz (250) is not the input's (100)")]
    [InlineData("network.leads=[\"I\"]", "network's leads (I) are not the input's")]
    [InlineData("network.millivolts=[1,1,1,1,1,1,1,1,1,1,1,1]", "not what the input's normalization divides by")]
    [InlineData("input.normalization={\"kind\":\"standardize\",\"epsilon\":0}", "not what the input's normalization divides by")]
    [InlineData("network.foo=1", "einthoven-measured is no recipe: The JSON property 'foo'")]
    public void A_network_that_measures_is_refused_an_input_of_another_scale(string setting, string answer)
    {
        Assert.Null(Record.Exception(Presets.Read<FinetuneRecipe>("einthoven-measured").Validate));
        Exception? refused = Record.Exception(() => Presets.Read<FinetuneRecipe>("einthoven-measured", setting).Validate());
        Assert.Contains(answer, Assert.IsType<ArgumentException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_its_family_cannot_build_is_refused_with_the_reason()
    {
        FinetuneRecipe recipe = Recipe(epochs: 1) with { Network = JsonSerializer.SerializeToElement(new { leads = 2, kernel = 4 }) };
        Assert.Contains("tiny: its configuration is none of the family se-resnet: The network's configuration does not work: kernel is not odd",
            Assert.Throws<ModelPackageException>(() => Run(SineData.Make(_folder), "even", recipe)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_that_are_sure_teach_the_unlabelled_exactly_what_labels_would()
    {
        // Scores name a statement, as evaluate writes them; the data give its code.
        Manifest manifest = SineData.Make(_folder) with { Labels = ["AFIB", "slow"] };
        string scores = Path.Combine(_folder, "scores.csv");
        string[] names = ["atrial fibrillation", "slow"];
        File.WriteAllLines(scores, manifest.Rows.SelectMany(r => names.Select((label, k) => $"{r.Key},{label},{r.Labels[k]}")).Prepend("record,label,probability"));
        // Two training recordings keep their labels; those that judge keep theirs.
        Manifest unlabelled = manifest with { Rows = [.. manifest.Rows.Select((r, k) => r.Split == "1" && k > 1 ? r with { Labels = [float.NaN, float.NaN] } : r)] };
        Run(manifest, "labelled", Recipe(epochs: 1));
        Run(unlabelled, "taught", Recipe(epochs: 1) with { Teaching = new Teaching { Scores = [scores] } });
        Run(unlabelled, "untaught", Recipe(epochs: 1));
        byte[] Best(string run) => File.ReadAllBytes(Path.Combine(Folder(run), "best.safetensors"));
        Assert.Equal(Best("labelled"), Best("taught"));
        Assert.NotEqual(Best("labelled"), Best("untaught"));
    }

    [Fact]
    public void A_state_of_another_recipe_is_not_resumed()
    {
        Manifest manifest = SineData.Make(_folder);
        Run(manifest, "run", Recipe(epochs: 1));
        var e = Assert.Throws<CheckpointException>(() => Run(manifest, "run", Recipe(epochs: 2), resume: true));
        Assert.Contains("another recipe", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_cannot_be_read_is_named_and_the_rest_is_used()
    {
        Manifest manifest = SineData.Make(_folder);
        File.WriteAllText(manifest.Rows[3].Path, "not an ECG");
        var shown = new List<string>();
        new Finetuning(Recipe(epochs: 1), manifest, Options("run", resume: false) with { Show = p => shown.Add(p.Message) }).Run(CancellationToken.None);
        Assert.Contains(shown, m => m.Contains("1 recordings cannot be used, such as 3:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_that_no_example_speaks_for_is_an_error()
    {
        Manifest manifest = SineData.Make(_folder);
        Manifest constant = manifest with { Rows = [.. manifest.Rows.Select(r => r with { Labels = [1, 1] })] };
        Assert.Contains("nothing to learn", Assert.Throws<DatasetException>(() => Run(constant, "run", Recipe(epochs: 1))).Message, StringComparison.Ordinal);
        Manifest absurd = manifest with { Rows = [.. manifest.Rows.Select((r, k) => k == 5 ? r with { Labels = [2, 0] } : r)] };
        Assert.Contains("Recording 5 has 2", Assert.Throws<DatasetException>(() => Run(absurd, "run2", Recipe(epochs: 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_learns_classes_and_its_package_names_the_most_probable_one()
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneResult result = Run(manifest, "classes", Recipe(epochs: 6) with { Task = ModelTask.MultiClass, Select = SelectionFigure.Accuracy });
        Assert.Equal("accuracy", result.Figures[0].Name);
        Assert.True(result.Figures[0].Estimate.Value > 0.9, $"accuracy {result.Figures[0].Estimate}");
        using EcgModel model = EcgModel.Load(result.Folder);
        Prediction prediction = model.Predict(EcgRecord.Read(manifest.Rows[1].Path));
        Assert.Equal(1, prediction.Labels.Sum(l => l.Probability), 1e-9);
        Assert.Equal("fast", Assert.Single(prediction.Findings).Label);
        Assert.Contains("Accuracy **", File.ReadAllText(Path.Combine(result.Folder, "card.md")), StringComparison.Ordinal);
        Manifest two = manifest with { Rows = [.. manifest.Rows.Select((r, k) => k == 7 ? r with { Labels = [1, 1] } : r)] };
        Assert.Contains("Recording 7 has 2 classes", Assert.Throws<DatasetException>(() => Run(two, "two", Recipe(1) with { Task = ModelTask.MultiClass })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_learns_values_and_its_package_gives_them_in_their_unit()
    {
        Manifest sines = SineData.Make(_folder);
        Manifest manifest = sines with { Labels = ["frequency [Hz]"], Rows = [.. sines.Rows.Select((r, k) => r with { Labels = [k == 9 ? float.NaN : r.Labels[0] == 1 ? 12 : 5] })] };
        FinetuneRecipe recipe = Recipe(epochs: 8) with { Task = ModelTask.Regression, Augmentation = new SupervisedAugmentation { CropSamples = 128 } };
        FinetuneResult result = Run(manifest, "values", recipe);
        Assert.Equal(("mean absolute error of frequency [Hz]", "Hz"), (result.Figures[0].Name, result.Figures[0].Unit));
        Assert.True(result.Figures[0].Estimate.Value < 2 && result.Figures[1].Estimate.Value > 0.5, $"{result.Figures[0]}, {result.Figures[1]}");
        using EcgModel model = EcgModel.Load(result.Folder);
        Prediction prediction = model.Predict(EcgRecord.Read(manifest.Rows[1].Path));
        Assert.Empty(prediction.Labels);
        EstimatedValue value = Assert.Single(prediction.Values);
        Assert.Equal("Hz", value.Unit);
        Assert.InRange(value.Value, 9, 15);
        Manifest constant = manifest with { Rows = [.. manifest.Rows.Select(r => r with { Labels = [5] })] };
        Assert.Contains("has the value 5 throughout", Assert.Throws<DatasetException>(() => Run(constant, "constant", recipe)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select=accuracy", "select accuracy is no figure of the task multi-label")]
    [InlineData("task=multi-clas", "Did you mean \"multi-class\"")]
    public void A_figure_that_the_task_does_not_have_is_refused(string setting, string answer) =>
        Assert.Contains(answer, Assert.Throws<ArgumentException>(() => Presets.Read<FinetuneRecipe>("einthoven-mini", setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void Recipes_are_read_with_defaults_and_unknown_keys_name_the_nearest()
    {
        FinetuneRecipe preset = Presets.Read<FinetuneRecipe>("einthoven-mini");
        Assert.Equal(2, preset.ValidateEvery);
        string file = Path.Combine(_folder, "recipe.json");
        File.WriteAllText(file, RecipeJson.Write(preset));
        Assert.Equal(RecipeJson.Write(preset), RecipeJson.Write(Presets.Read<FinetuneRecipe>(file)));
        Assert.Equal(500, Presets.Read<FinetuneRecipe>("einthoven-mini", "augmentation.cropSamples=500", "epochs=3").Augmentation.CropSamples);
        Assert.Contains("Did you mean \"epochs\"", Assert.Throws<ArgumentException>(() => Presets.Read<FinetuneRecipe>("einthoven-mini", "epohcs=3")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Did you mean \"augmentation.cropSamples\"",
            Assert.Throws<ArgumentException>(() => Presets.Read<FinetuneRecipe>("einthoven-mini", "augmentation.cropSample=3")).Message, StringComparison.Ordinal);
        Assert.Contains("einthoven-mini", Assert.Throws<ArgumentException>(() => Presets.Read<FinetuneRecipe>("nothing")).Message, StringComparison.Ordinal);
    }

    private Dictionary<string, byte[]> Tensors(string run)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(Folder(run), "state.safetensors"));
        return file.Tensors.ToDictionary(t => t.Name, t => t.Data.ToArray());
    }

    private long LastUpdate(string run)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(Folder(run), "state.safetensors"));
        return long.Parse(file.Metadata["updates"]);
    }

    private string Folder(string run) => Path.Combine(_folder, run);

    private RunOptions Options(string run, bool resume) => new(Folder(run), resume, "test", Device.Cpu, _ => { }) { Group = ProcessGroup.Alone() };

    private FinetuneResult Run(Manifest manifest, string run, FinetuneRecipe recipe, bool resume = false) =>
        new Finetuning(recipe, manifest, Options(run, resume)).Run(CancellationToken.None)!;

    private static FinetuneRecipe Recipe(int epochs) => new()
    {
        Name = "tiny",
        Family = "se-resnet",
        Network = JsonSerializer.SerializeToElement(new { leads = 2, labels = 2, stem = new[] { 8 }, stages = new[] { 8, 8 }, blocksPerStage = 1, reduction = 4 }),
        Input = SineData.Contract,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = epochs,
        Batch = 8,
        LearningRate = 0.01,
        AverageDecay = 0.9,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { CropSamples = 128, GainDeviation = 0.1, MixupAlpha = 0.4 },
    };
}
