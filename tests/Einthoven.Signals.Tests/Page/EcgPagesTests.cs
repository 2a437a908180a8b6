// What is drawn for recordings of every kind: which leads and times, gaps as gaps, plain words where something is missing.
using Einthoven.Signals.Page;

namespace Einthoven.Signals.Tests.Page;

public sealed class EcgPagesTests
{
    [Fact]
    public void Twelve_leads_of_ten_seconds_give_one_page_with_every_lead_and_a_rhythm_strip()
    {
        DisplayList page = Assert.Single(EcgPages.Draw(TestRecords.Counting(5000)));
        string[] traces = [.. Traces(page).Select(lines => lines.Title!["lead ".Length..])];
        Assert.Equal([.. TestRecords.Twelve, "II"], traces);
    }

    [Fact]
    public void A_sample_lies_where_speed_and_gain_put_it()
    {
        double[] samples = new double[5000];
        samples[250] = 1.5;
        var record = new EcgRecord("pulse", "made", 500, 5000, [.. TestRecords.Twelve.Select(name => new EcgLead(name, "mV", 500, samples))]);
        DisplayList page = EcgPages.Draw(record)[0];
        PagePoint top = Traces(page).First().Strokes.SelectMany(stroke => stroke).MinBy(point => point.Y);
        Assert.Equal(23.5 + (0.5 * 25), top.X, 6);
        Assert.Equal(67.5 - 15, top.Y, 6);
    }

    [Fact]
    public void Simplified_lines_pass_every_sample_within_a_fiftieth_of_a_millimetre()
    {
        var random = new Random(3);
        List<PagePoint> points = [.. Enumerable.Range(0, 2000).Select(i => new PagePoint(i * 0.05, Math.Sin(i / 30.0) + (random.NextDouble() * 0.05)))];
        List<PagePoint> kept = PageTrace.Simplify(points);
        Assert.InRange(kept.Count, 2, 1800);
        int at = 0;
        foreach (PagePoint point in points)
        {
            while (at < kept.Count - 2 && kept[at + 1].X <= point.X) at++;
            double share = (point.X - kept[at].X) / (kept[at + 1].X - kept[at].X);
            Assert.InRange(point.Y - (kept[at].Y + (share * (kept[at + 1].Y - kept[at].Y))), -0.020001, 0.020001);
        }
    }

