// Every clause of the input contract on small recordings whose outcome can be computed by hand.

using Einthoven.Models.Contracts;
using Einthoven.Signals;

namespace Einthoven.Models.Tests.Contracts;

public sealed class InputContractTests
{
    private static readonly Standardize PublishedScaling = new() { Epsilon = 1e-8 };

    [Fact]
    public void Windows_take_the_leads_in_the_order_of_the_contract_and_divide_by_each_leads_scale()
    {
        EcgRecord record = Records.Sines(100, 100, "V1", "II", "I");
        Windows windows = Records.Contract().Apply(record);

        Assert.Equal((2, 2, 50), (windows.Count, windows.Leads, windows.Samples));
        Assert.Empty(windows.Warnings);
        for (int t = 0; t < 50; t++)
        {
            Assert.Equal((float)(record.Lead("I").Samples.Span[50 + t] / 0.5), windows[1].Span[t]);
            Assert.Equal((float)(record.Lead("V1").Samples.Span[50 + t] / 2), windows[1].Span[50 + t]);
        }
    }

    [Fact]
    public void A_stride_below_the_window_makes_windows_overlap()
    {
        Windows windows = (Records.Contract() with { StrideSamples = 20 }).Apply(Records.Sines(95, 100, "I", "V1"));

        Assert.Equal(3, windows.Count); // from 0, 20 and 40; 60 would end at 110
        Assert.Equal(windows[0].Span[20..50], windows[1].Span[..30]);
    }

    [Fact]
    public void What_fills_no_window_is_left_out_with_a_warning_from_one_second_on()
    {
        InputContract contract = Records.Contract() with { WindowSamples = 200, StrideSamples = 200 };

        Assert.Empty(contract.Apply(Records.Sines(299, 100, "I", "V1")).Warnings);
        Assert.Equal(["the last 1 s fill no window and are left out"], contract.Apply(Records.Sines(300, 100, "I", "V1")).Warnings);
    }

    [Fact]
    public void Standardizing_uses_the_whole_recording_and_the_population_deviation()
    {
        EcgRecord record = Records.Sines(100, 100, "I", "V1");
        Windows windows = (Records.Contract() with { Normalization = PublishedScaling }).Apply(record);

        double[] lead = record.Lead("V1").Samples.ToArray();
        double mean = lead.Average();
        double deviation = Math.Sqrt(lead.Average(sample => (sample - mean) * (sample - mean)));
        for (int t = 0; t < 50; t++)
            Assert.Equal((lead[50 + t] - mean) / (deviation + 1e-8), windows[1].Span[50 + t], 1e-6);
    }

    [Fact]
    public void Another_rate_is_resampled_to_trunc_of_samples_times_ratio_with_the_end_points_kept()
    {
        EcgRecord record = Records.Sines(41, 80, "I", "V1"); // 41 · 100/80 = 51.25
        Windows windows = (Records.Contract() with { WindowSamples = 51, StrideSamples = 51 }).Apply(record);

        Assert.Equal(1, windows.Count);
        Assert.Equal(record.Lead("I").Samples.Span[0] / 0.5, windows[0].Span[0], 1e-6);
        Assert.Equal(record.Lead("I").Samples.Span[40] / 0.5, windows[0].Span[50], 1e-6);
    }

    [Fact]
    public void The_anti_aliased_method_removes_what_the_lower_rate_cannot_hold()
    {
        // 120 Hz at 500 Hz folds back to 20 Hz at 100 Hz, unless it is filtered.
        double[] tone = [.. Enumerable.Range(0, 1000).Select(t => Math.Sin(2 * Math.PI * 120 * t / 500))];
        EcgRecord record = Records.Of(500, ("I", tone), ("V1", tone));
        InputContract contract = Records.Contract() with { WindowSamples = 200, StrideSamples = 200, Normalization = new FixedScale { Millivolts = [1, 1] } };
        float filtered = Largest(contract with { Resampling = ResamplingMethod.AntiAliased });
        float folded = Largest(contract);

        Assert.True(filtered < 0.05f, $"filtered {filtered}");
        Assert.True(folded > 0.8f, $"folded {folded}");

        float Largest(InputContract with) => with.Apply(record)[0].Span[50..150].ToArray().Max();
    }

