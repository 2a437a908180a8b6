// The decays that no reference table covers.
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Trainer;

public sealed class SchedulesTests
{
    [Fact]
    public void A_cosine_rises_to_its_peak_falls_through_the_middle_and_rests_at_its_end()
    {
        CosineSchedule schedule = new(1, 10, 110, 0.2);
        Assert.Equal(0.1, schedule.Rate(0), 1e-12);
        Assert.Equal(1, schedule.Rate(9), 1e-12);
        Assert.Equal(1, schedule.Rate(10), 1e-12);
        Assert.Equal(0.6, schedule.Rate(60), 1e-12);
        Assert.Equal(0.2, schedule.Rate(110), 1e-12);
        Assert.Equal(0.2, schedule.Rate(500), 1e-12);
    }

    [Fact]
    public void A_polynomial_falls_by_the_power_of_what_is_left()
    {
        PolynomialSchedule schedule = new(1, 0, 100, 0.1, 2);
        Assert.Equal(1, schedule.Rate(0), 1e-12);
        Assert.Equal(0.1 + (0.9 * 0.25), schedule.Rate(50), 1e-12);
        Assert.Equal(0.1, schedule.Rate(100), 1e-12);
        Assert.Equal(0.1, schedule.Rate(101), 1e-12);
    }

    [Fact]
    public void The_shares_of_a_tri_stage_schedule_must_add_up() =>
        Assert.Contains("add up", Assert.Throws<ArgumentException>(() => TriStageSchedule.ByShares(1, 0.1, 0.4, 0.4, 100)).Message, StringComparison.Ordinal);
}
