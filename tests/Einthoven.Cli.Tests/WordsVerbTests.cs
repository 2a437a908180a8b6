// predict --ask, search, report and benchmark words as processes, with a model of words of random weights.

using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Cli.Tests;

public sealed class WordsVerbTests : IDisposable
{
    private const string Words = "tiny-words";
    private readonly Workshop _workshop = new();

    public WordsVerbTests()
    {
        _workshop.AddModel().AddRecord("a").AddRecord("b");
        WordPieceVocabulary vocabulary = WordPieceTrainer.Train(["ECG Findings: atrial fibrillation, sinus rhythm.", "Vorhofflimmern"], new() { SmallestCount = 1, Size = 90 });
        JsonElement network = JsonSerializer.SerializeToElement(new
        {
            ecg = new { leads = 2, stem = new[] { 8 }, stages = new[] { 8 }, blocksPerStage = 1, reduction = 4 },
            ecgWidth = 8,
            width = 8,
            text = new { vocabulary = vocabulary.Pieces.Count, width = 8, layers = 1, heads = 2, intermediate = 8, positions = 16, types = 1 },
            writerLayers = 1,
            heads = 2,
            headWidth = 4,
            longestWritten = 8,
        });
        using WordsNetwork words = WordsFamilies.Get("ecg-text").Create(network);
        words.Initialize(new PhiloxRandom(4));
        using var asked = new AskedNetwork(words, 1, 2);
        asked.Ask(Tensor.From([1f, 0, 0, 0, 0, 0, 0, 0], 1, 8), Tensor.From([1f, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], 2, 8));
        using ModelPackage small = ModelPackage.Open(In(Workshop.ModelName));
        var description = new ModelDescription
        {
            Name = Words,
            Family = "ecg-text",
            Configuration = WordsFamilies.Package(network, 2),
            Input = small.Description.Input,
            Labels = [new ModelLabel { Name = "atrial fibrillation", Code = "SCP:AFIB", Threshold = 0, Calibration = new(2, 0.5) }],
        };
        var texts = new Dictionary<string, string> { [ModelPackage.VocabularyFile] = vocabulary.ToText(), [ModelPackage.NamedFile] = "atrial fibrillation\nsinus rhythm\nvorhofflimmern\n" };
        ModelPackage.Save(In(Words), description, ModelPackage.WeightsOf(asked), "# Tiny\n", texts: texts);
    }

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void What_has_a_calibration_is_answered_with_a_probability_and_what_has_none_with_a_comparison()
    {
        CliResult result = Ask("Atrial fibrillation", "sinus rhythm", "AFIB");
        Assert.Equal(0, result.Status);
        Assert.Matches(@"\* Atrial fibrillation +\d+\.\d %  nearer than +\d+ % of 2 reference recordings", result.Output);
        Assert.Matches(@"  sinus rhythm +–", result.Output);
        Assert.Matches(@"\* AFIB +\d+\.\d %", result.Output);
        Assert.DoesNotContain("einthoven: \"", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_csv_say_the_same()
    {
        CliResult csv = Ask("AFIB", "sinus rhythm", "--format", "csv"), json = Ask("AFIB", "sinus rhythm", "--format", "json");
        Assert.StartsWith("record,question,probability,found,higher_than,cosine\n", csv.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        JsonElement answers = document.RootElement.GetProperty("records")[0].GetProperty("answers");
        string[] first = csv.Output.Split('\n')[1].Split(',');
        Assert.Equal(first[2], answers[0].GetProperty("probability").GetRawText());
        Assert.Equal(JsonValueKind.Null, answers[1].GetProperty("probability").ValueKind);
    }

    [Theory]
    [InlineData("flimmernde Vorhöfe", "no training text had the words flimmernde, vorhofe")]
    [InlineData("rhythm of atrial fibrillation", "no training text had the word of")]
    [InlineData("fibrillation rhythm", "named nothing in just this way")]
    [InlineData("atrial fibrillation 🫀", "no training text had the word 🫀")]
    public void Words_that_no_training_text_had_get_a_warning(string question, string expected)
    {
        CliResult result = Ask(question);
        Assert.Equal(0, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void German_and_English_may_be_mixed()
    {
        CliResult result = Ask("Vorhofflimmern, sinus rhythm");
        Assert.Equal(0, result.Status);
        Assert.DoesNotContain("no training text", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_characters_are_cut_with_a_warning()
    {
        CliResult result = Ask(string.Join(' ', Enumerable.Repeat("sinus rhythm", 800)));
        Assert.Equal(0, result.Status);
        Assert.Contains("only the first 16 are read", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "A question is empty")]
    [InlineData("  \t ", "A question is empty")]
    [InlineData("🫀🫀", "spells none of its words")]
    public void What_cannot_be_read_is_no_question(string question, string expected)
    {
        CliResult result = Ask(question);
        Assert.Equal(2, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_words_cannot_be_asked()
    {
        CliResult result = Cli.Run(_workshop.Folder, null, "predict", "records", "--model", Workshop.ModelName, "--ask", "sinus rhythm");
        Assert.Equal(2, result.Status);
        Assert.Contains("cannot be asked in words", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_without_a_special_piece_or_none_at_all_is_named()
    {
        string file = In(Path.Combine(Words, ModelPackage.VocabularyFile));
        File.WriteAllText(file, File.ReadAllText(file).Replace("[SEP]\n", "", StringComparison.Ordinal));
        Assert.Contains("vocab.txt: the piece [SEP] is missing", Ask("sinus rhythm").Error, StringComparison.Ordinal);
        File.Delete(file);
        CliResult none = Ask("sinus rhythm");
        Assert.Equal(2, none.Status);
        Assert.Contains("vocab.txt is missing", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_recordings_and_their_table_belong_together_and_must_answer_a_question()
    {
        Assert.Contains("belong together", Ask("sinus rhythm", "--known", "records").Error, StringComparison.Ordinal);
        File.WriteAllText(In("known.csv"), "record,other\na,1\nb,0\n");
        CliResult result = Ask("sinus rhythm", "--known", "records", "--known-labels", "known.csv");
        Assert.Equal(2, result.Status);
        Assert.Contains("no column of a question's name; it has other", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_package_with_its_texts_can_still_be_asked()
    {
        using (ModelPackage package = ModelPackage.Open(In(Words)))
        using (SafeTensorsFile weights = package.OpenWeights())
            ModelPackage.Save(In("copy"), package.Description, weights.Tensors, package.Card, texts: package.Texts);
        Assert.Equal(Ask("AFIB").Output, Cli.Run(_workshop.Folder, null, "predict", "records", "--model", "copy", "--ask", "AFIB").Output);
    }

    [Fact]
    public void Search_ranks_recordings_and_an_index_spares_reading_them_again()
    {
        string[] call = ["search", "sinus rhythm", "records", "--model", Words, "--index", "index.bin", "--format", "csv"];
        CliResult first = Cli.Run(_workshop.Folder, null, call), second = Cli.Run(_workshop.Folder, null, call);
        Assert.Equal(0, first.Status);
        Assert.StartsWith("rank,record,probability,cosine\n1,", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        Assert.Contains("0 recordings were known, 2 were read", first.Error, StringComparison.Ordinal);
        Assert.Contains("2 recordings were known, 0 were read", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_marked_as_generated_and_checked()
    {
        CliResult result = Cli.Run(_workshop.Folder, null, "report", "records", "--model", Words, "--classifier", Workshop.ModelName);
        Assert.Equal(0, result.Status);
        Assert.Contains("GENERATED by tiny-words, no physician's report:", result.Output, StringComparison.Ordinal);
        // The small classifier always finds sinus rhythm, which random weights do not write.
        Assert.Contains("not said   sinus rhythm", result.Output, StringComparison.Ordinal);
        CliResult json = Cli.Run(_workshop.Folder, null, "report", "records", "--model", Words, "--classifier", "none", "--format", "json");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal("none", document.RootElement.GetProperty("checked_by").GetString());
        Assert.Equal(2, document.RootElement.GetProperty("records").GetArrayLength());
    }

    [Fact]
    public void A_model_of_words_is_a_classifier_to_the_other_verbs()
    {
        CliResult predicted = Cli.Run(_workshop.Folder, null, "predict", "records/a.hea", "--model", Words, "--all");
        Assert.Equal(0, predicted.Status);
        Assert.Contains("atrial fibrillation", predicted.Output, StringComparison.Ordinal);
        CliResult verified = Cli.Run(_workshop.Folder, null, "model", "verify", Words);
        Assert.Contains("agree with SHA256SUMS", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_benchmark_asks_every_label_by_its_name()
    {
        File.WriteAllText(In("labels.csv"), "record,AFIB,SR\na,1,0\nb,0,1\n");
        CliResult result = Cli.Run(_workshop.Folder, null, "benchmark", "words", "--data", "records", "--labels", "labels.csv", "--model", Words, "--beside", Workshop.ModelName, "--part", "zero-shot", "--draws", "10");
        Assert.Equal(0, result.Status);
        Assert.Contains("| AFIB | atrial fibrillation | 1 |", result.Output, StringComparison.Ordinal);
        Assert.Contains("MERL, published: 0.785", result.Output, StringComparison.Ordinal);
    }

    private CliResult Ask(params string[] questions) => Cli.Run(_workshop.Folder, null, ["predict", "records", "--model", Words, "--ask", .. questions]);

    private string In(string path) => Path.Combine(_workshop.Folder, path);
}
