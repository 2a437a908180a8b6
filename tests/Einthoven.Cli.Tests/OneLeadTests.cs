// einthoven predict, as a process, on recordings with too few leads: a watch, a Holter recorder, dead electrodes.

using System.Text.Json;
using Einthoven.Models.Packages;

namespace Einthoven.Cli.Tests;

public sealed class OneLeadTests
{
    [Fact]
    public void A_watchs_lead_is_answered_by_the_one_lead_model_in_every_format()
    {
        using Workshop workshop = Make();
        Write(workshop, "watch.csv", "I");
        CliResult table = Cli.Run(workshop.Folder, null, "predict", "watch.csv");
        Assert.Equal(0, table.Status);
        Assert.Contains("lead V1 is missing: einthoven-mini cannot be asked; einthoven-one-lead answers", Flat(table.Output), StringComparison.Ordinal);
        Assert.Contains("judged from lead I alone", Flat(table.Output), StringComparison.Ordinal);
        Assert.Contains("Nothing is said of axis", Flat(table.Output), StringComparison.Ordinal);
        Assert.Contains("not judged, because this lead does not show it well enough: only V1", Flat(table.Output), StringComparison.Ordinal);
        Assert.Contains("1 answered by einthoven-one-lead", table.Error, StringComparison.Ordinal);

        CliResult csv = Cli.Run(workshop.Folder, null, "predict", "watch.csv", "--format", "csv", "--all");
        string[] rows = csv.Output.TrimEnd('\n').Split('\n');
        Assert.EndsWith(",contract,model,leads,unproven", rows[0], StringComparison.Ordinal);
        Assert.EndsWith(",einthoven-one-lead,I,0", Assert.Single(rows[1..]), StringComparison.Ordinal);

        CliResult json = Cli.Run(workshop.Folder, null, "predict", "watch.csv", "--format", "json");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        JsonElement record = document.RootElement.GetProperty("records")[0];
        Assert.Equal("einthoven-one-lead", record.GetProperty("provenance").GetProperty("model").GetString());
        Assert.Equal("I", record.GetProperty("from_leads")[0].GetString());
        Assert.Equal("sinus rhythm", Assert.Single(record.GetProperty("findings").EnumerateArray()).GetProperty("label").GetString());
    }

    [Fact]
    public void Recordings_of_both_kinds_keep_their_order_and_each_gets_its_model()
    {
        using Workshop workshop = Make().AddRecord("twelve");
        Write(workshop, "watch.csv", "II");
        Write(workshop, "other.csv", "II");
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "watch.csv", "records/twelve.hea", "other.csv", "--format", "csv");
        Assert.Equal(
            ["einthoven-one-lead,II,0", "einthoven-mini,,0", "einthoven-one-lead,II,0"],
            result.Output.TrimEnd('\n').Split('\n')[1..].Select(row => string.Join(',', row.Split(',')[^3..])));
    }

    [Fact]
    public void Dead_leads_make_way_for_the_one_lead_model_where_less_than_a_third_is_left_and_are_named()
    {
        using Workshop workshop = Make();
        Write(workshop, "half.csv", "I", "V1", dead: true);
        Assert.DoesNotContain("einthoven-one-lead answers", Flat(Cli.Run(workshop.Folder, null, "predict", "half.csv").Output), StringComparison.Ordinal);

        File.WriteAllLines(Path.Combine(workshop.Folder, "dead.csv"), Enumerable.Range(0, 1001).Select(t => t == 0 ? "time,I,V1,V5" : FormattableString.Invariant($"{t / 100.0:F2},0,0,{Math.Sin(t / 7.0):F4}")));
        string said = Flat(Cli.Run(workshop.Folder, null, "predict", "dead.csv").Output);
        Assert.Contains("leads I, V1 are flat; 0 of 2 leads carry a signal", said, StringComparison.Ordinal);
        Assert.Contains("leads I, V1 flat: left out", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_names_the_model_gets_it_or_a_word_why_not_and_who_names_a_lead_gets_that_one()
    {
        using Workshop workshop = Make();
        Write(workshop, "holter.csv", "II", "V5");
        CliResult named = Cli.Run(workshop.Folder, null, "predict", "holter.csv", "--model", "einthoven-mini");
        Assert.Equal(1, named.Status);
        Assert.Contains("leads I, V1 are missing", named.Error, StringComparison.Ordinal);
        CliResult lead = Cli.Run(workshop.Folder, null, "predict", "holter.csv", "--lead", "V5", "--format", "csv");
        Assert.EndsWith(",einthoven-one-lead,V5,0", lead.Output.TrimEnd('\n'), StringComparison.Ordinal);
    }

    private static Workshop Make() => new Workshop().AddModel(ModelCatalog.DefaultModel).AddOneLeadModel(ModelCatalog.OneLeadModel);

    private static void Write(Workshop workshop, string name, string first, string? second = null, bool dead = false) => File.WriteAllLines(
        Path.Combine(workshop.Folder, name),
        [
            $"time,{first} (mV){(second is null ? "" : $",{second} (mV)")}",
            .. Enumerable.Range(0, 300).Select(t => FormattableString.Invariant(
                $"{t / 100.0},{Math.Sin(t / 7.0):F4}") + (second is null ? "" : dead ? ",0" : FormattableString.Invariant($",{Math.Cos(t / 5.0):F4}"))),
        ]);

    // The table breaks its lines.
    private static string Flat(string text) => string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
