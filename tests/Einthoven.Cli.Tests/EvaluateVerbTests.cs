// einthoven evaluate, as a process: figures, what is left out, and two models side by side.

using System.Text.Json;

namespace Einthoven.Cli.Tests;

public sealed class EvaluateVerbTests
{
    [Fact]
    public void A_package_is_scored_on_a_folder_with_a_table_and_what_has_no_partner_is_named()
    {
        using Workshop workshop = Make();
        CliResult result = Cli.Run(
            workshop.Folder, null, "evaluate", "--data", "records", "--labels", "labels.csv", "--model", Workshop.ModelName, "--format", "json", "--draws", "20", "--scores", "scores.csv");
        Assert.Equal(0, result.Status);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement label = json.RootElement.GetProperty("labels")[0];
        Assert.Equal(("sinus rhythm", 1, 2, 1), (label.GetProperty("label").GetString(), label.GetProperty("positives").GetInt32(), label.GetProperty("negatives").GetInt32(), label.GetProperty("unknown").GetInt32()));
        Assert.Equal(4, json.RootElement.GetProperty("records").GetInt32());
        Assert.Contains("the data do not have them (1): atrial fibrillation", result.Error, StringComparison.Ordinal);
        Assert.Contains("the model does not have them (1): noise", result.Error, StringComparison.Ordinal);
        string[] scores = File.ReadAllLines(Path.Combine(workshop.Folder, "scores.csv"));
        Assert.Equal("record,patient,label,probability,truth", scores[0]);
        Assert.Equal(5, scores.Length);
    }

    [Fact]
    public void A_model_does_not_differ_from_itself()
    {
        using Workshop workshop = Make();
        CliResult result = Cli.Run(
            workshop.Folder, null, "evaluate", "--data", "records", "--labels", "labels.csv", "--model", Workshop.ModelName, "--compare", Workshop.ModelName, "--format", "csv", "--draws", "20");
        Assert.Equal(0, result.Status);
        Assert.Contains("\nsinus rhythm,brier,", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^,auroc,0\.5,0\.5,0,0,0,1,1,\d+$", result.Output);
    }

    [Fact]
    public void A_model_joined_with_itself_answers_as_before_and_its_thresholds_are_chosen_anew()
    {
        using Workshop workshop = Make().AddModel("twin");
        File.WriteAllText(Path.Combine(workshop.Folder, "both.csv"), "record,SR,AFIB\na,1,0\nb,0,1\nc,0,0\nd,1,0\n");
        CliResult joined = Cli.Run(workshop.Folder, null, "model", "join", Workshop.ModelName, "twin", "--data", "records", "--labels", "both.csv", "--out", "joined");
        Assert.True(joined.Status == 0, joined.Error);
        Assert.Contains("2 of its labels are unproven there", joined.Output, StringComparison.Ordinal);
        Assert.Contains("| twin | se-resnet | ", File.ReadAllText(Path.Combine(workshop.Folder, "joined", "card.md")), StringComparison.Ordinal);
        CliResult same = Cli.Run(
            workshop.Folder, null, "evaluate", "--data", "records", "--labels", "both.csv", "--model", Workshop.ModelName, "--compare", "joined", "--format", "csv", "--draws", "20");
        Assert.Matches(@"(?m)^,brier,(0\.\d+),\1,0,", same.Output);

        CliResult silent = Cli.Run(workshop.Folder, null, "model", "join", Workshop.ModelName, "twin", "--data", "records", "--labels", "labels.csv", "--out", "nothing");
        Assert.Equal(1, silent.Status);
        Assert.Contains("The data say nothing of 1 of the model's labels, such as atrial fibrillation", silent.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(workshop.Folder, "nothing")));
    }

    [Fact]
    public void Wrong_calls_are_answered_in_one_line()
    {
        using Workshop workshop = Make();
        CliResult missing = Cli.Run(workshop.Folder, null, "evaluate", "--data", "records", "--labels", "nothing.csv", "--model", Workshop.ModelName);
        Assert.Equal(1, missing.Status);
        Assert.Single(missing.Error.TrimEnd('\n').Split('\n'));
        CliResult threshold = Cli.Run(workshop.Folder, null, "evaluate", "--data", "records", "--labels", "labels.csv", "--model", Workshop.ModelName, "--thresholds", "2");
        Assert.Equal(2, threshold.Status);
        Assert.StartsWith("einthoven: --thresholds 2:", threshold.Error, StringComparison.Ordinal);
    }

    private static Workshop Make()
    {
        Workshop workshop = new Workshop().AddModel().AddRecord("a").AddRecord("b").AddRecord("c").AddRecord("d");
        File.WriteAllText(Path.Combine(workshop.Folder, "labels.csv"), "record,SR,noise\na,1,0\nb,0,1\nc,0,0\nd,,0\n");
        return workshop;
    }
}
