// A model of words learns which sine a text means, resumes bit for bit, and ends in a package that can be asked.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Esi;
using Einthoven.Models.Packages;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;
using Einthoven.Training.Words;

namespace Einthoven.Training.Tests.Words;

public sealed class WordsTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-words-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_learns_what_its_texts_name_and_its_package_answers()
    {
        Manifest manifest = SineData.Make(_folder);
        WordsResult result = Run(manifest, "whole", Recipe(epochs: 10));
        Assert.True(result.Report.Macro.Value > 0.95, $"the questions are not answered: {result.Report.Macro}");
        using WordsModel model = WordsModel.Load(result.Folder);
        IReadOnlyList<AskedQuestion> questions = model.Ask(["fast", "Slow"]);
        Assert.All(questions, q => Assert.Empty(q.Warnings));
        Assert.Equal(["fast", "slow"], questions.Select(q => q.Label?.Name));
        EcgRecord fast = EcgRecord.Read(manifest.Rows[65].Path), slow = EcgRecord.Read(manifest.Rows[66].Path);
        EcgVector[] vectors = [.. model.EmbedMany([model.Model.Prepare(fast), model.Model.Prepare(slow)])];
        Assert.True(WordsModel.Cosine(vectors[0].Vector, questions[0].Vector) > WordsModel.Cosine(vectors[1].Vector, questions[0].Vector));
        Assert.Equal("fast.", model.WriteMany([model.Model.Prepare(fast)]).Single().Text.Replace(" ", "", StringComparison.Ordinal));
        // To every other verb it is a classifier of its own questions, with calibrated probabilities and a check that agrees.
        using ModelPackage package = ModelPackage.Open(result.Folder);
        Assert.Null(package.FindDamage());
        using EcgModel classifier = EcgModel.Load(package);
        using SafeTensorsFile check = package.OpenCheck();
        Assert.True(classifier.Predict(fast).Labels.Single(l => l.Label == "fast").Probability > 0.5);
        Assert.All(ModelCheck.Verify(classifier, check), stage => Assert.True(stage.Agrees, stage.Stage));
    }

    [Fact]
    public void A_dry_run_counts_and_times_without_leaving_anything()
    {
        Manifest manifest = SineData.Make(_folder);
        string[] before = Directory.GetFileSystemEntries(_folder);
        IReadOnlyList<string> lines = WordsTraining.Describe(Recipe(epochs: 10), manifest, Device.Cpu);
        Assert.StartsWith($"{manifest.InSplits(["1"]).Count} training and {manifest.InSplits(["2"]).Count} validation pairs", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("an update in Float32", StringComparison.Ordinal));
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_run_stopped_and_resumed_equals_an_uninterrupted_one_bit_for_bit()
    {
        Manifest manifest = SineData.Make(_folder);
        WordsRecipe recipe = Recipe(epochs: 2);
        Run(manifest, "whole", recipe);
        var stopped = new WordsTraining(recipe, manifest, Options("parts", resume: false) with { StopAfterUpdates = 5 });
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        Run(manifest, "parts", recipe, resume: true);
        foreach (string file in new[] { "best.safetensors", "model/weights.safetensors", "model/vocab.txt", "model/named.txt" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", file)), File.ReadAllBytes(Path.Combine(_folder, "parts", file)));
    }

    [Theory]
    [InlineData("esi-text")]
    [InlineData("merl-text")]
    public void The_published_objectives_train_through_the_same_trainer(string family)
    {
        Manifest manifest = SineData.Make(_folder);
        string network = family == "esi-text"
            ? """{ "ecg": { "leads": 2, "widths": [8, 8], "depths": [1, 1] }, "text": { "width": 16, "layers": 1, "heads": 2, "intermediate": 16, "positions": 24 }, "decoderLayers": 1, "heads": 2, "headWidth": 8 }"""
            : """{ "merl": { "resNet": { "leads": 2, "widths": [8, 8], "blocks": [1, 1] }, "projection": 16, "poolHeads": 2, "poolPositions": 41, "textWidth": 16 }, "text": { "width": 16, "layers": 1, "heads": 2, "intermediate": 16, "positions": 24 } }""";
        WordsResult result = Run(manifest, family, Recipe(epochs: 1) with { Family = family, Network = JsonDocument.Parse(network).RootElement });
        using WordsModel model = WordsModel.Load(result.Folder);
        Assert.False(model.Writes);
        Assert.Equal(2, model.Ask(["fast", "slow"]).Count);
        // Probes and fine-tuning begin with the encoder alone.
        EncoderSource encoder = EncoderSource.Find(result.Folder);
        Assert.Equal(family[..^"-text".Length], encoder.Family);
        using EcgNetwork body = encoder.Create(3, new PhiloxRandom(1));
    }

    [Fact]
    public void Training_can_begin_with_another_models_encoder_and_leave_it_as_it_is()
    {
        Manifest manifest = SineData.Make(_folder);
        string first = Run(manifest, "first", Recipe(epochs: 1)).Folder;
        WordsResult second = Run(manifest, "second", Recipe(epochs: 1) with { StartFrom = first, Seed = 2, Frozen = new Dictionary<string, long> { ["ecg."] = 1000 } });
        using ModelPackage before = ModelPackage.Open(first), after = ModelPackage.Open(second.Folder);
        using SafeTensorsFile a = before.OpenWeights(), b = after.OpenWeights();
        Assert.Equal(a["ecg.stages.0.0.first.conv.weight"].ToFloats(), b["ecg.stages.0.0.first.conv.weight"].ToFloats());
        Assert.NotEqual(a["to_common.weight"].ToFloats(), b["to_common.weight"].ToFloats());
    }

    [Fact]
    public void What_is_withheld_is_named_nowhere()
    {
        Manifest manifest = SineData.Make(_folder);
        WordsResult result = Run(manifest, "withheld", Recipe(epochs: 1) with { Texts = new() { Withheld = ["SLOW"] } });
        Assert.Equal("fast\n", File.ReadAllText(Path.Combine(result.Folder, ModelPackage.NamedFile)).Replace("ecg\n", "", StringComparison.Ordinal).Replace("findings\n", "", StringComparison.Ordinal));
        using WordsModel model = WordsModel.Load(result.Folder);
        // The pieces are made of what is left: a word of other letters cannot even be spelt, another one gets a warning.
        Assert.Throws<ArgumentException>(() => model.Ask(["slow"]));
        Assert.Contains("no training text had the word sat", model.Ask(["fast sat"])[0].Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_without_any_text_are_refused_with_advice()
    {
        Manifest silent = SineData.Make(_folder) with { Labels = [] };
        silent = silent with { Rows = [.. silent.Rows.Select(row => row with { Labels = [] })] };
        var error = Assert.Throws<DatasetException>(() => Run(silent, "silent", Recipe(epochs: 1)));
        Assert.Contains("column text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_alone_are_enough_and_the_questions_come_from_what_they_name()
    {
        Manifest manifest = SineData.Make(_folder);
        manifest = manifest with { Labels = [], Rows = [.. manifest.Rows.Select((row, k) => row with { Labels = [], Report = k % 2 == 1 ? "Vorhofflimmern, atrial fibrillation" : "sinus bradycardia" })] };
        WordsResult result = Run(manifest, "reports", Recipe(epochs: 2) with { Texts = new() { Report = 1 } });
        Assert.Equal(["atrial fibrillation", "sinus bradycardia"], result.Report.Labels.Select(l => l.Label).Order(StringComparer.Ordinal));
        using WordsModel model = WordsModel.Load(result.Folder);
        Assert.DoesNotContain(model.Ask(["Vorhofflimmern"])[0].Warnings, w => w.Contains("no training text", StringComparison.Ordinal));
    }

    [Fact]
    public void A_vocabulary_of_ones_own_must_pad_with_its_first_piece()
    {
        Manifest manifest = SineData.Make(_folder);
        string file = Path.Combine(_folder, "vocab.txt");
        File.WriteAllText(file, "[UNK]\n[PAD]\n[CLS]\n[SEP]\n[MASK]\nfast\n");
        var error = Assert.Throws<DatasetException>(() => Run(manifest, "vocab", Recipe(epochs: 1) with { VocabularyFile = file }));
        Assert.Contains("[PAD] stands in line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_are_whole_and_build_the_networks_they_name()
    {
        Assert.Equal(["einthoven-words", "esi", "esi-code", "merl", "words-small"], Presets.Names<WordsRecipe>());
        WordsRecipe small = Presets.Read<WordsRecipe>("einthoven-words");
        using WordsNetwork network = WordsFamilies.Get(small.Family).Create(WordsFamilies.WithVocabulary(small.Network, 2000));
        Assert.True(network.ParameterCount < 9_000_000, $"{network.ParameterCount} parameters do not fit into 20 MB");
        // The published number with the published vocabulary.
        WordsRecipe esi = Presets.Read<WordsRecipe>("esi");
        using WordsNetwork whole = WordsFamilies.Get(esi.Family).Create(WordsFamilies.WithVocabulary(esi.Network, new BertConfig().Vocabulary));
        Assert.Equal(314_436_870, whole.ParameterCount);
        Assert.False(Presets.Read<WordsRecipe>("esi-code").Esi.SameTextIsNoNegative);
        Assert.Equal("merl-text", Presets.Read<WordsRecipe>("merl").Family);
    }

    private static WordsRecipe Recipe(int epochs) => new()
    {
        Name = "sines",
        Network = JsonDocument.Parse(
            """
            { "ecg": { "leads": 2, "stem": [8], "stages": [16], "blocksPerStage": 1, "reduction": 4 }, "ecgWidth": 16, "width": 16,
              "text": { "width": 16, "layers": 1, "heads": 2, "intermediate": 32, "positions": 24, "types": 1, "dropout": 0 },
              "writerLayers": 1, "heads": 2, "headWidth": 8, "longestWritten": 12 }
            """).RootElement,
        Input = SineData.Contract,
        Vocabulary = new() { Size = 60, SmallestCount = 1 },
        LongestText = 24,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = epochs,
        Batch = 8,
        LearningRate = 0.01,
        Precision = Precision.Float32,
    };

    private WordsResult Run(Manifest manifest, string name, WordsRecipe recipe, bool resume = false) =>
        new WordsTraining(recipe, manifest, Options(name, resume)).Run(CancellationToken.None)!;

    private RunOptions Options(string name, bool resume) => new(Path.Combine(_folder, name), resume, "a test", Device.Cpu, _ => { });
}
