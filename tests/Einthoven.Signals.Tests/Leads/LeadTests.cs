// Lead names in their many spellings, and the limb leads that follow from two of them.
namespace Einthoven.Signals.Tests.Leads;

public class LeadTests
{
    [Theory]
    [InlineData("AVR", "aVR")]
    [InlineData("avl", "aVL")]
    [InlineData("v1", "V1")]
    [InlineData(" ii ", "II")]
    [InlineData("DIII", "III")]
    [InlineData("Lead I (Einthoven)", "I")]
    [InlineData("MDC_ECG_LEAD_AVF", "aVF")]
    [InlineData("ECG V6", "V6")]
    [InlineData("V2 (uV)", "V2")]
    [InlineData("mlii", "MLII")]
    [InlineData("MLII", "MLII")]
    [InlineData("V", "V")]
    [InlineData("-aVR", "-aVR")]
    [InlineData("ECG 1", "ECG 1")]
    [InlineData("col 0", "col 0")]
    [InlineData("ABP", "ABP")]
    [InlineData("", "")]
    [InlineData("a very long name that nobody would give a lead", "a very long name that nobody would give a lead")]
    public void A_lead_name_becomes_canonical_where_it_is_known(string name, string expected) => Assert.Equal(expected, LeadNames.Canonical(name));

    [Fact]
    public void The_standard_order_is_the_customary_one()
    {
        Assert.Equal(TestRecords.Twelve, LeadNames.Standard12);
        Assert.Equal(-1, LeadNames.StandardIndex("MLII"));
    }

    [Theory]
    [InlineData("I", "II")]
    [InlineData("I", "III")]
    [InlineData("II", "III")]
    public void Two_limb_leads_give_the_other_four(string first, string second)
    {
        double[] one = [0.1, -0.2, 0.7], two = [0.4, 0.5, -0.6];
        var all = new Dictionary<string, double[]>
        {
            ["I"] = one,
            ["II"] = two,
            ["III"] = [.. two.Zip(one, (b, a) => b - a)],
            ["aVR"] = [.. one.Zip(two, (a, b) => -(a + b) / 2)],
            ["aVL"] = [.. one.Zip(two, (a, b) => a - b / 2)],
            ["aVF"] = [.. one.Zip(two, (a, b) => b - a / 2)],
        };
        var record = new EcgRecord("x", "made", 500, 3, [Lead(first, all[first]), Lead(second, all[second]), Lead("V1", one)]);

        EcgRecord complete = LimbLeads.Complete(record);

        Assert.Equal(["I", "II", "III", "aVR", "aVL", "aVF", "V1"], complete.Leads.Select(l => l.Name));
        foreach ((string name, double[] values) in all)
            for (int t = 0; t < 3; t++) Assert.Equal(values[t], complete.Lead(name).Samples.Span[t], 1e-12);
        Assert.Equal(0, LimbLeads.EinthovenResidual(complete)!.Value, 1e-12);
        Assert.Contains("derived", Assert.Single(complete.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_limb_lead_gives_nothing()
    {
        var record = new EcgRecord("x", "made", 500, 3, [Lead("I", [1, 2, 3]), Lead("V1", [1, 2, 3])]);

        Assert.Same(record, LimbLeads.Complete(record));
        Assert.False(LimbLeads.TryDerive(record, "III", out _));
        Assert.Null(LimbLeads.EinthovenResidual(record));
    }

    [Fact]
    public void Exchanged_columns_show_in_the_residual()
    {
        var record = new EcgRecord("x", "made", 500, 2, [Lead("I", [0.5, 1]), Lead("II", [1, 2]), Lead("III", [-0.5, -1])]);

        Assert.True(LimbLeads.EinthovenResidual(record) > 0.5);
    }

    static EcgLead Lead(string name, double[] values) => new(name, "mV", 500, values);
}
