// Filters, scaling of all leads together and padded last windows: what ECGFounder's contracts added, on samples computed by hand.
using System.Text.Json.Nodes;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.Tests.Packages;
using Einthoven.Signals;

namespace Einthoven.Models.Tests.Contracts;

public sealed class FilteredContractTests
{
    private static readonly InputContract Together = Records.Contract() with { Normalization = new StandardizeTogether { Epsilon = 0 } };

    [Fact]
    public void Leads_scaled_together_keep_their_sizes_and_every_window_has_its_own_mean_and_deviation()
    {
        EcgRecord record = Records.Of(100, ("I", [.. Enumerable.Range(0, 100).Select(t => t % 2 + (t < 50 ? 0.0 : 7))]), ("V1", [.. Enumerable.Range(0, 100).Select(t => t < 50 ? t % 2 * 3.0 : 7)]));
        Windows windows = Together.Apply(record);

        // Window 0: I is 0, 1, 0, 1 …, V1 is 0, 3, 0, 3 …: mean 1, mean square 2.5, variance 1.5.
        double deviation = Math.Sqrt(1.5);
        Assert.Equal([(float)(-1 / deviation), (float)(0 / deviation)], windows[0].Span[..2].ToArray());
        Assert.Equal([(float)(-1 / deviation), (float)(2 / deviation)], windows[0].Span[50..52].ToArray());
        // Window 1: I is 7, 8, …, V1 is 7: mean 7.25, variance 0.1875.
        Assert.Equal(-0.25 / Math.Sqrt(0.1875), windows[1].Span[0], 1e-6);
        Assert.Equal(0.75 / Math.Sqrt(0.1875), windows[1].Span[1], 1e-6);
    }

    [Fact]
    public void A_store_keeps_the_recording_whole_and_scales_it_as_one_window()
    {
        EcgRecord record = Records.Sines(100, 100, "I", "V1");
        InputContract whole = Together with { WindowSamples = 100, StrideSamples = 100 };
        Assert.Equal(whole.Apply(record).Values.ToArray(), Together.ApplyUncut(record).Values.ToArray());
    }

    [Fact]
    public void A_last_window_is_filled_with_zeros_where_the_contract_says_so_and_zeros_do_not_enter_its_mean()
    {
        EcgRecord record = Records.Sines(120, 100, "I", "V1");
        Windows windows = (Together with { LastWindow = LastWindowPolicy.PadZero }).Apply(record);

        Assert.Equal(3, windows.Count);
        Assert.Equal(["zeros follow the recording's end: its last window lacks 0.3 s"], windows.Warnings);
        Assert.All(windows[2].Span[20..50].ToArray(), value => Assert.Equal(0, value));
        float[] present = [.. windows[2].Span[..20], .. windows[2].Span[50..70]];
        Assert.Equal(0, present.Average(), 1e-6);
        Assert.Equal(1, present.Average(value => value * value), 1e-6);
    }

    [Fact]
    public void Filters_run_in_their_order_before_scaling_and_after_resampling()
    {
        // At 100 Hz a window of three samples: the median of a single spike is zero, so the spike stays and the step around it goes.
        double[] step = [.. Enumerable.Range(0, 50).Select(t => t == 20 ? 9.0 : 5.0)];
        InputContract contract = Records.Contract() with { Filters = [new MedianStep { Seconds = 0.02 }] };
        Windows windows = contract.Apply(Records.Of(100, ("I", step), ("V1", Records.Sine(50, 1, 0))));
        Assert.Equal(8f, windows[0].Span[20]);
        Assert.Equal(0f, windows[0].Span[21]);

        // A notch at the sine's own frequency leaves nothing of it in the middle; behind it the median finds nothing either.
        double[] hum = [.. Enumerable.Range(0, 2000).Select(t => Math.Sin(2 * Math.PI * 20 * t / 100))];
        InputContract notched = Records.Contract() with
        {
            Leads = ["I"],
            WindowSamples = 2000,
            StrideSamples = 2000,
            Normalization = new FixedScale { Millivolts = [1] },
            Filters = [new NotchStep { FrequencyHz = 20, Quality = 5 }, new MedianStep { Seconds = 0.1 }],
        };
        Assert.All(notched.Apply(Records.Of(100, ("I", hum))).Values.ToArray()[800..1200], value => Assert.Equal(0, value, 1e-3));
    }

