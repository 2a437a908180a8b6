// The decays that no reference table covers.
using Einthoven.Training.Recipes;
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

    [Fact]
    public void One_cycle_rises_and_falls_and_the_first_decay_runs_against_it()
    {
        OneCycleSchedule schedule = new(1, 100);
        Assert.Equal((1.0 / 25, 0.95), (schedule.Rate(0), schedule.Beta1(0)!.Value));
        Assert.Equal(1, schedule.Rate(30), 1e-12);
        Assert.Equal(0.85, schedule.Beta1(30)!.Value, 1e-12);
        Assert.Equal(1.0 / 250_000, schedule.Rate(100), 1e-12);
        Assert.True(double.IsFinite(new OneCycleSchedule(1, 2).Rate(1)));
    }

    [Theory]
    [InlineData("\"linear\"", 0.5)]
    [InlineData("{\"kind\": \"polynomial\", \"power\": 2}", 0.25)]
    [InlineData("{\"endFraction\": 0.5, \"kind\": \"cosine\"}", 0.75)]
    [InlineData("\"fixed\"", 1)]
    [InlineData("{\"kind\": \"step\", \"period\": 20, \"decay\": 0.1}", 0.01)]
    [InlineData("{\"kind\": \"tri-stage\", \"holdFraction\": 0.6}", 1)]
    [InlineData("\"one-cycle\"", 0.8117457)]
    public void A_recipe_names_its_schedule_by_a_word_or_with_its_settings(string json, double middle)
    {
        FinetuneRecipe recipe = Presets.Read<FinetuneRecipe>("einthoven-mini", "warmupFraction=0", $"schedule={json}");
        Assert.Equal(middle, recipe.Schedule.Create(1, 0, 100).Rate(50), 1e-6);
        Assert.Equal(recipe.Schedule, RecipeJson.Read<FinetuneRecipe>(RecipeJson.Write(recipe), "again", []).Schedule);
    }

    [Theory]
    [InlineData("schedule=cosin", "Did you mean \"cosine\"")]
    [InlineData("schedule.endFracton=0.1", "Did you mean \"schedule.endFraction\"")]
    [InlineData("schedule=one-cycle", "warmupFraction")]
    [InlineData("schedule={\"kind\":\"step\",\"period\":0}", "schedule.period is not positive")]
    [InlineData("optimizer=fairseq-adm", "Did you mean \"fairseq-adam\"")]
    public void A_schedule_that_does_not_work_is_answered_in_one_line(string setting, string answer)
    {
        string message = Assert.Throws<ArgumentException>(() => Presets.Read<FinetuneRecipe>("einthoven-mini", setting)).Message;
        Assert.Contains(answer, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_stored_recipe_that_leaves_values_to_their_defaults_is_the_same_recipe()
    {
        FinetuneRecipe recipe = Presets.Read<FinetuneRecipe>("einthoven-mini");
        string old = RecipeJson.Write(recipe).Replace("\"decayAll\": false,", "", StringComparison.Ordinal);
        Assert.True(RecipeJson.IsSame(old, recipe));
        Assert.False(RecipeJson.IsSame(old, recipe with { Epochs = 3 }));
    }
}
