// The network that reads measurements: what it measures, what it does without leads, and what training changes.
using Einthoven.Models.Measured;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Simulation;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Measured;

public sealed class MeasuredNetworkTests
{
    private const int Samples = 1000;

    private static readonly double[] s_units = [.. Enumerable.Range(0, 12).Select(lead => 0.1 + (0.01 * lead))];
    private static readonly MeasuredConfig s_config = new() { Millivolts = s_units, Labels = 3, Hidden = [16, 8], BeatWidths = [4, 8], BeatHidden = 16 };

    [Fact]
    public void The_values_are_the_measurements_of_the_recording()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        EcgRecord record = Record(1);
        Dictionary<string, float> values = network.ValueNames.Zip(Values(network, Windows(record))).ToDictionary();
        EcgMeasurements measured = EcgMeasurements.Of(record);
        Assert.Equal(measured.HeartRateBpm!.Value, values["rate_bpm"], 1e-3);
        Assert.Equal(measured.QrsMs!.Value, values["qrs_ms"], 1e-3);
        Assert.Equal(Math.Cos(measured.AxisQrsDeg!.Value * Math.PI / 180), values["axis_qrs_cos"], 1e-4);
        LeadAmplitudes lead = measured.Leads.Single(l => l.Lead == "V5");
        Assert.Equal(lead.R!.Value, values["V5_r_mv"], 1e-4);
        Assert.Equal(lead.Areas.T!.Value, values["V5_t_area_mvs"], 1e-4);
        Assert.InRange(values["p_share"], 0.9, 1);
    }

    [Fact]
    public void Beats_that_come_early_show_in_the_values_of_the_rhythm()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        float Of(string name, string rhythm, ulong seed = 3) => network.ValueNames.Zip(Values(network, Windows(Record(seed, rhythm)))).ToDictionary()[name];
        Assert.InRange(Of("rr_second_step_s", "bigeminy") / Of("rr_step_s", "bigeminy"), 0, 0.8);
        Assert.InRange(Of("rr_shortest_share", "pac"), 0.3, 0.85);
        Assert.InRange(Of("rr_shortest_share", "sinus"), 0.85, 1);
        Assert.Equal(0, Of("other_shapes_share", "sinus"));
        Assert.InRange(Enumerable.Range(1, 6).Max(seed => Of("other_shapes_share", "pvc", (ulong)seed)), 0.05, 0.5);
        Assert.InRange(Of("rr_deviation_s", "sinus") / Of("rr_deviation_s", "af"), 0, 0.6);
    }

    [Fact]
    public void A_lead_that_is_not_there_has_no_values_and_the_others_keep_theirs()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        float[] whole = Values(network, Windows(Record(1))), without = Values(network, Windows(Record(1), "V1", "V2", "V3"));
        for (int k = 0; k < whole.Length; k++)
        {
            bool isLost = network.ValueNames[k].StartsWith("V1_", StringComparison.Ordinal) || network.ValueNames[k].StartsWith("V2_", StringComparison.Ordinal) || network.ValueNames[k].StartsWith("V3_", StringComparison.Ordinal);
            if (isLost) Assert.Equal(float.NaN, without[k]);
        }
        int r = network.ValueNames.ToList().IndexOf("V6_r_mv");
        Assert.Equal(whole[r], without[r], 0.02f);
        Assert.DoesNotContain(network.Forward(Windows(Record(1), "V1", "V2", "V3")).ToArray<float>(), float.IsNaN);
    }

    [Fact]
    public void Nothing_to_measure_gives_logits_all_the_same()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        Tensor empty = Tensor.Zeros(2, 12, Samples);
        Assert.All(Values(network, empty), value => Assert.Equal(float.NaN, value));
        Assert.DoesNotContain(network.Forward(empty).ToArray<float>(), value => !float.IsFinite(value));
    }

    [Fact]
    public void Zeros_that_fill_a_window_are_no_part_of_the_recording()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        float[] padded = Windows(Record(1)).ToArray<float>();
        float[] cut = new float[12 * 600];
        for (int lead = 0; lead < 12; lead++)
        {
            padded.AsSpan((lead * Samples) + 600, 400).Clear();
            padded.AsSpan(lead * Samples, 600).CopyTo(cut.AsSpan(lead * 600));
        }
        Assert.Equal(Values(network, Tensor.From(cut, 1, 12, 600)), Values(network, Tensor.From(padded, 1, 12, Samples)));
    }

    [Fact]
    public void Windows_together_and_each_alone_have_the_same_values()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        Tensor one = Windows(Record(1)), two = Windows(Record(2, "af"));
        Assert.Equal([.. Values(network, one), .. Values(network, two)], Values(network, Tensor.Cat([one, two], 0)));
    }

    [Fact]
    public void Standardising_takes_mean_and_deviation_of_what_is_known()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        Tensor[] windows = [Windows(Record(1)), Windows(Record(2), "V1"), Windows(Record(3))];
        float[][] rows = [.. windows.Select(window => Values(network, window))];
        network.Standardize(windows);
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        float[] mean = state["mean"].ToArray<float>(), deviation = state["deviation"].ToArray<float>();
        foreach (string name in new[] { "rate_bpm", "V1_r_mv" })
        {
            int k = network.ValueNames.ToList().IndexOf(name);
            double[] known = [.. rows.Select(row => (double)row[k]).Where(value => !double.IsNaN(value))];
            Assert.Equal(name == "V1_r_mv" ? 2 : 3, known.Length);
            Assert.Equal(known.Average(), mean[k], 1e-4);
            Assert.Equal(Math.Sqrt(known.Average(v => (v - known.Average()) * (v - known.Average()))), deviation[k], 1e-3);
        }
        Assert.All(deviation, value => Assert.True(value > 0));
    }

    [Fact]
    public void What_was_measured_for_training_is_measured_again_for_other_windows_only()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork kept = Network(), fresh = Network();
        Tensor one = Windows(Record(1)), other = Windows(Record(2));
        kept.Standardize([one]);
        Assert.Equal(Values(fresh, one), Values(kept, one));
        Assert.Equal(Values(fresh, other), Values(kept, other));
        Assert.Equal(Values(fresh, Tensor.Cat([other, one], 0)), Values(kept, Tensor.Cat([other, one], 0)));
    }

    [Fact]
    public void Training_loses_leads_on_purpose_and_predicting_does_not()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        MeasuredConfig config = s_config with { LostLeads = 1, Dropout = 0 };
        Tensor windows = Tensor.Cat([Windows(Record(1)), Windows(Record(2)), Windows(Record(3)), Windows(Record(4))], 0);
        foreach (string layer in new[] { "values_read", "beat_read" })
        {
            using MeasuredNetwork network = Network(config), unmasked = Network(config with { LostLeads = 0 });
            network.Standardize([windows]);
            unmasked.Standardize([windows]);
            float[] still = network.Encode(windows, layer).ToArray<float>();
            Assert.Equal(unmasked.Encode(windows, layer).ToArray<float>(), still);
            network.Train(new PhiloxRandom(7));
            unmasked.Train(new PhiloxRandom(7));
            float[] first = network.Encode(windows, layer).ToArray<float>();
            Assert.NotEqual(unmasked.Encode(windows, layer).ToArray<float>(), first);
            Assert.NotEqual(first, network.Encode(windows, layer).ToArray<float>());
            network.Train(new PhiloxRandom(7));
            Assert.Equal(first, network.Encode(windows, layer).ToArray<float>());
        }
    }

    [Fact]
    public void A_window_teaches_one_reader_and_is_answered_by_both()
    {
        using var scope = new Scope();
        using MeasuredNetwork network = Network(s_config with { Dropout = 0, LostLeads = 0 });
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        using (GradMode.Off())
        {
            state["head.values.bias"].FillInPlace(1);
            state["head.beat.bias"].FillInPlace(3);
        }
        Tensor windows = Tensor.Cat([.. Enumerable.Range(1, 12).Select(k => Windows(Record((ulong)k)))], 0);
        Assert.All(network.Forward(windows).ToArray<float>(), logit => Assert.Equal(2, logit));
        network.Train(new PhiloxRandom(3));
        float[] taught = network.Forward(windows).ToArray<float>();
        Assert.Equal([1f, 3f], taught.Distinct().Order());
        Assert.All(taught.Chunk(3), row => Assert.Single(row.Distinct()));
    }

    [Fact]
    public void The_averaged_beat_is_that_of_the_measurements()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        using MeasuredNetwork network = Network();
        EcgRecord record = Record(1);
        float[] beat = network.Encode(Windows(record), "averaged_beat").Transpose(1, 2).Contiguous().ToArray<float>();
        EcgMeasurements measured = EcgMeasurements.Of(record);
        int lead = measured.Leads.ToList().FindIndex(l => l.Lead == "V2");
        for (int k = 0; k < 112; k++)
            Assert.Equal(measured.Template[lead].Span.Slice(5 * k, 5).ToArray().Average(), beat[(7 * 112) + k], 1e-4);
        Assert.All(network.Encode(Windows(record, "V2"), "averaged_beat").Transpose(1, 2).Contiguous().ToArray<float>()[(7 * 112)..(8 * 112)], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Every_weight_gets_a_gradient()
    {
        using var scope = new Scope();
        using MeasuredNetwork network = Network(s_config with { Dropout = 0 });
        Tensor windows = Tensor.Cat([.. Enumerable.Range(1, 8).Select(k => Windows(Record((ulong)k)))], 0);
        // A head of zeros would let nothing through.
        using (GradMode.Off())
            foreach ((_, Tensor head) in network.State().Where(s => s.Name.StartsWith("head.", StringComparison.Ordinal))) head.FillInPlace(0.1);
        network.Train(new PhiloxRandom(1));
        network.Forward(windows).Square().Sum().Backward();
        Assert.All(network.NamedParameters(), parameter => Assert.NotNull(parameter.Tensor.Grad));
    }

    [Theory]
    [InlineData("leads is empty")]
    [InlineData("millivolts is not")]
    [InlineData("hidden has no widths")]
    [InlineData("lostLeads is not")]
    public void A_configuration_that_does_not_work_is_refused_with_the_reason(string reason)
    {
        MeasuredConfig wrong = reason[..4] switch
        {
            "lead" => s_config with { Leads = [] },
            "mill" => s_config with { Millivolts = [1] },
            "hidd" => s_config with { Hidden = [] },
            _ => s_config with { LostLeads = 2 },
        };
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new MeasuredNetwork(wrong)).Message, StringComparison.Ordinal);
    }

    private static MeasuredNetwork Network(MeasuredConfig? config = null)
    {
        var network = new MeasuredNetwork(config ?? s_config);
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    private static EcgRecord Record(ulong seed, string rhythm = "sinus") =>
        EcgSimulator.Run(new SimulationOptions { Rhythm = rhythm, Seed = seed, Seconds = 10, SamplingRateHz = 100, Noise = SimulatedNoise.None }).Record;

    private static Tensor Windows(EcgRecord record, params string[] lost)
    {
        var values = new float[12 * Samples];
        for (int lead = 0; lead < 12; lead++)
        {
            if (lost.Contains(LeadNames.Standard12[lead])) continue;
            ReadOnlySpan<double> from = record.Lead(LeadNames.Standard12[lead]).Samples.Span;
            for (int k = 0; k < Samples; k++) values[(lead * Samples) + k] = (float)(from[k] / s_units[lead]);
        }
        return Tensor.From(values, 1, 12, Samples);
    }

    private static float[] Values(MeasuredNetwork network, Tensor windows) => network.Encode(windows, "values").ToArray<float>();
}