    [Fact]
    public void Straight_lines_at_their_own_time_give_as_many_samples_as_the_length_in_time_asks_for()
    {
        InputContract contract = Records.Contract() with { Resampling = ResamplingMethod.Linear, Leads = ["I"], Normalization = new FixedScale { Millivolts = [1] } };
        Windows windows = contract.Apply(Records.Of(250, ("I", [.. Enumerable.Range(0, 125).Select(t => (double)t)])));
        Assert.Equal(1, windows.Count);
        Assert.Equal([0f, 2.5f, 5f], windows[0].Span[..3].ToArray());
        Assert.Equal(122.5f, windows[0].Span[49]);
    }

    [Fact]
    public void A_recording_without_any_living_lead_is_refused_in_plain_words()
    {
        EcgRecord dead = Records.Of(100, ("I", new double[50]), ("V1", [.. Enumerable.Repeat(0.3, 50)]));
        var refusal = Assert.Throws<InputContractException>(() => Records.Contract().Apply(dead));
        Assert.StartsWith("leads I, V1 are constant: an electrode was off", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Leads_of_different_units_cannot_be_scaled_together()
    {
        EcgRecord mixed = new("made.hea", "test", 100, 50, [new EcgLead("I", "mV", 100, Records.Sine(50, 1, 0)), new EcgLead("V1", "counts", 100, Records.Sine(50, 1, 0))]);
        var refusal = Assert.Throws<InputContractException>(() => Together.Apply(mixed));
        Assert.Contains("lead V1 is in \"counts\", lead I in \"mV\"", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_cannot_exist_at_the_rate_is_named_when_the_contract_is_checked()
    {
        InputContract contract = Records.Contract() with { Filters = [new NotchStep { FrequencyHz = 60, Quality = 30 }] };
        Assert.Contains("half the sampling rate", Assert.ThrowsAny<ArgumentException>(contract.Validate).Message, StringComparison.Ordinal);
        contract = Records.Contract() with { Filters = [new ButterworthStep { Order = 2 }] };
        Assert.Contains("neither lowHz nor highHz", Assert.ThrowsAny<ArgumentException>(contract.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Filters_and_other_contracts_survive_a_package_and_packages_without_them_still_open()
    {
        using var small = new SmallModel(withCheck: false);
        string path = Path.Combine(small.Folder, "model.json");
        string before = File.ReadAllText(path);
        JsonObject old = JsonNode.Parse(before)!.AsObject();
        Assert.True(old.Remove("otherInputs"));
        foreach (string key in (string[])["name", "filters", "lastWindow"]) Assert.True(old["input"]!.AsObject().Remove(key));
        File.WriteAllText(path, old.ToJsonString());
        using (ModelPackage package = ModelPackage.Open(small.Folder))
        {
            Assert.Equal(("", LastWindowPolicy.LeaveOut), (package.Description.Input.Name, package.Description.Input.LastWindow));
            Assert.Empty(package.Description.Input.Filters);
            Assert.Empty(package.Description.OtherInputs);
        }

        InputContract filtered = SmallModel.Description.Input with
        {
            Name = "filtered",
            Filters = [new NotchStep { FrequencyHz = 20, Quality = 5 }, new ButterworthStep { Order = 2, HighHz = 40 }, new MedianStep { Seconds = 0.1 }],
            Normalization = new StandardizeTogether { Epsilon = 1e-8 },
        };
        ModelDescription described = SmallModel.Description with { Input = SmallModel.Description.Input with { Name = "plain" }, OtherInputs = [filtered] };
        using var random = new Einthoven.Models.SeResNet.SeResNetwork(SmallModel.Config);
        ModelPackage.Save(small.Folder, described, ModelPackage.WeightsOf(random), "");
        using ModelPackage again = ModelPackage.Open(small.Folder);
        EcgRecord record = Records.Sines(200, 100, "I", "V1");
        Assert.Equal(filtered.Apply(record).Values.ToArray(), Assert.Single(again.Description.OtherInputs).Apply(record).Values.ToArray());
    }
}
