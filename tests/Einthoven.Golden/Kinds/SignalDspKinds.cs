// Filters, resampling, medians, spectra and wavelets against SciPy's and NumPy's results.
using System.Text.Json;
using Einthoven.Signals.Dsp;

namespace Einthoven.Golden.Kinds;

internal static class SignalDspKinds
{
    public static void IirFilter(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        BiquadCascade filter = Design(config);
        double[] x = files.Input().Values;
        Sections(golden, files, deviations, filter);
        deviations.Compare("state", "state", [.. filter.StepState().SelectMany(s => new[] { s.S0, s.S1 })], Tensor(golden, files, "zi"));
        deviations.Compare("causal", "outputs", filter.Filter(x), Tensor(golden, files, "sosfilt"));
        deviations.Compare("causal, settled", "outputs", filter.Filter(x, x[0]), Tensor(golden, files, "sosfilt_zi"));
        deviations.Compare("zero phase", "outputs", filter.ZeroPhase(x), Tensor(golden, files, "sosfiltfilt"));
        deviations.Equal("edge", filter.DefaultEdge, config.GetProperty("padlen").GetInt32());
        JsonElement settings = files.Json("settings");
        double[] at = Deviations.Numbers(settings.GetProperty("gain_check_hz"));
        double rate = config.GetProperty("fs_hz").GetDouble();
        deviations.Compare("gain", "gain", [.. at.Select(f => filter.Response(f, rate).Magnitude)], Deviations.Numbers(settings.GetProperty("gain_check")));
    }

    public static void IirShort(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        BiquadCascade filter = Design(config);
        double[] x = files.Input().Values;
        EdgePadding padding = config.GetProperty("padtype").GetString() is string name ? Enum.Parse<EdgePadding>(name, ignoreCase: true) : EdgePadding.None;
        int edge = config.GetProperty("padlen").ValueKind == JsonValueKind.Number ? config.GetProperty("padlen").GetInt32() : filter.DefaultEdge;
        Sections(golden, files, deviations, filter);
        deviations.Compare("zero phase", "outputs", filter.ZeroPhase(x, padding, edge), Tensor(golden, files, "output"));
        if (config.TryGetProperty("fails_at_length", out JsonElement length) && length.ValueKind == JsonValueKind.Number)
            deviations.Equal("refusal of a signal that is too short", Refuses(filter, length.GetInt32()), true);
    }

    public static void IirNotch(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        BiquadCascade filter = NotchFilter.Design(Number(config, "f0_hz"), Number(config, "q"), Number(config, "fs_hz"));
        double[] x = files.Input().Values;
        Biquad section = filter.Sections[0];
        deviations.Compare("b", "sections", [section.B0, section.B1, section.B2], Tensor(golden, files, "b"));
        deviations.Compare("a", "sections", [1, section.A1, section.A2], Tensor(golden, files, "a"));
        deviations.Compare("state", "state", [filter.StepState()[0].S0, filter.StepState()[0].S1], Tensor(golden, files, "lfilter_zi"));
        deviations.Compare("causal", "outputs", filter.Filter(x), Tensor(golden, files, "lfilter"));
        deviations.Compare("zero phase", "outputs", filter.ZeroPhase(x), Tensor(golden, files, "filtfilt"));
        deviations.Equal("edge", filter.DefaultEdge, config.GetProperty("padlen").GetInt32());
    }

    public static void ResamplePoly(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        ResamplePadding padding = config.GetProperty("padtype").GetString() switch
        {
            "constant" => ResamplePadding.Zero,
            var other => Enum.Parse<ResamplePadding>(other!, ignoreCase: true),
        };
        double[] y = PolyphaseResampler.Resample(files.Input().Values, config.GetProperty("up").GetInt32(), config.GetProperty("down").GetInt32(), padding);
        deviations.Compare("output", "values", y, Tensor(golden, files, "output"));
    }

    public static void ResampleTaps(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        double[] taps = PolyphaseResampler.Taps(config.GetProperty("up").GetInt32(), config.GetProperty("down").GetInt32(), Number(config, "window_beta"));
        deviations.Compare("taps", "values", taps, Tensor(golden, files, "output"));
    }

