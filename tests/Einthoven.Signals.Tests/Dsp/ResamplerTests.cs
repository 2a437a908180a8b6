// Properties that resampling must have whatever the numbers.
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Tests.Dsp;

public class ResamplerTests
{
    [Theory]
    [InlineData(500, 100)]
    [InlineData(360, 100)]
    [InlineData(1000, 100)]
    [InlineData(257, 500)]
    [InlineData(62.4725, 100)]
    public void A_slow_sine_keeps_its_place_and_height(double fromHz, double toHz)
    {
        double[] x = Sine(fromHz, 10, 5);

        double[] y = PolyphaseResampler.Resample(x, fromHz, toHz);

        double[] wanted = Sine(toHz, 10, 5);
        Assert.InRange(y.Length, wanted.Length - 1, wanted.Length + 1);
        for (int k = (int)toHz / 2; k < Math.Min(y.Length, wanted.Length) - toHz / 2; k++) Assert.Equal(wanted[k], y[k], 2e-3);
    }

    [Theory]
    [InlineData(500, 80)]
    [InlineData(1000, 180)]
    public void What_lies_above_half_the_new_rate_does_not_come_back_as_an_alias(double fromHz, double sineHz)
    {
        double[] y = PolyphaseResampler.Resample(Sine(fromHz, 10, sineHz), fromHz, 100);

        for (int k = 50; k < y.Length - 50; k++) Assert.InRange(y[k], -0.01, 0.01);
    }

    [Fact]
    public void An_offset_makes_no_step_at_the_ends()
    {
        double[] x = new double[1000];
        Array.Fill(x, 3.5);

        Assert.All(PolyphaseResampler.Resample(x, 500, 100), value => Assert.Equal(3.5, value, 1e-12));
    }

    [Fact]
    public void Linear_resampling_keeps_both_end_points()
    {
        double[] x = [4, 1, 7, 2, 9, -3];

        double[] y = LinearResampler.Resample(x, 257, 500);

        Assert.Equal(LinearResampler.OutputLength(6, 257, 500), y.Length);
        Assert.Equal(4, y[0]);
        Assert.Equal(-3, y[^1]);
    }

    [Theory]
    [InlineData(4096, 400, 5120)]
    [InlineData(2934, 400, 3667)]
    [InlineData(0, 400, 0)]
    public void Linear_resampling_cuts_the_length_towards_zero(int samples, double fromHz, int expected) =>
        Assert.Equal(expected, LinearResampler.Resample(new double[samples], fromHz, 500).Length);

    [Theory]
    [InlineData(0, 100)]
    [InlineData(double.NaN, 100)]
    [InlineData(500, -1)]
    public void A_rate_that_is_no_rate_is_refused(double fromHz, double toHz)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearResampler.Resample([1, 2], fromHz, toHz));
        Assert.Throws<ArgumentOutOfRangeException>(() => PolyphaseResampler.Resample([1, 2], fromHz, toHz));
    }

    [Fact]
    public void A_constant_lead_becomes_exactly_zero()
    {
        double[] x = new double[777];
        Array.Fill(x, 0.1);

        Standardization.Apply(x, 1e-8);

        Assert.All(x, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_standardised_lead_has_mean_zero_and_deviation_one()
    {
        double[] x = Sine(500, 10, 1.3);
        Standardization.Apply(x, 0);

        (double mean, double std) = Standardization.Moments(x);

        Assert.Equal(0, mean, 1e-12);
        Assert.Equal(1, std, 1e-12);
    }

    static double[] Sine(double rateHz, double seconds, double sineHz)
    {
        double[] x = new double[(int)(rateHz * seconds)];
        for (int t = 0; t < x.Length; t++) x[t] = Math.Sin(2 * Math.PI * sineHz * t / rateHz);
        return x;
    }
}
