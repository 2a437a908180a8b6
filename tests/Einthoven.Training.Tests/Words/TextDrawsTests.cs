// Which text a recording is given, and which texts are true of other recordings too.
using System.Text.Json;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;
using Einthoven.Training.Words;

namespace Einthoven.Training.Tests.Words;

public sealed class TextDrawsTests
{
    private static readonly Manifest s_manifest = new("test", ["LVH", "AFIB", "ABQRS"],
    [
        new("a", "a.npy", "1", "", [1, 1, 1]) { Report = "Vorhofflimmern", AgeYears = 63, Sex = "M" },
        new("b", "b.npy", "2", "", [0, 0, 0]) { Report = "sinus rhythm; *** left axis deviation;  Sinus rhythm" },
    ]);

    [Fact]
    public void Statements_stand_rhythm_first_then_diagnosis_then_form() =>
        Assert.Equal("atrial fibrillation, left ventricular hypertrophy, abnormal QRS.", RecordWords.Of(s_manifest, new())[0].ToWrite);

    [Fact]
    public void A_report_of_machine_statements_is_cut_into_them()
    {
        RecordWords words = RecordWords.Of(s_manifest, new() { StatementSeparator = ";" })[1];
        Assert.Equal(["sinus rhythm", "left axis deviation"], words.Statements);
        Assert.Empty(words.Report);
    }

    [Fact]
    public void A_short_text_keeps_at_least_one_statement_and_claims_what_it_says()
    {
        RecordWords words = RecordWords.Of(s_manifest, new())[0];
        var draws = new TextDraws(new() { KeepStatement = 0.3, Shuffle = true });
        var counts = new HashSet<int>();
        for (ulong seed = 0; seed < 400; seed++)
        {
            DrawnText drawn = draws.Draw(words, full: false, new PhiloxRandom(seed));
            Assert.Equal(EcgTextGenerator.Prompt(string.Join(", ", drawn.Claims!)), drawn.Text);
            counts.Add(drawn.Claims!.Count);
        }

        Assert.Equal([1, 2, 3], counts.Order());
    }

    [Fact]
    public void Reports_are_drawn_by_their_share_and_whole_texts_only_where_asked_for()
    {
        RecordWords words = RecordWords.Of(s_manifest, new())[0];
        var draws = new TextDraws(new() { Short = 1, Report = 1, Full = 0.5 });
        int reports = Enumerable.Range(0, 200).Count(seed => draws.Draw(words, full: false, new PhiloxRandom((ulong)seed)).Text == "Vorhofflimmern");
        Assert.InRange(reports, 70, 130);
        Assert.StartsWith("This patient is a 63 year-old Male. ECG Findings: atrial fibrillation,", draws.Draw(words, full: true, new PhiloxRandom(1)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_true_text_of_another_recording_is_no_negative()
    {
        // Two pairs; the second text holds for the first ECG too. Only the first row loses a column, only the second column a row.
        using var scope = new Scope();
        var config = new EcgTextConfig
        {
            Ecg = JsonDocument.Parse("""{ "leads": 2, "stem": [4], "stages": [8], "blocksPerStage": 1, "reduction": 4 }""").RootElement,
            EcgWidth = 8,
            Width = 8,
            WriterLayers = 0,
            Text = new() { Vocabulary = 20, Width = 8, Layers = 1, Heads = 2, Intermediate = 8, Positions = 8, Types = 1, Dropout = 0 },
        };
        var network = new EcgTextNetwork(config);
        network.Initialize(new PhiloxRandom(1));
        using var objective = new EcgTextObjective(network, new());
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 2, 64]);
        var batch = new TrainingBatch(windows) { Texts = new([1, 7, 2, 1, 8, 2], [1, 1, 1, 1, 1, 1], 2, 3), AlsoTrue = [false, true, false, false] };
        var context = new ObjectiveContext(new PhiloxRandom(3), 0, Training: false);
        double with = objective.Compute(batch, context).Total().Item(), without = objective.Compute(batch with { AlsoTrue = null }, context).Total().Item();

        EcgTextPass pass = network.Forward(windows, Tensor.From([1L, 7, 2, 1, 8, 2], 2, 3), Tensor.From([1L, 1, 1, 1, 1, 1], 2, 3), null);
        double[] s = (pass.Ecgs.Matmul(pass.Texts.Transpose(0, 1)) / 0.07).ToArray<double>();
        double Cross(double right, double wrong) => Math.Log(1 + Math.Exp(wrong - right));
        double all = Cross(s[0], s[1]) + Cross(s[3], s[2]) + Cross(s[0], s[2]) + Cross(s[3], s[1]);
        Assert.Equal(0.5 * all, without, 1e-3);
        Assert.Equal(0.5 * (all - Cross(s[0], s[1]) - Cross(s[3], s[1])), with, 1e-3);
    }

    [Theory]
    [InlineData("texts.withheld", "{\"withheld\": [\"AFIB\"], \"report\": 0.5}")]
    [InlineData("shares of texts", "{\"short\": 0}")]
    [InlineData("keepStatement", "{\"keepStatement\": 0}")]
    public void A_recipe_that_cannot_be_meant_is_refused(string expected, string texts)
    {
        var error = Assert.Throws<ArgumentException>(() => Presets.Read<WordsRecipe>("einthoven-words", $"texts={texts}"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