    [Fact]
    public void A_missing_limb_lead_is_derived_and_reported_even_where_missing_leads_are_errors()
    {
        EcgRecord record = Records.Sines(50, 100, "I", "II", "V1");
        InputContract contract = Records.Contract() with { Leads = ["III", "V1"] };
        Windows windows = contract.Apply(record);

        Assert.Equal(["lead III is derived from other limb leads"], windows.Warnings);
        Assert.Equal((record.Lead("II").Samples.Span[9] - record.Lead("I").Samples.Span[9]) / 0.5, windows[0].Span[9], 1e-6);
    }

    [Fact]
    public void A_missing_lead_is_refused_with_the_leads_that_there_are_or_set_to_zero_with_a_warning()
    {
        EcgRecord record = Records.Sines(50, 100, "I", "V2");

        var refusal = Assert.Throws<InputContractException>(() => Records.Contract().Apply(record));
        Assert.StartsWith("made.hea: lead V1 is missing; the recording has I, V2.", refusal.Message, StringComparison.Ordinal);

        Windows windows = (Records.Contract() with { MissingLeads = MissingLeadPolicy.Zero }).Apply(record);
        Assert.Equal(["lead V1 is missing: set to zero"], windows.Warnings);
        Assert.All(windows[0].Span[50..].ToArray(), sample => Assert.Equal(0, sample));
        Assert.NotEqual(0, windows[0].Span[10]);
    }

    [Fact]
    public void A_recording_with_none_of_the_leads_is_refused_whatever_the_policy()
    {
        InputContract contract = Records.Contract() with { MissingLeads = MissingLeadPolicy.Zero };
        Assert.Throws<InputContractException>(() => contract.Apply(Records.Sines(50, 100, "V5", "V6")));
    }

    [Fact]
    public void A_lead_without_any_sample_counts_as_missing()
    {
        EcgRecord record = Records.Of(100, ("I", Records.Sine(50, 1, 0)), ("V1", [.. Enumerable.Repeat(double.NaN, 50)]));
        Assert.Throws<InputContractException>(() => Records.Contract().Apply(record));
    }

