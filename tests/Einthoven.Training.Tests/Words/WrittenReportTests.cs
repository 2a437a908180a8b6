// Texts taken apart, what training texts named, indices of recordings, and probabilities for questions of one's own.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Text;
using Einthoven.Models.Vocabularies;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Words;

namespace Einthoven.Training.Tests.Words;

public sealed class WrittenReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-written-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_statement_of_the_vocabulary_is_found_again_in_a_written_text()
    {
        using WordsModel model = Tiny(out _);
        foreach (Statement statement in PtbXlStatements.All)
        {
            WrittenReport report = WrittenReport.Of(model, model.Spell($"sinus rhythm, {statement.Name}."));
            Assert.Equal(statement.Code, report.Statements[^1].Known?.Code);
        }
    }

    [Fact]
    public void Repetitions_contradictions_and_what_is_no_statement_are_seen()
    {
        using WordsModel model = Tiny(out _);
        WrittenReport report = WrittenReport.Of(model, model.Spell("atrial fibrillation, normal ECG, atrial fibrillation, sinus block bundle"));
        Assert.Equal("atrial fibrillation, normal ECG, sinus block bundle.", report.Text);
        Assert.Equal(1, report.Repetitions);
        Assert.Null(report.Statements[^1].Known);
        Assert.Contains("NORM with AFIB", Assert.Single(report.Contradictions), StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_is_confirmed_doubtful_or_unchecked_by_a_classifier()
    {
        using WordsModel model = Tiny(out EcgModel _);
        WrittenReport report = WrittenReport.Of(model, model.Spell("atrial fibrillation, normal ECG, sinus rhythm."));
        var prediction = new Prediction
        {
            Record = new RecordFacts("a", "wfdb", 12, 100, 10),
            Labels =
            [
                new Finding(new ModelLabel { Name = "AF", Code = "SCP:AFIB" }, 0.9), new Finding(new ModelLabel { Name = "normal ECG", Code = "SCP:NORM" }, 0.2),
                new Finding(new ModelLabel { Name = "LVH", Code = "SCP:LVH" }, 0.8),
            ],
            Values = [],
            Windows = 1,
            Warnings = [],
            Provenance = new PredictionProvenance("m", "f", "cpu", "1", "1"),
        };
        Assert.Equal(["confirmed", "doubtful", "unchecked"], report.Check(prediction).Select(c => c.Verdict));
        Assert.Equal("LVH", Assert.Single(report.Missing(prediction)).Label);
    }

    [Fact]
    public void Case_accents_and_punctuation_do_not_matter_to_what_was_named()
    {
        NamedWords named = NamedWords.Parse(NamedWords.Of(["Atrial fibrillation"], ["unauffälliges EKG, 75/min"]).ToText());
        Assert.True(named.Of("atrial-fibrillation").IsNamed);
        Assert.Equal(["rapid"], named.Of("rapid atrial fibrillation").UnknownWords);
        Familiarity mixed = named.Of("unauffalliges atrial EKG");
        Assert.False(mixed.IsNamed);
        Assert.Empty(mixed.UnknownWords);
    }

    [Fact]
    public void An_index_forgets_files_that_changed_and_other_models()
    {
        string record = Path.Combine(_folder, "a.csv"), file = Path.Combine(_folder, "index");
        File.WriteAllText(record, "one");
        var index = new RecordIndex("model 1");
        index.Add(record, [0.5f, -1]);
        index.Write(file);
        Assert.Equal([0.5f, -1], RecordIndex.Read(file, "model 1").Find(record)!);
        Assert.Equal(0, RecordIndex.Read(file, "model 2").Count);
        File.WriteAllText(record, "longer");
        Assert.Null(RecordIndex.Read(file, "model 1").Find(record));
    }

    [Fact]
    public void A_question_of_ones_own_gets_a_probability_from_recordings_whose_answer_is_known()
    {
        using WordsModel model = Tiny(out _);
        Manifest manifest = SineData.Make(_folder);
        AskedQuestion asked = model.Ask(["sinus rhythm"])[0];
        // The answer is put where the recordings are: what is near the question is so, with two exceptions.
        ManifestRow[] rows = [.. manifest.Rows.Take(24)];
        double[] cosines = [.. rows.Select(row => WordsModel.Cosine(model.EmbedMany([model.Model.Prepare(Signals.EcgRecord.Read(row.Path))]).Single().Vector, asked.Vector))];
        double median = cosines.Order().ElementAt(12);
        Manifest known = new("known", ["Sinus Rhythm"], [.. rows.Select((row, k) => row with { Labels = [(cosines[k] >= median) ^ (k < 2) ? 1 : 0] })]);
        var told = new List<string>();
        LabelCalibration map = AskCalibration.Fit(model, [asked], known, told.Add)["sinus rhythm"];
        Assert.True(map.Slope > 0);
        Assert.Empty(told);
        Assert.Empty(AskCalibration.Fit(model, [asked], known with { Rows = [.. known.Rows.Take(6)] }, told.Add));
        Assert.Contains("too few for a probability", Assert.Single(told), StringComparison.Ordinal);
    }

    private WordsModel Tiny(out EcgModel model)
    {
        WordPieceVocabulary vocabulary = WordPieceTrainer.Train([.. PtbXlStatements.All.Select(s => EcgTextGenerator.Prompt($"{s.Name}, {s.Name}"))], new() { SmallestCount = 1, Size = 700 });
        JsonElement network = JsonDocument.Parse(
            $$"""
            { "ecg": { "leads": 2, "stem": [8], "stages": [16], "blocksPerStage": 1, "reduction": 4 }, "ecgWidth": 16, "width": 16,
              "text": { "vocabulary": {{vocabulary.Pieces.Count}}, "width": 16, "layers": 1, "heads": 2, "intermediate": 32, "positions": 24, "types": 1 },
              "writerLayers": 0 }
            """).RootElement;
        using WordsNetwork words = WordsFamilies.Get("ecg-text").Create(network);
        words.Initialize(new PhiloxRandom(1));
        using var asked = new AskedNetwork(words, 1, 1);
        var description = new ModelDescription
        {
            Name = "tiny",
            Family = "ecg-text",
            Configuration = WordsFamilies.Package(network, 1),
            Input = SineData.Contract,
            Labels = [new ModelLabel { Name = "normal ECG" }],
        };
        string folder = Path.Combine(_folder, "tiny");
        ModelPackage.Save(folder, description, ModelPackage.WeightsOf(asked), "", texts: new Dictionary<string, string> { [ModelPackage.VocabularyFile] = vocabulary.ToText() });
        WordsModel loaded = WordsModel.Load(folder);
        model = loaded.Model;
        return loaded;
    }
}