    [Fact]
    public void A_gap_lifts_the_pen_and_is_named()
    {
        double[] samples = [.. Enumerable.Range(0, 5000).Select(i => i is >= 200 and < 450 ? double.NaN : Math.Sin(i / 10.0))];
        EcgRecord record = new("gap", "made", 500, 5000, [new EcgLead("II", "mV", 500, samples)]);
        DisplayList page = EcgPages.Draw(record)[0];
        PageLines trace = Traces(page).Single();
        Assert.Equal(2, trace.Strokes.Count);
        Assert.Equal(23.5 + (199 / 500.0 * 25), trace.Strokes[0][^1].X, 6);
        Assert.Equal(23.5 + (450 / 500.0 * 25), trace.Strokes[1][0].X, 6);
        Assert.Contains("II: 0.5 s missing", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_lead_without_any_sample_is_said_to_have_no_signal()
    {
        EcgLead[] leads = [.. TestRecords.Counting(5000).Leads];
        leads[7] = new EcgLead("V2", "mV", 500, Enumerable.Repeat(double.NaN, 5000).ToArray());
        DisplayList page = EcgPages.Draw(new EcgRecord("x", "made", 500, 5000, leads))[0];
        Assert.Contains("no signal", Words(page), StringComparison.Ordinal);
        Assert.DoesNotContain(Traces(page), lines => lines.Title == "lead V2");
    }

    [Fact]
    public void Missing_limb_leads_are_derived_and_missing_chest_leads_named()
    {
        DisplayList page = EcgPages.Draw(TestRecords.Counting(5000, 500, "I", "II", "V1", "V2", "V3", "V4", "V5"))[0];
        Assert.Contains(Traces(page), lines => lines.Title == "lead aVF");
        Assert.Contains("derived from the other limb leads: III, aVR, aVL, aVF", Words(page), StringComparison.Ordinal);
        Assert.Contains("not recorded", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    public void One_second_is_shown_in_every_column_at_once()
    {
        DisplayList page = Assert.Single(EcgPages.Draw(TestRecords.Counting(500)));
        Assert.Equal(13, Traces(page).Count());
        Assert.Contains("columns show the same time", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_an_hour_of_one_lead_becomes_a_strip_of_six_rows_a_page()
    {
        EcgRecord record = TestRecords.Counting(30 * 60 * 100, 100, "MLII");
        IReadOnlyList<DisplayList> pages = EcgPages.Draw(record);
        Assert.Equal(30, pages.Count);
        Assert.All(pages, page => Assert.Equal(6, Traces(page).Count()));
        Assert.Contains("29:50", Words(pages[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_leads_share_a_page_in_turn()
    {
        IReadOnlyList<DisplayList> pages = EcgPages.Draw(TestRecords.Counting(60 * 250, 250, "MLII", "V5"));
        Assert.Equal(2, pages.Count);
        Assert.Equal(["lead MLII", "lead V5", "lead MLII", "lead V5", "lead MLII", "lead V5"], Traces(pages[0]).Select(lines => lines.Title));
    }

    [Fact]
    public void Pages_beyond_the_limit_are_left_out_with_a_word()
    {
        IReadOnlyList<DisplayList> pages = EcgPages.Draw(TestRecords.Counting(600 * 100, 100, "II"), PageOptions.Default with { MaxPages = 3 });
        Assert.Equal(3, pages.Count);
        Assert.Contains("the first 3 of 10 pages", Words(pages[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_larger_than_the_sheet_is_cut_off_and_said_to_be()
    {
        double[] samples = [.. Enumerable.Range(0, 5000).Select(i => i % 500 == 250 ? 40.0 : 0)];
        DisplayList page = EcgPages.Draw(new EcgRecord("tall", "made", 500, 5000, [new EcgLead("II", "mV", 500, samples)]))[0];
        Assert.All(Traces(page).SelectMany(lines => lines.Strokes).SelectMany(stroke => stroke), point => Assert.InRange(point.Y, 0, 210));
        Assert.Contains("II: larger than the page and cut off", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Cabrera_draws_aVR_upside_down_and_says_so()
    {
        DisplayList page = EcgPages.Draw(TestRecords.Counting(5000), PageOptions.Default with { Layout = "cabrera" })[0];
        Assert.Contains("\u2212aVR", Words(page), StringComparison.Ordinal);
        double[] aVR = [.. TestRecords.Counting(5000).Lead("aVR").Samples.ToArray()];
        PagePoint first = Traces(page).Single(lines => lines.Title == "lead -aVR").Strokes[0][0];
        PagePoint second = Traces(page).Single(lines => lines.Title == "lead -aVR").Strokes[0][1];
        Assert.Equal(Math.Sign(aVR[1] - aVR[0]), Math.Sign(second.Y - first.Y));
    }

    [Fact]
    public void Signals_without_scale_or_rate_are_refused_with_advice()
    {
        EcgRecord counts = new("counts", "made", 500, 10, [new EcgLead("II", "count", 500, new double[10])]);
        Assert.Contains("counts per millivolt", Assert.Throws<EcgFormatException>(() => EcgPages.Draw(counts)).Message, StringComparison.Ordinal);
        EcgRecord unknown = new("rate", "made", double.NaN, 10, [new EcgLead("II", "mV", double.NaN, new double[10])]);
        Assert.Contains("sampling rate is unknown", Assert.Throws<EcgFormatException>(() => EcgPages.Draw(unknown)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4x4")]
    [InlineData("3x4+9")]
    [InlineData("poster")]
    public void Unknown_layouts_are_refused(string layout) =>
        Assert.Throws<ArgumentException>(() => EcgPages.Draw(TestRecords.Counting(5000), PageOptions.Default with { Layout = layout }));

    [Fact]
    public void No_text_runs_over_the_edge_of_the_sheet()
    {
        PageOptions options = PageOptions.Default with
        {
            Identity = [new string('W', 200)],
            Measurements = [.. Enumerable.Range(0, 14).Select(k => new PageMeasurement($"measure {k} with a long name", "1234567890 ms and more"))],
            StatementsTitle = new string('M', 120),
            Statements = [.. Enumerable.Range(0, 40).Select(k => string.Join(' ', Enumerable.Repeat("statement", 20)))],
        };
        foreach (PageText text in EcgPages.Draw(TestRecords.Counting(5000), options)[0].Items.OfType<PageText>())
        {
            double width = TextMetrics.Width(text.Text, text.SizeMm);
            double from = text.Anchor == PageAnchor.End ? text.At.X - width : text.At.X;
            Assert.InRange(from, 5, 292);
            Assert.InRange(from + width, 5, 292);
            Assert.InRange(text.At.Y, 5, 205);
        }
    }

    [Fact]
    public void A_filter_leaves_gaps_and_names_its_limits()
    {
        double[] samples = [.. Enumerable.Range(0, 5000).Select(i => i is >= 1000 and < 1100 ? double.NaN : 2 + Math.Sin(2 * Math.PI * 60 * i / 500.0))];
        EcgRecord record = new("hum", "made", 500, 5000, [new EcgLead("II", "mV", 500, samples)]);
        (EcgRecord filtered, string words) = (PageFilter.Parse("0.5-40") with { NotchHz = 60 }).Apply(record);
        Assert.Equal("0.5\u201340 Hz, 60 Hz notch", words);
        double[] values = filtered.Leads[0].Samples.ToArray();
        Assert.True(double.IsNaN(values[1050]));
        Assert.InRange(values[3000..4000].Max(), -0.05, 0.05);
    }

    private static IEnumerable<PageLines> Traces(DisplayList page) =>
        page.Items.OfType<PageLines>().Where(lines => lines.Title?.StartsWith("lead ", StringComparison.Ordinal) == true && lines.Title != "lead change");

    private static string Words(DisplayList page) => string.Join('\n', page.Items.OfType<PageText>().Select(text => text.Text));
}