    [Fact]
    public void Missing_samples_are_refused_with_place_and_length_where_the_contract_takes_none()
    {
        var refusal = Assert.Throws<InputContractException>(() => Records.Contract().Apply(WithGap(10, 20)));
        Assert.Contains("lead V1 lacks 0.1 s from 0.1 s on", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_gaps_become_straight_lines_with_a_warning()
    {
        Windows windows = (Records.Contract() with { InterpolatedGapSeconds = 0.1 }).Apply(WithGap(10, 20));

        ReadOnlySpan<float> lead = windows[0].Span[50..];
        float step = (lead[20] - lead[9]) / 11;
        for (int t = 9; t < 20; t++)
            Assert.Equal(step, lead[t + 1] - lead[t], 1e-6);
        Assert.Equal(["lead V1: 0.1 s of missing samples interpolated"], windows.Warnings);
    }

    [Fact]
    public void Gaps_at_the_edges_hold_the_nearest_value()
    {
        InputContract contract = Records.Contract() with { InterpolatedGapSeconds = 0.1 };
        ReadOnlySpan<float> atStart = contract.Apply(WithGap(0, 5))[0].Span[50..];
        ReadOnlySpan<float> atEnd = contract.Apply(WithGap(45, 50))[0].Span[50..];

        Assert.Equal(atStart[5], atStart[0]);
        Assert.Equal(atEnd[44], atEnd[49]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Long_gaps_become_zero_after_scaling_where_the_contract_says_so(bool standardized)
    {
        InputContract contract = Records.Contract() with { LongGaps = LongGapPolicy.Zero };
        if (standardized)
            contract = contract with { Normalization = PublishedScaling };
        Windows windows = contract.Apply(WithGap(10, 30));

        Assert.All(windows[0].Span[60..80].ToArray(), sample => Assert.Equal(0, sample, 1e-6));
        Assert.Contains(windows.Warnings, warning => warning.StartsWith("lead V1: 0.2 s of missing samples set to", StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_lead_is_zero_with_a_warning_under_either_scaling()
    {
        EcgRecord record = Records.Of(100, ("I", Records.Sine(50, 1, 0)), ("V1", [.. Enumerable.Repeat(0.3, 50)]));
        foreach (InputContract contract in new[] { Records.Contract(), Records.Contract() with { Normalization = PublishedScaling } })
        {
            Windows windows = contract.Apply(record);
            Assert.All(windows[0].Span[50..].ToArray(), sample => Assert.Equal(0, sample));
            Assert.Equal(["lead V1 is constant: set to zero"], windows.Warnings);
        }
    }

    [Fact]
    public void A_short_recording_is_refused_or_followed_by_zeros()
    {
        EcgRecord record = Records.Sines(30, 100, "I", "V1");
        var refusal = Assert.Throws<InputContractException>(() => Records.Contract().Apply(record));
        Assert.Equal("the recording has 0.3 s, the model needs 0.5 s.", refusal.Reason);

        Windows windows = (Records.Contract() with { ShortRecords = ShortRecordPolicy.PadZero }).Apply(record);
        Assert.Equal(1, windows.Count);
        Assert.All(windows[0].Span[30..50].ToArray(), sample => Assert.Equal(0, sample));
        Assert.NotEqual(0, windows[0].Span[29]);
        Assert.Single(windows.Warnings);
    }

    [Fact]
    public void Values_without_a_scale_are_refused_by_a_fixed_scale_and_taken_with_a_warning_when_standardized()
    {
        var record = new EcgRecord("made.npy", "test", 100, 50,
            [new EcgLead("I", "count", 100, Records.Sine(50, 200, 0)), new EcgLead("V1", "count", 100, Records.Sine(50, 100, 0))]);

        Assert.Throws<InputContractException>(() => Records.Contract().Apply(record));
        Windows windows = (Records.Contract() with { Normalization = PublishedScaling }).Apply(record);
        Assert.Contains("not mV", Assert.Single(windows.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_without_a_rate_is_refused()
    {
        EcgRecord record = Records.Of(double.NaN, ("I", Records.Sine(50, 1, 0)), ("V1", Records.Sine(50, 1, 0)));
        var refusal = Assert.Throws<InputContractException>(() => Records.Contract().Apply(record));
        Assert.Contains("sampling rate", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void Values_that_no_float_holds_are_refused_under_either_scaling(double absurd)
    {
        double[] lead = Records.Sine(50, 1, 0);
        lead[7] = absurd;
        EcgRecord record = Records.Of(100, ("I", Records.Sine(50, 1, 0)), ("V1", lead));
        foreach (InputContract contract in new[] { Records.Contract(), Records.Contract() with { Normalization = PublishedScaling } })
            Assert.Contains("lead V1", Assert.Throws<InputContractException>(() => contract.Apply(record)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_warnings_of_the_recording_come_first()
    {
        EcgRecord sines = Records.Sines(30, 100, "I", "V1");
        var record = new EcgRecord("made.hea", "test", 100, 30, sines.Leads, warnings: ["checksum differs"]);
        Windows windows = (Records.Contract() with { ShortRecords = ShortRecordPolicy.PadZero }).Apply(record);
        Assert.Equal("checksum differs", windows.Warnings[0]);
        Assert.Equal(2, windows.Warnings.Count);
    }

    [Fact]
    public void A_contract_that_cannot_be_carried_out_is_named()
    {
        Action[] wrong =
        [
            (Records.Contract() with { Leads = ["I", "I"] }).Validate,
            (Records.Contract() with { WindowSamples = 0 }).Validate,
            (Records.Contract() with { StrideSamples = 0 }).Validate,
            (Records.Contract() with { SamplingRateHz = double.NaN }).Validate,
            (Records.Contract() with { InterpolatedGapSeconds = -1 }).Validate,
            (Records.Contract() with { Normalization = new FixedScale { Millivolts = [1] } }).Validate,
            (Records.Contract() with { Normalization = new FixedScale { Millivolts = [1, 0] } }).Validate,
            (Records.Contract() with { Normalization = new Standardize { Epsilon = -1 } }).Validate,
        ];
        Assert.All(wrong, validate => Assert.Throws<ArgumentException>(validate));
        Records.Contract().Validate();
    }

    private static EcgRecord WithGap(int from, int to)
    {
        double[] lead = Records.Sine(50, 1, 0.2);
        lead.AsSpan(from, to - from).Fill(double.NaN);
        return Records.Of(100, ("I", Records.Sine(50, 1, 0)), ("V1", lead));
    }
}
