// What people and programs read: exact columns, quoting, JSON fields, and the table as it looks.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Signals.Page;

namespace Einthoven.Models.Tests.Reporting;

public sealed class PredictionWriterTests
{
    private static readonly ModelLabel Fibrillation = new() { Name = "atrial fibrillation", Code = "SCP:AFIB", Snomed = "164889003", Category = "rhythm", Threshold = 0.32 };
    private static readonly ModelLabel Normal = new() { Name = "normal ECG", Code = "SCP:NORM", Category = "diagnostic", Threshold = 0.5 };
    private static readonly ModelLabel Odd = new() { Name = "a \"quoted\", odd one", Threshold = 0.5 };

    private static readonly ModelLabel Rare = new() { Name = "posterior infarction", Threshold = 0.05, Unproven = true };

    private static readonly RunSummary Summary = new(1, 2, TimeSpan.FromSeconds(1), [new FailedInput("b.hea", "broken")]);

    [Fact]
    public void CSV_has_one_row_a_finding_the_most_probable_first()
    {
        Assert.Equal(
            """
            record,label,code,snomed,probability,threshold,positive,windows,warnings,contract,model,leads,unproven
            "a,b.hea","a ""quoted"", odd one",,,0.987654321,0.5,1,2,lead III derived; short,,small,,0
            "a,b.hea",atrial fibrillation,SCP:AFIB,164889003,0.4,0.32,1,2,lead III derived; short,,small,,0

            """, Csv(all: false));
    }

    [Fact]
    public void CSV_of_all_labels_has_them_in_the_models_order()
    {
        string[] rows = Csv(all: true).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, rows.Length);
        Assert.Contains(",normal ECG,SCP:NORM,,0.25,0.5,0,2,", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_in_CSV_are_good_to_a_millionth_and_never_in_exponents()
    {
        var output = new StringWriter();
        using var writer = new PredictionCsv(output, all: true);
        writer.Write(Make([new Finding(Normal, 1.0 / 3), new Finding(Odd, 1e-7)]));
        string[] fields = [.. output.ToString().Split('\n').Skip(1).Take(2).Select(row => row.Split(',')[^9])];
        Assert.Equal(1.0 / 3, double.Parse(fields[0], CultureInfo.InvariantCulture), 1e-8);
        Assert.Equal("0.0000001", fields[1]);
    }

    [Fact]
    public void JSON_names_its_version_every_finding_the_provenance_and_the_failures()
    {
        using var stream = new MemoryStream();
        using (var writer = new PredictionJson(stream, all: false))
        {
            writer.Write(Make());
            writer.Complete(Summary);
        }

        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement root = json.RootElement;
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal(PredictionWriter.Notice, root.GetProperty("notice").GetString());
        JsonElement record = Assert.Single(root.GetProperty("records").EnumerateArray());
        Assert.Equal("a,b.hea", record.GetProperty("record").GetString());
        JsonElement finding = record.GetProperty("findings")[1];
        Assert.Equal("SCP:AFIB", finding.GetProperty("code").GetString());
        Assert.Equal(0.4, finding.GetProperty("probability").GetDouble());
        Assert.Equal("small", record.GetProperty("provenance").GetProperty("model").GetString());
        Assert.Equal("broken", root.GetProperty("failures")[0].GetProperty("reason").GetString());
        Assert.Equal((byte)'\n', stream.ToArray()[^1]);
    }

    [Fact]
    public void JSON_without_any_prediction_is_whole()
    {
        using var stream = new MemoryStream();
        using (var writer = new PredictionJson(stream, all: true))
            writer.Complete(Summary with { Records = 0 });
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        Assert.Empty(json.RootElement.GetProperty("records").EnumerateArray());
    }

    [Fact]
    public void The_table_shows_the_recording_its_warnings_the_findings_and_what_came_nearest()
    {
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: false, colour: false);
        writer.Write(Make());
        writer.Complete(Summary);

        Assert.Equal(
            """
            a,b.hea
              wfdb, 12 leads, 500 Hz, 10.0 s, 2 windows
              ! lead III derived
              ! short

              finding                                           code         category           probability from
            • a "quoted", odd one                                                        ██████████  98.8 % 50 %
            • atrial fibrillation                               SCP:AFIB     rhythm      ████░░░░░░  40.0 % 32 %
              normal ECG                                        SCP:NORM     diagnostic  ██░░░░░░░░  25.0 % 50 %

            • at or above its threshold ("from"); the others came nearest. Research use; not a medical device.

            """, output.ToString());
    }

