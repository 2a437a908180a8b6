// The judge judged: what passes, what fails, and what is reported as furthest off.
using System.Text.Json;

namespace Einthoven.Golden;

public sealed class DeviationsTests
{
    [Theory]
    [InlineData("""{"abs":0.5}""", 1.25, 1.0, 0.5)]
    [InlineData("""{"rel":0.1}""", 2.1, 2.0, 0.5)]
    [InlineData("""{"rel_to_max":0.1}""", 1.25, 1.0, 0.625)] // the tensor's maximum is 4
    [InlineData("""{"rel_to_max1":0.5,"abs":1}""", 1.75, 1.0, 0.25)]
    [InlineData("""{"abs":0}""", 1.0, 1.0, 0.0)]
    [InlineData("""{"abs":0}""", 1.5, 1.0, double.PositiveInfinity)]
    public void The_worst_share_is_the_deviation_over_its_bound(string tolerance, double actual, double expected, double worst)
    {
        Deviations deviations = With(tolerance);
        deviations.Compare("t", "values", [4.0, actual], [4.0, expected]);
        Assert.Equal(worst, deviations.Worst, 12);
    }

    [Theory]
    [InlineData(double.NaN, double.NaN, true)]
    [InlineData(double.NaN, 1.0, false)]
    [InlineData(1.0, double.NaN, false)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, false)]
    [InlineData(1e300, double.PositiveInfinity, false)]
    public void Undefined_and_infinite_values_match_only_themselves(double actual, double expected, bool passes)
    {
        Deviations deviations = With("""{"abs":1,"rel_to_max":1}""");
        deviations.Compare("t", "values", actual, expected);
        Assert.Equal(passes, deviations.Worst <= 1);
    }

    [Fact]
    public void A_summary_is_compared_by_the_figures_present_and_names_the_one_furthest_off()
    {
        double[] actual = [1, 2, 3, 4];
        Deviations good = With("""{"abs":1e-12}""");
        good.Summary("t", "values", actual, Parse("""{"first2":[1,2],"last1":[4],"mean":2.5,"std":1.118033988749895,"l2":5.477225575051661,"sum":10,"note":"x"}"""));
        Assert.InRange(good.Worst, 0, 1);
        Assert.Equal(7, good.Compared);

        Deviations bad = With("""{"abs":0.1}""");
        bad.Summary("t", "values", actual, Parse("""{"last2":[3,4.25],"sum":10.19}"""));
        Assert.Equal(2.5, bad.Worst, 9);
        Assert.StartsWith("t[3]", bad.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_lengths_and_unequal_facts_fail()
    {
        Deviations lengths = With("""{"abs":9}""");
        lengths.Compare("t", "values", [1.0], [1.0, 2.0]);
        Assert.Equal(double.PositiveInfinity, lengths.Worst);
        Deviations facts = With("""{"abs":9}""");
        facts.Equal("count", 3, 4);
        Assert.Equal("count: 3 instead of 4", facts.Where);
    }

    private static Deviations With(string tolerance) =>
        new(new(null!, Parse($$$"""{"id":"i","kind":"k","files":{},"tolerance":{"values": {{{tolerance}}} }}""")));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
