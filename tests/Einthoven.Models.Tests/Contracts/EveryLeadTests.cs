// Networks of any one lead: which leads they are given, what they leave unsaid, and when they stand in for a model of several.

using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;

namespace Einthoven.Models.Tests.Contracts;

public sealed class EveryLeadTests
{
    private static readonly InputContract Any = Records.Contract() with
    {
        Leads = ["I"],
        AnyLead = true,
        Normalization = new StandardizeTogether { Epsilon = 0 },
    };

    [Fact]
    public void Every_live_lead_gives_windows_of_its_own_as_if_it_were_the_only_one()
    {
        EcgRecord record = Records.Sines(120, 100, "II", "V5", "Resp");
        Windows windows = Any.Apply(record);
        Assert.Equal(["II", "II", "V5", "V5"], windows.LeadOf);
        Windows alone = (Any with { AnyLead = false, Leads = ["V5"] }).Apply(record);
        Assert.Equal(alone[1].ToArray(), windows[3].ToArray());
        Assert.Equal((4, 1, 50), (windows.Count, windows.Leads, windows.Samples));
    }

    [Fact]
    public void A_chosen_lead_is_the_only_one_even_where_it_has_to_be_derived()
    {
        Windows windows = (Any with { OnlyLead = "aVF" }).Apply(Records.Sines(100, 100, "I", "II"));
        Assert.Equal(["aVF", "aVF"], windows.LeadOf);
        Assert.Contains(windows.Warnings, warning => warning.Contains("aVF is derived", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flat_lead_is_left_out_and_named_and_a_recording_of_flat_leads_is_refused()
    {
        double[] flat = [.. Enumerable.Range(0, 200).Select(t => 0.001 * (t % 2))];
        Windows windows = Any.Apply(Records.Of(100, ("I", Records.Sine(200, 1, 0)), ("V1", flat)));
        Assert.Equal("I", Assert.Single(windows.LeadOf.Distinct()));
        Assert.Contains("lead V1 flat: left out", windows.Warnings);
        var refused = Assert.Throws<InputContractException>(() => Any.Apply(Records.Of(100, ("V1", flat))));
        Assert.Contains("V1: flat or empty", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_signal_without_the_name_of_a_lead_is_taken_with_a_warning()
    {
        Windows windows = Any.Apply(Records.Sines(100, 100, "sensor"));
        Assert.Equal("sensor", windows.LeadOf[0]);
        Assert.Contains(windows.Warnings, warning => warning.Contains("\"sensor\": no name of a lead", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lead_that_is_flat_for_less_than_half_of_its_seconds_is_live()
    {
        double[] half = [.. Enumerable.Range(0, 1000).Select(t => t < 490 ? 0 : Math.Sin(t / 7.0))];
        Assert.False(LiveLeads.IsDead(new EcgLead("I", "mV", 100, half)));
        Assert.True(LiveLeads.IsDead(new EcgLead("I", "mV", 100, half.AsMemory(0, 600))));
        Assert.True(LiveLeads.IsDead(new EcgLead("I", "mV", 100, Enumerable.Repeat(double.NaN, 500).ToArray())));
        Assert.False(LiveLeads.IsDead(new EcgLead("I", "count", 100, half.AsMemory(490).ToArray().Select(x => x / 1e6).ToArray())));
    }

    [Fact]
    public void A_label_is_averaged_over_the_leads_that_show_it_and_left_out_where_none_does()
    {
        ModelLabel[] labels =
        [
            new() { Name = "any" },
            new() { Name = "from V1", Leads = ["V1"] },
            new() { Name = "from V6", Leads = ["V6"] },
        ];
        // Logits of two windows, lead I then V1.
        Finding[] findings = NetworkOutputs.Probabilities(labels, [0, 0, 9, float.PositiveInfinity, 2, 9], ["I", "V1"]);
        Assert.Equal(["any", "from V1"], findings.Select(finding => finding.Label));
        Assert.Equal(0.75, findings[0].Probability, 1e-12);
        Assert.Equal(1 / (1 + Math.Exp(-2)), findings[1].Probability, 1e-12);
    }

    [Theory]
    [InlineData("I,II,V1,V2,V3,V4,V5,V6", "", null)]            // the limb leads follow
    [InlineData("I", "", "11 of 12 leads are missing")]
    [InlineData("I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6", "I,II,III,aVR,aVL,aVF,V1,V2", null)]    // four are left
    [InlineData("I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6", "I,II,III,aVR,aVL,aVF,V1,V2,V3", "9 of 12 leads are flat; 3 of 12 leads carry a signal")]
    public void A_model_of_twelve_leads_gives_way_where_leads_are_missing_or_too_many_are_flat(string leads, string flat, string? reason)
    {
        InputContract twelve = Records.Contract() with
        {
            Leads = LeadNames.Standard12,
            Normalization = new FixedScale { Millivolts = [.. Enumerable.Repeat(1.0, 12)] },
        };
        string[] dead = flat.Split(',');
        EcgRecord record = Records.Of(100, [.. leads.Split(',').Select((lead, k) => (lead, dead.Contains(lead) ? new double[300] : Records.Sine(300, 1 + (3 * k), 0)))]);
        Assert.Equal(reason, StandIn.Reason(twelve, record));
    }

    [Theory]
    [InlineData("I,II,V1,V2,V3,V4,V5,V6", "", null)]
    [InlineData("I,II", "", null)]                              // six are left: the rest is zero
    [InlineData("V1,V2,V3,V4", "", null)]
    [InlineData("V1,V2,V3", "", "9 of 12 leads are missing; 3 of 12 leads carry a signal")]
    [InlineData("V1,V2,V3,V4", "V1", "9 of 12 leads are missing or flat; 3 of 12 leads carry a signal")]
    [InlineData("watch", "", "none of its 12 leads is there")]
    public void A_model_that_bears_missing_leads_gives_way_where_too_few_are_left(string leads, string flat, string? reason)
    {
        InputContract twelve = Records.Contract() with
        {
            Leads = LeadNames.Standard12,
            Normalization = new FixedScale { Millivolts = [.. Enumerable.Repeat(1.0, 12)] },
            MissingLeads = MissingLeadPolicy.Zero,
        };
        EcgRecord record = Records.Of(100, [.. leads.Split(',').Select((lead, k) => (lead, lead == flat ? new double[300] : Records.Sine(300, 1 + (3 * k), 0)))]);
        Assert.Equal(reason, StandIn.Reason(twelve, record));
    }

    [Fact]
    public void A_Holters_modified_lead_counts_as_the_lead_it_looks_along() =>
        Assert.Single(NetworkOutputs.Probabilities([new ModelLabel { Name = "from II", Leads = ["II"] }, new ModelLabel { Name = "from I", Leads = ["I"] }], [0, 0], ["MLII"]));

    [Fact]
    public void An_input_of_any_lead_names_one_only() =>
        Assert.Contains("anyLead goes with one lead", Assert.Throws<ArgumentException>((Records.Contract() with { AnyLead = true }).Validate).Message, StringComparison.Ordinal);
}