    [Fact]
    public void What_could_not_be_judged_is_never_shown_as_found_without_its_mark()
    {
        Prediction prediction = Make([new Finding(Rare, 0.9), new Finding(Normal, 0.1)]);
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: false, colour: false);
        writer.Write(prediction);
        writer.Complete(Summary);
        Assert.Contains("\n? posterior infarction ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\n? reaches its threshold, but too few recordings", output.ToString(), StringComparison.Ordinal);
        Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= 100, line));

        var csv = new StringWriter();
        using var rows = new PredictionCsv(csv, all: true);
        rows.Write(prediction);
        Assert.Equal(["1", "0"], csv.ToString().Split('\n').Skip(1).Take(2).Select(row => row.Split(',')[^1]));

        using var stream = new MemoryStream();
        using (var json = new PredictionJson(stream, all: false))
        {
            json.Write(prediction);
            json.Complete(Summary);
        }

        Assert.True(JsonDocument.Parse(stream.ToArray()).RootElement.GetProperty("records")[0].GetProperty("findings")[0].GetProperty("unproven").GetBoolean());
        Assert.Equal("posterior infarction (90 %, unproven)", PredictionPages.With(new PageOptions(), prediction).Statements[0].Replace('\u00a0', ' ').Replace("90%", "90 %", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_without_doubtful_findings_explains_no_mark()
    {
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: true, colour: false);
        writer.Write(Make([new Finding(Rare, 0.01), new Finding(Normal, 0.9)]));
        writer.Complete(Summary);
        Assert.DoesNotContain("? ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_of_the_table_is_wider_than_100_columns()
    {
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: true, colour: false);
        ModelLabel wide = new() { Name = new string('n', 80), Code = "SCP:LONGLONGLONG", Category = "diagnosticdiagnostic" };
        writer.Write(Make([new Finding(wide, 1)]) with { Warnings = [string.Join(' ', Enumerable.Repeat("warning", 40))] });
        writer.Complete(Summary);
        Assert.All(output.ToString().Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public void A_recording_without_findings_says_so()
    {
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: false, colour: false);
        writer.Write(Make([new Finding(Normal, 0.1)]));
        Assert.Contains("no finding reaches its threshold", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_appears_only_where_it_is_asked_for()
    {
        var output = new StringWriter();
        using var writer = new PredictionTable(output, all: false, colour: true);
        writer.Write(Make());
        Assert.Contains("\e[1m", output.ToString(), StringComparison.Ordinal);
    }

    private static string Csv(bool all)
    {
        var output = new StringWriter();
        using var writer = new PredictionCsv(output, all);
        writer.Write(Make());
        writer.Complete(Summary);
        return output.ToString();
    }

    private static Prediction Make(IReadOnlyList<Finding>? labels = null) => new()
    {
        Record = new RecordFacts("a,b.hea", "wfdb", 12, 500, 10),
        Labels = labels ?? [new Finding(Fibrillation, 0.4), new Finding(Normal, 0.25), new Finding(Odd, 0.987654321)],
        Windows = 2,
        Warnings = ["lead III derived", "short"],
        Provenance = new PredictionProvenance("small", "se-resnet", "cpu", "0.1.0", "1.13.0"),
    };
}
