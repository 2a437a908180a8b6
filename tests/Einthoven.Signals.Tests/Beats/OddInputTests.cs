// Recordings that are no ordinary ten seconds of twelve leads: what can be measured is, the rest is said, nothing throws.
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;

namespace Einthoven.Signals.Tests.Beats;

public class OddInputTests
{
    [Theory]
    [InlineData(500, 10)]
    [InlineData(100, 10)]
    [InlineData(250, 60)]
    [InlineData(1000, 10)]
    public void The_rate_of_a_regular_rhythm_is_found_at_any_sampling_rate(double rate, double seconds)
    {
        EcgMeasurements measured = EcgMeasurements.Of(Rhythm(rate, seconds, 0.8, 12));

        Assert.Equal(75, measured.HeartRateBpm!.Value, 0.5);
        Assert.NotNull(measured.QtMs);
    }

    [Fact]
    public void One_lead_is_enough_for_the_intervals_but_not_for_an_axis()
    {
        EcgMeasurements measured = EcgMeasurements.Of(Rhythm(500, 10, 0.8, 1));

        Assert.NotNull(measured.QrsMs);
        Assert.NotNull(measured.PrMs);
        Assert.Null(measured.AxisQrsDeg);
    }

    [Fact]
    public void One_second_gives_a_beat_and_no_rate()
    {
        EcgMeasurements measured = EcgMeasurements.Of(Rhythm(500, 1, 0.8, 12));

        Assert.Null(measured.HeartRateBpm);
        Assert.Null(measured.QtcBazettMs);
        Assert.NotEmpty(measured.Remarks);
    }

    [Fact]
    public void Half_an_hour_is_measured_beat_by_beat()
    {
        EcgMeasurements measured = EcgMeasurements.Of(Rhythm(250, 1800, 0.8, 2));

        Assert.InRange(measured.Series.Beats.Count, 2240, 2252);
    }

    [Fact]
    public void A_lead_without_values_is_left_out_and_named()
    {
        EcgRecord whole = Rhythm(500, 10, 0.8, 12);
        double[] nothing = new double[5000];
        Array.Fill(nothing, double.NaN);
        EcgLead[] leads = [.. whole.Leads.Select(l => l.Name == "V2" ? new EcgLead("V2", "mV", 500, nothing) : l)];
        var record = new EcgRecord("odd", "made", 500, 5000, leads);

        EcgMeasurements measured = EcgMeasurements.Of(record);
        RecordQuality quality = RecordQuality.Of(record);

        Assert.Equal(75, measured.HeartRateBpm!.Value, 0.5);
        Assert.Contains(measured.Remarks, r => r.Contains("V2", StringComparison.Ordinal));
        Assert.Equal(["V2"], quality.Leads.Where(l => !l.IsAcceptable).Select(l => l.Lead));
        Assert.False(quality.IsAcceptable);
    }

    [Fact]
    public void Asystole_has_no_beats_and_says_so()
    {
        var random = new Random(1);
        EcgLead[] leads = [.. LeadNames.Standard12.Select(n => new EcgLead(n, "mV", 500, Enumerable.Range(0, 5000).Select(_ => 0.01 * (random.NextDouble() - 0.5)).ToArray()))];

        EcgMeasurements measured = EcgMeasurements.Of(new EcgRecord("odd", "made", 500, 5000, leads));

        Assert.Empty(measured.Series.Beats);
        Assert.Contains("no heartbeat found", measured.Remarks);
    }

    [Fact]
    public void Nothing_at_all_is_no_error()
    {
        Assert.Empty(EcgMeasurements.Of(new EcgRecord("odd", "made", 500, 0, [new EcgLead("I", "mV", 500, Array.Empty<double>())])).Series.Beats);
        Assert.Empty(EcgMeasurements.Of(new EcgRecord("odd", "made", double.NaN, 3, [new EcgLead("I", "mV", double.NaN, new double[3])])).Series.Beats);
        RecordQuality.Of(new EcgRecord("odd", "made", 500, 0, []));
    }

    [Fact]
    public void A_clean_recording_is_acceptable_and_exchanged_arms_are_suspected()
    {
        EcgRecord clean = Rhythm(500, 10, 0.8, 12);
        double[][] made = ElectrodePlacement.Swap("RA/LA", Electrode.R, Electrode.L).Record([.. ElectrodePlacement.IndependentLeads.Select(n => clean.Lead(n).Samples.ToArray())]);
        var exchanged = new EcgRecord("odd", "made", 500, 5000, [.. LeadNames.Standard12.Select((n, c) => new EcgLead(n, "mV", 500, made[c]))]);

        RecordQuality good = RecordQuality.Of(clean), suspicious = RecordQuality.Of(exchanged);

        Assert.True(good.IsAcceptable, string.Join("; ", good.Warnings));
        Assert.DoesNotContain(good.Reasons, r => r.Contains("exchanged", StringComparison.Ordinal));
        Assert.Contains(suspicious.Reasons, r => r.Contains("RA/LA", StringComparison.Ordinal));
    }

    [Fact]
    public void Annotations_written_are_read_back()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "r.ein");
        WfdbAnnotation[] annotations = [new(5, "(", 1), new(20, "N"), new(21, ")", 1), new(200000, "V", 0, 1, 3, "(AFIB"), new(200300, "+", 0, 0, 0, "odd")];

        WfdbAnnotations.Write(path, annotations);

        Assert.Equal(annotations, WfdbAnnotations.Read(path));
    }

    [Fact]
    public void An_annotation_file_that_ends_early_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "r.ein");
        File.WriteAllBytes(path, [0x05, 0x04, 0x00]);

        Assert.Throws<EcgFormatException>(() => WfdbAnnotations.Read(path));
    }

    // P, QRS and T as bells along a fixed direction of the heart, with a little noise.
    static EcgRecord Rhythm(double rate, double seconds, double interval, int leads)
    {
        int n = (int)(rate * seconds);
        var random = new Random(7);
        double[] gains = [0.7, 1, 0, 0, 0, 0, 0.4, 0.8, 1, 1.3, 1.2, 0.9];
        EcgLead[] made = [.. LeadNames.Standard12.Select((name, c) =>
        {
            double gain = name switch { "III" => 0.3, "aVR" => -0.85, "aVL" => 0.2, "aVF" => 0.65, _ => gains[c] };
            double[] x = new double[n];
            for (int i = 0; i < n; i++)
            {
                double t = i / rate % interval;
                x[i] = gain * (Bell(t, 0.25, 0.02, 0.15) + Bell(t, 0.4, 0.012, 1) - Bell(t, 0.43, 0.01, 0.2) + Bell(t, 0.66, 0.045, 0.3)) + 0.004 * (random.NextDouble() - 0.5);
            }
            return new EcgLead(name, "mV", rate, x);
        })];
        return new EcgRecord("odd", "made", rate, n, leads == 1 ? [made[1]] : made[..leads]);
    }

    static double Bell(double t, double at, double width, double height) => height * Math.Exp(-(t - at) * (t - at) / (2 * width * width));
}
