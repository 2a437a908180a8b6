// A rate that falls on a plateau: patience, rest, direction, and the smallest change.
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Trainer;

public sealed class PlateauRateTests
{
    [Fact]
    public void The_rate_falls_with_the_first_figure_beyond_the_patience_and_after_a_rest_can_fall_again()
    {
        PlateauOptions options = new(Factor: 0.5, Patience: 1, Cooldown: 2);
        Assert.Equal([1, 1, 0.5, 0.5, 0.5, 0.5, 0.25], Rates(options, 1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7));
    }

    [Fact]
    public void Only_a_figure_that_beats_the_best_by_the_threshold_counts()
    {
        PlateauOptions options = new(Factor: 0.1, Patience: 0, Threshold: 0.01);
        Assert.Equal([1, 1, 0.1], Rates(options, 1, 0.5, 0.506, 0.51).Select(r => Math.Round(r, 9)));
    }

    [Fact]
    public void An_error_should_fall_instead()
    {
        PlateauOptions options = new(Factor: 0.1, Patience: 0, LargerIsBetter: false);
        Assert.Equal([1, 1, 0.1], Rates(options, 1, 9, 8, 8.5).Select(r => Math.Round(r, 9)));
    }

    [Fact]
    public void A_change_too_small_to_matter_is_not_made()
    {
        PlateauOptions options = new(Factor: 0.1, Patience: 0);
        Assert.Equal([1e-8, 1e-8], Rates(options, 1e-8, 0.5, 0.4));
    }

    private static double[] Rates(PlateauOptions options, double start, params double[] figures)
    {
        PlateauRate state = PlateauRate.Begin(start, options);
        return [.. figures.Select(figure => (state = state.After(figure, options)).Rate)];
    }
}
