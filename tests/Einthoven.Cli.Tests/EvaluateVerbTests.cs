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