    public static void ResampleFft(GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        deviations.Compare("output", "values", Fourier.Resample(files.Input().Values, golden.Config.GetProperty("samples_out").GetInt32()), Tensor(golden, files, "output"));

    public static void ResampleLinear(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        double[] x = files.Input().Values;
        double from = Number(golden.Config, "fs_in_hz"), to = Number(golden.Config, "fs_out_hz");
        double[] y = golden.Config.GetProperty("grid").GetString() == "time"
            ? LinearInterpolation.OnTimeGrid(x, from, to)
            : LinearInterpolation.OnLinspace(x, (int)Math.Round(x.Length * to / from));
        deviations.Compare("output", "values", y, Tensor(golden, files, "output"));
    }

    public static void Interpolation(GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        deviations.Compare("output", "values",
            LinearInterpolation.At(Tensor(golden, files, "xp"), Tensor(golden, files, "fp"), Tensor(golden, files, "query")), Tensor(golden, files, "output"));

    public static void MedianBaseline(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        MedianEdge edge = Edge(config);
        double[] x = files.Input().Values;
        double[] first = MedianFilter.Run(x, config.GetProperty("window_short").GetInt32(), edge);
        double[] expected = Tensor(golden, files, "first");
        deviations.Compare("first median", "median", AsStored(first), expected);
        // The reference takes the second median of its unrounded first one; so does this.
        double[] baseline = MedianFilter.Run(first, config.GetProperty("window_long").GetInt32(), edge);
        deviations.Compare("baseline", "median", AsStored(baseline), Tensor(golden, files, "baseline"));
        deviations.Compare("corrected", "corrected", [.. x.Select((v, i) => v - baseline[i])], Tensor(golden, files, "corrected"));
    }

    public static void MedianShort(GoldenCase golden, GoldenFiles files, Deviations deviations) =>
        deviations.Compare("median", "median", AsStored(MedianFilter.Run(files.Input().Values, golden.Config.GetProperty("window").GetInt32(), Edge(golden.Config))), Tensor(golden, files, "output"));

    public static void Welch(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SpectrumScaling scaling = Enum.Parse<SpectrumScaling>(config.GetProperty("scaling").GetString()!, ignoreCase: true);
        PowerSpectrum spectrum = PowerSpectrum.Welch(files.Input().Values, Number(config, "fs_hz"), config.GetProperty("nperseg").GetInt32(), scaling, RemovesMean(config));
        deviations.Compare("spectrum", "spectrum", spectrum.Power, Tensor(golden, files, "spectrum"));
        deviations.Compare("frequency", "frequency", spectrum.FrequenciesHz, Tensor(golden, files, "frequency"));
        JsonElement settings = files.Json("settings");
        foreach ((string field, Func<double, double, double> power) in new (string, Func<double, double, double>)[] { ("band_power_trapz_inclusive", spectrum.BandPower), ("band_power_sum_df", spectrum.BandSum) })
        {
            foreach (JsonProperty band in settings.GetProperty(field).EnumerateObject())
            {
                double[] edges = [.. band.Name.Split('-').Select(e => double.Parse(e, System.Globalization.CultureInfo.InvariantCulture))];
                deviations.Compare($"{field} {band.Name}", "band_power", power(edges[0], edges[1]), Deviations.Number(band.Value));
            }
        }
    }

    public static void Periodogram(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SpectrumScaling scaling = Enum.Parse<SpectrumScaling>(golden.Config.GetProperty("scaling").GetString()!, ignoreCase: true);
        PowerSpectrum spectrum = PowerSpectrum.Periodogram(files.Input().Values, Number(golden.Config, "fs_hz"), scaling, RemovesMean(golden.Config));
        deviations.Compare("spectrum", "spectrum", spectrum.Power, Tensor(golden, files, "spectrum"));
    }

    public static void Wavelet(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        int levels = config.GetProperty("levels").GetInt32();
        double rate = Number(config, "fs_hz");
        WaveletScales scales = SplineWavelet.Transform(files.Input().Values, levels);
        deviations.Compare("details", "values", [.. scales.Details.SelectMany(d => d)], Tensor(golden, files, "details"));
        deviations.Compare("approximation", "values", scales.Approximation, Tensor(golden, files, "approximation"));
        double[] impulse = new double[config.GetProperty("impulse_samples").GetInt32()];
        impulse[config.GetProperty("impulse_at").GetInt32()] = 1;
        deviations.Compare("impulse", "values", [.. SplineWavelet.Transform(impulse, levels).Details.SelectMany(d => d)], Tensor(golden, files, "impulse"));
        int level = 0;
        foreach (JsonElement band in files.Json("settings").GetProperty("bands_lo_hi_peak_gain").EnumerateArray())
            deviations.Compare($"band {++level}", "bands", BandEdges(level, rate), Deviations.Numbers(band).AsSpan(0, 2));
    }

    // The -3 dB edges on the 0.05 Hz grid of the reference.
    private static double[] BandEdges(int level, double rate)
    {
        const double Step = 0.05;
        double[] gains = [.. Enumerable.Range(0, (int)Math.Round(rate / 2 / Step) + 1).Select(k => SplineWavelet.Gain(level, k * Step, rate))];
        double limit = gains.Max() / Math.Sqrt(2);
        return [Array.FindIndex(gains, g => g >= limit) * Step, Array.FindLastIndex(gains, g => g >= limit) * Step];
    }

    private static BiquadCascade Design(JsonElement config)
    {
        FilterBand band = Enum.Parse<FilterBand>(config.GetProperty("type").GetString()!, ignoreCase: true);
        return Butterworth.Design(band, config.GetProperty("order").GetInt32(), Number(config, "fs_hz"), Deviations.Numbers(config.GetProperty("cutoff_hz")));
    }

    private static void Sections(GoldenCase golden, GoldenFiles files, Deviations deviations, BiquadCascade filter)
    {
        double[] actual = [.. filter.Sections.SelectMany(s => new[] { s.B0, s.B1, s.B2, 1, s.A1, s.A2 })];
        deviations.Compare("sections", "sections", actual, Tensor(golden, files, "sos"));
    }

    private static bool Refuses(BiquadCascade filter, int length)
    {
        try
        {
            filter.ZeroPhase(new double[length]);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    // Medians are among the samples, or halfway between two of them; the reference stores them as float32.
    private static double[] AsStored(double[] values) => [.. values.Select(v => (double)(float)v)];

    private static MedianEdge Edge(JsonElement config) => Enum.Parse<MedianEdge>(config.GetProperty("edge").GetString()!, ignoreCase: true);

    private static bool RemovesMean(JsonElement config) => config.GetProperty("detrend").ValueKind == JsonValueKind.String && config.GetProperty("detrend").GetString() == "constant";

    private static double Number(JsonElement config, string name) => config.GetProperty(name).GetDouble();

    private static double[] Tensor(GoldenCase golden, GoldenFiles files, string role) => files.Tensors()[golden.Array(role)!].ToDoubles();
}
