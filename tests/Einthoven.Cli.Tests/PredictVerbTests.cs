// einthoven predict, as a process: what it delivers, names and returns.

using System.Text.Json;

namespace Einthoven.Cli.Tests;

public sealed class PredictVerbTests
{
    private const string Header = "record,label,code,snomed,probability,threshold,positive,windows,warnings,contract,model,leads,unproven";

    [Fact]
    public void Broken_files_are_named_with_their_reason_the_rest_is_delivered_and_the_status_is_1()
    {
        using Workshop workshop = new Workshop().AddModel();
        foreach (int k in Enumerable.Range(0, 7))
            workshop.AddRecord($"good{k}");
        foreach (int k in Enumerable.Range(0, 3))
            workshop.AddBroken($"bad{k}");
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "records", "--model", Workshop.ModelName, "--format", "csv");

        Assert.Equal(1, result.Status);
        string[] rows = result.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(Header, rows[0]);
        Assert.Equal(7, rows.Length - 1);
        Assert.All(rows[1..], row => Assert.Contains(",sinus rhythm,SCP:SR,,", row, StringComparison.Ordinal));
        foreach (int k in Enumerable.Range(0, 3))
            Assert.Matches($"(?m)^einthoven: records/bad{k}.hea: .+", result.Error);
        Assert.Contains("7 records, 21 windows, 3 failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("not a medical device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_write_the_same_bytes_and_out_writes_them_to_a_file()
    {
        using Workshop workshop = new Workshop().AddModel().AddRecord("a").AddRecord("b");
        CliResult first = Cli.Run(workshop.Folder, null, "predict", "records", "--model", Workshop.ModelName, "--format", "csv", "--all");
        CliResult second = Cli.Run(workshop.Folder, null, "predict", "records", "--model", Workshop.ModelName, "--format", "csv", "--all", "--out", "findings.csv");

        Assert.Equal((0, 0), (first.Status, second.Status));
        Assert.Empty(second.Output);
        Assert.Equal(first.Output, File.ReadAllText(Path.Combine(workshop.Folder, "findings.csv")));
        Assert.Equal(5, first.Output.Count(character => character == '\n')); // header, 2 records of 2 labels
        Assert.DoesNotContain(Directory.GetFiles(workshop.Folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_on_standard_input_is_taken_in_its_order()
    {
        using Workshop workshop = new Workshop().AddModel().AddRecord("a").AddRecord("b");
        CliResult result = Cli.Run(workshop.Folder, "records/b.hea\nrecords/a.hea\n", "predict", "-", "--model", Workshop.ModelName, "--format", "csv");
        Assert.Equal(["records/b.hea", "records/a.hea"], result.Output.TrimEnd('\n').Split('\n')[1..].Select(row => row.Split(',')[0]));
    }

    [Fact]
    public void JSON_goes_to_standard_output_alone()
    {
        using Workshop workshop = new Workshop().AddModel().AddRecord("a");
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "records/a.hea", "--model", Workshop.ModelName, "--format", "json");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("sinus rhythm", json.RootElement.GetProperty("records")[0].GetProperty("findings")[0].GetProperty("label").GetString());
    }

    [Fact]
    public void The_table_is_plain_text_where_the_output_is_no_terminal()
    {
        using Workshop workshop = new Workshop().AddModel().AddRecord("a");
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "records/a.hea", "--model", Workshop.ModelName);
        Assert.Contains("• sinus rhythm", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Output + result.Error);
    }

    [Theory]
    [InlineData("predict")]
    [InlineData("predict", "x.hea", "--batch", "0")]
    [InlineData("predict", "x.hea", "--format", "xml")]
    [InlineData("predict", "x.hea", "--modle", "small")]
    [InlineData("predict", "x.hea", "--model", "none")]
    [InlineData("predict", "x.hea", "--model", "small", "--device", "abacus")]
    [InlineData("predict", "x.hea", "--model", "small", "--out", "absent/folder/file.csv")]
    [InlineData("predict", "x.hea", "--rate", "-5")]
    [InlineData("dance")]
    public void A_wrong_call_says_what_is_wrong_and_returns_2(params string[] call)
    {
        using Workshop workshop = new Workshop().AddModel();
        CliResult result = Cli.Run(workshop.Folder, null, call);
        Assert.Equal(2, result.Status);
        Assert.StartsWith("einthoven: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void An_input_that_does_not_exist_is_a_failed_input()
    {
        using Workshop workshop = new Workshop().AddModel();
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "absent.hea", "--model", Workshop.ModelName, "--format", "csv");
        Assert.Equal(1, result.Status);
        Assert.Equal(Header + "\n", result.Output);
        Assert.Contains("absent.hea", result.Error, StringComparison.Ordinal);
    }
}
