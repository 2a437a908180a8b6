// info, model, doctor and help, as processes.

using System.Text.Json;

namespace Einthoven.Cli.Tests;

public sealed class OtherVerbsTests
{
    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("predict", "--help")]
    [InlineData("info", "--help")]
    [InlineData("finetune", "--help")]
    [InlineData("model", "import", "--help")]
    [InlineData("doctor", "--help")]
    public void Help_is_printed_with_status_0(params string[] call)
    {
        using var workshop = new Workshop();
        CliResult result = Cli.Run(workshop.Folder, null, call);
        Assert.Equal(0, result.Status);
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        if (call.Length > 1)
            Assert.Contains("Examples:\n  einthoven ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_describes_every_lead_in_JSON()
    {
        using Workshop workshop = new Workshop().AddRecord("a");
        CliResult result = Cli.Run(workshop.Folder, null, "info", "records/a.hea", "--format", "json");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement lead = json.RootElement.GetProperty("records")[0].GetProperty("leads")[1];

        Assert.Equal(0, result.Status);
        Assert.Equal("V1", lead.GetProperty("name").GetString());
        Assert.Equal("mV", lead.GetProperty("unit").GetString());
        Assert.Equal(100, lead.GetProperty("rate").GetDouble());
        Assert.Equal(300, lead.GetProperty("samples").GetInt32());
        Assert.Equal(0, lead.GetProperty("missing").GetInt32());
        Assert.Equal(0.4, lead.GetProperty("first5")[0].GetDouble(), 1e-12);
        Assert.Equal(0.28, lead.GetProperty("std").GetDouble(), 0.01);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("csv")]
    [InlineData("json")]
    public void Info_names_broken_files_and_returns_1(string format)
    {
        using Workshop workshop = new Workshop().AddRecord("a").AddBroken("b");
        CliResult result = Cli.Run(workshop.Folder, null, "info", "records", "--format", format);
        Assert.Equal(1, result.Status);
        Assert.Contains("records/a.hea", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("einthoven: records/b.hea: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_are_listed_described_and_verified()
    {
        using Workshop workshop = new Workshop().AddModel();
        Assert.Contains("small", Cli.Run(workshop.Folder, null, "model", "list").Output, StringComparison.Ordinal);

        string described = Cli.Run(workshop.Folder, null, "model", "describe", "small").Output;
        Assert.Contains("SCP:AFIB", described, StringComparison.Ordinal);
        Assert.Contains("windows of 1 s", described, StringComparison.Ordinal);

        Assert.Equal(0, Cli.Run(workshop.Folder, null, "model", "verify", "small").Status);
        File.AppendAllText(Path.Combine(workshop.Folder, "small", "card.md"), "changed");
        CliResult damaged = Cli.Run(workshop.Folder, null, "model", "verify", "small");
        Assert.Equal(1, damaged.Status);
        Assert.Contains("card.md", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbs_without_a_model_never_load_libtorch()
    {
        using Workshop workshop = new Workshop().AddRecord("a");
        string? before = Environment.GetEnvironmentVariable("EINTHOVEN_BRIDGE");
        // A bridge that is not there: whoever loads it fails.
        Environment.SetEnvironmentVariable("EINTHOVEN_BRIDGE", Path.Combine(workshop.Folder, "no-bridge.so"));
        try
        {
            Assert.Equal(0, Cli.Run(workshop.Folder, null, "info", "records").Status);
            Assert.Equal(0, Cli.Run(workshop.Folder, null, "model", "list").Status);
            Assert.Equal(0, Cli.Run(workshop.Folder, null, "predict", "--help").Status);
            CliResult doctor = Cli.Run(workshop.Folder, null, "doctor");
            Assert.Equal(1, doctor.Status);
            Assert.Contains("no-bridge.so", doctor.Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("EINTHOVEN_BRIDGE", before);
        }
    }

    [Fact]
    public void Doctor_names_libtorch_and_the_processor()
    {
        using var workshop = new Workshop();
        CliResult result = Cli.Run(workshop.Folder, null, "doctor");
        Assert.Equal(0, result.Status);
        Assert.Matches("(?m)^libtorch +[0-9]+\\.", result.Output);
        Assert.Matches("(?m)^processor +[0-9]+ cores", result.Output);
    }

    [Fact]
    public void A_checkpoint_that_is_none_and_a_family_that_is_none_are_named()
    {
        using var workshop = new Workshop();
        File.WriteAllText(Path.Combine(workshop.Folder, "x.pt"), "no checkpoint");
        CliResult family = Cli.Run(workshop.Folder, null, "model", "import", "x.pt", "--family", "none", "--out", "y");
        Assert.Equal(2, family.Status);
        Assert.Contains("none", family.Error, StringComparison.Ordinal);
    }
}
