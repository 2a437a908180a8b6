// The JSON of `info`: field names and numbers.
using System.Text.Json;

namespace Einthoven.Signals.Tests;

public class EcgSummaryTests
{
    [Fact]
    public void The_json_has_the_agreed_fields()
    {
        var record = new EcgRecord("folder/r1.csv", "csv", 250, 6,
            [new EcgLead("ii", "mV", 250, new double[] { double.NaN, 1, 2, 3, 4, 5 }), new EcgLead("V1", "mV", 250, new[] { double.NaN, double.NaN })],
            new Dictionary<string, string> { ["age"] = "60" }, ["a warning"]);

        using JsonDocument document = JsonDocument.Parse(EcgSummary.Of(record).ToJson());

        JsonElement root = document.RootElement;
        Assert.Equal(["record", "path", "format", "sampling_rate_hz", "samples", "duration_s", "leads", "metadata", "warnings"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("r1", root.GetProperty("record").GetString());
        Assert.Equal(0.024, root.GetProperty("duration_s").GetDouble());
        JsonElement lead = root.GetProperty("leads")[0];
        Assert.Equal(["name", "unit", "rate", "samples", "missing", "first5", "mean", "std"], lead.EnumerateObject().Select(p => p.Name));
        Assert.Equal("II", lead.GetProperty("name").GetString());
        Assert.Equal(1, lead.GetProperty("missing").GetInt32());
        Assert.Equal(JsonValueKind.Null, lead.GetProperty("first5")[0].ValueKind);
        Assert.Equal(3, lead.GetProperty("mean").GetDouble());
        Assert.Equal(Math.Sqrt(2), lead.GetProperty("std").GetDouble(), 1e-15);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("leads")[1].GetProperty("mean").ValueKind);
    }

    [Fact]
    public void An_unknown_rate_is_null()
    {
        var record = new EcgRecord("x", "npy", double.NaN, 2, [new EcgLead("I", "mV", double.NaN, new double[] { 1, 2 })]);

        using JsonDocument document = JsonDocument.Parse(EcgSummary.Of(record).ToJson(indented: false));

        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("sampling_rate_hz").ValueKind);
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("leads")[0].GetProperty("rate").ValueKind);
    }
}
