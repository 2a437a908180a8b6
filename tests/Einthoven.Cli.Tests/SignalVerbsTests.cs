// plot, measure, quality, simulate and the pages of predict, as processes: ordinary recordings and odd ones.

using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Signals.Simulation;

namespace Einthoven.Cli.Tests;

public sealed class SignalVerbsTests
{
    private const string MeasureColumns =
        "record,heart_rate_bpm,pr_ms,qrs_ms,qt_ms,qtc_bazett_ms,qtc_fridericia_ms,axis_qrs_deg,qtc_framingham_ms,qtc_hodges_ms,axis_p_deg,axis_t_deg,p_ms,rr_mean_ms,rr_sdnn_ms,rr_rmssd_ms,beats,remarks";

    private const string BeatColumns = "record,beat,p_on,p_peak,p_off,qrs_on,r_peak,qrs_off,t_on,t_peak,t_off";

    [Fact]
    public void Measure_adds_amplitudes_of_every_standard_lead_where_asked()
    {
        using Workshop workshop = Simulated("sinus");
        string[] lines = Lines(Cli.Run(workshop.Folder, null, "measure", "a.hea", "--format", "csv", "--amplitudes"));
        string[] names = lines[0].Split(','), row = lines[1].Split(',');
        Assert.Equal(MeasureColumns.Split(',').Length + 72, names.Length);
        double r = Number(row[Array.IndexOf(names, "II_r_mv")]);
        Assert.InRange(r, 0.3, 3);
        // By Einthoven's law the R of II is nearly that of I and III together where all are positive; aVR has none of note.
        Assert.InRange(Number(row[Array.IndexOf(names, "aVR_r_mv")]), 0, r / 2);
        Assert.InRange(Number(row[Array.IndexOf(names, "V1_s_mv")]), -3, 0);
        CliResult refused = Cli.Run(workshop.Folder, null, "measure", "a.hea", "--amplitudes");
        Assert.Equal(2, refused.Status);
        Assert.Contains("--format csv", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_prints_a_row_a_record_in_fixed_columns()
    {
        using Workshop workshop = Simulated("sinus");
        CliResult result = Cli.Run(workshop.Folder, null, "measure", "a.hea", "--format", "csv");
        string[] lines = Lines(result);
        string[] row = lines[1].Split(',');

        Assert.Equal(0, result.Status);
        Assert.Equal(MeasureColumns, lines[0]);
        Assert.Equal(2, lines.Length);
        Assert.Equal("a.hea", row[0]);
        Assert.InRange(Number(row[1]), 50, 110);
        Assert.InRange(Number(row[2]), 110, 220);
        Assert.InRange(Number(row[3]), 60, 120);
    }

    [Fact]
    public void Measure_beats_prints_a_row_a_beat_with_times_in_order()
    {
        using Workshop workshop = Simulated("sinus");
        CliResult result = Cli.Run(workshop.Folder, null, "measure", "a.hea", "--beats", "--format", "csv");
        string[] lines = Lines(result);

        Assert.Equal(0, result.Status);
        Assert.Equal(BeatColumns, lines[0]);
        Assert.InRange(lines.Length - 1, 8, 18);
        foreach (string line in lines[1..])
        {
            double[] times = [.. line.Split(',')[2..].Where(f => f.Length > 0).Select(Number)];
            Assert.Equal(times.Order(), times);
            Assert.InRange(times[^1] - times[0], 0.05, 1);
        }
    }

    [Fact]
    public void Quality_prints_the_record_first_and_then_every_lead()
    {
        using Workshop workshop = Simulated("sinus", record => WithLead(record, "V2", _ => double.NaN));
        CliResult result = Cli.Run(workshop.Folder, null, "quality", "a.hea", "--format", "csv");
        string[] lines = Lines(result);

        Assert.Equal(0, result.Status);
        Assert.Equal("record,lead,verdict,reasons", lines[0]);
        Assert.Equal("a.hea,,unacceptable,unacceptable leads", lines[1]);
        Assert.Equal(LeadNames.Standard12.Select(n => n == "V2" ? "a.hea,V2,unacceptable,missing" : $"a.hea,{n},acceptable,"), lines[2..]);
    }

    [Theory]
    [InlineData("one lead", "")]
    [InlineData("one second", "a single beat")]
    [InlineData("a lead without values", "lead V2")]
    [InlineData("asystole", "no heartbeat found")]
    [InlineData("no sample", "no lead can be measured")]
    public void Odd_recordings_are_measured_as_far_as_they_can_be(string kind, string remark)
    {
        using Workshop workshop = Odd(kind);
        CliResult measured = Cli.Run(workshop.Folder, null, "measure", "a.hea", "--format", "csv");
        CliResult judged = Cli.Run(workshop.Folder, null, "quality", "a.hea", "--format", "csv");

        Assert.True(measured.Status == 0, measured.Error);
        Assert.Contains(remark, Lines(measured)[1], StringComparison.Ordinal);
        Assert.True(judged.Status == 0, judged.Error);
        Assert.True(Lines(judged).Length > 1);
    }

    [Theory]
    [InlineData("one lead", "svg")]
    [InlineData("one second", "pdf")]
    [InlineData("a lead without values", "png")]
    [InlineData("asystole", "svg")]
    public void Odd_recordings_have_a_page(string kind, string format)
    {
        using Workshop workshop = Odd(kind);
        CliResult drawn = Cli.Run(workshop.Folder, null, "plot", "a.hea", "--out", "pages", "--format", format);

        Assert.True(drawn.Status == 0, drawn.Error);
        Assert.True(new FileInfo(Path.Combine(workshop.Folder, "pages", "a." + format)).Length > 1000);
    }

    [Fact]
    public void Half_an_hour_is_measured_and_drawn_page_after_page()
    {
        using Workshop workshop = Simulated("sinus", seconds: 1800);
        CliResult measured = Cli.Run(workshop.Folder, null, "measure", "a.hea", "--beats", "--format", "csv");
        CliResult drawn = Cli.Run(workshop.Folder, null, "plot", "a.hea", "--out", "pages", "--pages", "3");

        Assert.Equal(0, measured.Status);
        Assert.InRange(Lines(measured).Length, 1500, 3300);
        Assert.Equal(3, Lines(drawn).Length);
    }

    [Theory]
    [InlineData("measure")]
    [InlineData("quality")]
    [InlineData("plot")]
    public void A_file_that_is_no_ECG_is_named_and_the_others_are_done(string verb)
    {
        using Workshop workshop = Simulated("sinus");
        File.WriteAllText(Path.Combine(workshop.Folder, "b.hea"), "no recording at all\n");
        CliResult result = Cli.Run(workshop.Folder, null, verb, "b.hea", "a.hea");

        Assert.Equal(1, result.Status);
        Assert.StartsWith("einthoven: b.hea: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(verb == "plot" ? "a.svg" : "a.hea", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_carries_the_measurements_of_the_unfiltered_recording()
    {
        using Workshop workshop = Simulated("sinus");
        Cli.Run(workshop.Folder, null, "plot", "a.hea", "--out", "plain");
        Cli.Run(workshop.Folder, null, "plot", "a.hea", "--out", "filtered", "--filter", "0.5-25");
        string plain = File.ReadAllText(Path.Combine(workshop.Folder, "plain", "a.svg")), filtered = File.ReadAllText(Path.Combine(workshop.Folder, "filtered", "a.svg"));
        string[] heads = [.. new[] { plain, filtered }.Select(page => string.Join('\n', page.Split('\n').Where(l => l.Contains(" ms</text>", StringComparison.Ordinal) || l.Contains("/min</text>", StringComparison.Ordinal))))];

        Assert.Contains("QTc (Fridericia)", plain, StringComparison.Ordinal);
        Assert.Contains(" ms</text>", heads[0], StringComparison.Ordinal);
        Assert.Equal(heads[0], heads[1]);
    }

    [Fact]
    public void Pages_of_predict_carry_findings_and_measurements()
    {
        using Workshop workshop = Simulated("sinus").AddModel();
        CliResult result = Cli.Run(workshop.Folder, null, "predict", "a.hea", "--model", Workshop.ModelName, "--pages", "pages", "--page-format", "svg");
        Assert.True(result.Status == 0, result.Error);
        string page = File.ReadAllText(Path.Combine(workshop.Folder, "pages", "a.svg"));

        Assert.Contains("sinus rhythm", page, StringComparison.Ordinal);
        Assert.Contains("unconfirmed", page, StringComparison.Ordinal);
        Assert.Contains("QTc (Fridericia)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Simulate_gives_the_same_files_for_the_same_seed()
    {
        using var workshop = new Workshop();
        foreach (string folder in new[] { "one", "two" })
            Assert.Equal(0, Cli.Run(workshop.Folder, null, "simulate", "--out", folder, "--rhythm", "af", "--seed", "7").Status);

        foreach (string name in new[] { "af-7.hea", "af-7.dat", "af-7.truth.json", "beats.csv" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(workshop.Folder, "one", name)), File.ReadAllBytes(Path.Combine(workshop.Folder, "two", name)));
    }

    [Fact]
    public void An_unknown_rhythm_is_a_wrong_call()
    {
        using var workshop = new Workshop();
        CliResult result = Cli.Run(workshop.Folder, null, "simulate", "--out", "made", "--rhythm", "waltz");
        Assert.Equal(2, result.Status);
        Assert.Contains("waltz", result.Error, StringComparison.Ordinal);
    }

    private static Workshop Odd(string kind) => kind switch
    {
        "one lead" => Simulated("sinus", record => new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, [record.Lead("II")])),
        "one second" => Simulated("sinus", seconds: 1),
        "a lead without values" => Simulated("sinus", record => WithLead(record, "V2", _ => double.NaN)),
        "asystole" => Simulated("asystole"),
        _ => Simulated("sinus", record => new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, [WithLead(record, "II", _ => double.NaN).Lead("II")])),
    };

    // At 100 Hz, the lowest rate in use.
    private static Workshop Simulated(string rhythm, Func<EcgRecord, EcgRecord>? change = null, double seconds = 10)
    {
        var workshop = new Workshop();
        EcgRecord record = EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, SamplingRateHz = 100, Seconds = seconds, Seed = 3 }).Record;
        WfdbWriter.Write(change?.Invoke(record) ?? record, Path.Combine(workshop.Folder, "a.hea"));
        return workshop;
    }

    private static EcgRecord WithLead(EcgRecord record, string name, Func<double, double> value) => new(record.Path, record.Format, record.SamplingRateHz, record.SampleCount,
        [.. record.Leads.Select(l => l.Name == name ? new EcgLead(l.Name, l.Unit, l.SamplingRateHz, l.Samples.ToArray().Select(value).ToArray()) : l)]);

    private static string[] Lines(CliResult result) => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
