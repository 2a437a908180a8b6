// Schedule, noising and samplers against plain derivations, and against data for which everything is known exactly.
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Generating;

public sealed class DiffusionTests
{
    private static readonly NoiseSchedule Published = new(200, 0.0001, 0.02);

    [Theory]
    [InlineData(200, 0.0001, 0.02)]
    [InlineData(7, 0.01, 0.3)]
    [InlineData(1, 0.5, 0.9)]
    public void A_schedule_agrees_with_its_definition_in_double_precision(int steps, double first, double last)
    {
        var schedule = new NoiseSchedule(steps, first, last);
        double product = 1;
        for (int t = 0; t < steps; t++)
        {
            double beta = steps == 1 ? first : first + ((last - first) * t / (steps - 1)), before = product;
            product *= 1 - beta;
            Assert.Equal(beta, schedule.Beta[t], 1e-7);
            Assert.Equal(product, schedule.AlphaBar[t], 1e-5);
            Assert.Equal(Math.Sqrt(product), schedule.SqrtAlphaBar[t], 1e-5);
            Assert.Equal(t == 0 ? Math.Sqrt(beta) : Math.Sqrt(beta * (1 - before) / (1 - product)), schedule.Sigma[t], 1e-4);
            Assert.Equal(beta / Math.Sqrt(1 - product), schedule.NoiseFactor[t], 1e-4);
        }
    }

    [Fact]
    public void Every_row_is_noised_to_its_own_step()
    {
        using var scope = new Scope();
        Tensor clean = Tensor.Ones(3, 3, 2), noise = Tensor.Full([3, 3, 2], 2);
        float[] noised = DiffusionStep.Noise(Published, clean, noise, [0, 50, 199]).ToArray<float>();
        long[] steps = [0, 50, 199];
        for (int k = 0; k < noised.Length; k++)
        {
            double kept = 1;
            for (int t = 0; t <= steps[k / 6]; t++) kept *= 1 - (0.0001 + ((0.02 - 0.0001) * t / 199));
            Assert.Equal(Math.Sqrt(kept) + (2 * Math.Sqrt(1 - kept)), noised[k], 1e-4);
        }
    }

    [Fact]
    public void The_embedding_of_a_step_is_sines_then_cosines_that_end_at_one_ten_thousandth()
    {
        using var scope = new Scope();
        float[] row = StepEmbedding.Of([3], 6).ToArray<float>();
        double[] frequencies = [1, 0.01, 0.0001];
        Assert.Equal([.. frequencies.Select(f => (float)Math.Sin(3 * f)), .. frequencies.Select(f => (float)Math.Cos(3 * f))], row);
    }

    [Fact]
    public void A_reverse_step_takes_the_predicted_noise_off_and_adds_fresh_noise_but_at_the_end()
    {
        using var scope = new Scope();
        var schedule = new NoiseSchedule(2, 0.1, 0.2);
        var asked = new List<int>();
        Tensor made = DiffusionSampler.AllSteps(schedule, (x, t) => x * (t == 1 ? 0.5 : 0.25), Tensor.Full([1, 1, 1], 2), t =>
        {
            asked.Add(t);
            return Tensor.Full([1, 1, 1], 3);
        });
        double bar = 0.9 * 0.8;
        double first = ((2 - (0.2 / Math.Sqrt(1 - bar) * 1)) / Math.Sqrt(0.8)) + (3 * Math.Sqrt(0.2 * 0.1 / (1 - bar)));
        double second = (first - (0.1 / Math.Sqrt(0.1) * first * 0.25)) / Math.Sqrt(0.9);
        Assert.Equal(second, made.Item(), 1e-5);
        Assert.Equal([1], asked);
    }

    // Signals of variance s² have an exact noise prediction, and the equation without randomness an exact solution:
    // x₀ = x_T · s / √(ᾱ s² + 1 − ᾱ).
    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Samplers_of_few_steps_solve_the_equation_and_the_second_order_one_solves_it_better(double deviation)
    {
        using var scope = new Scope();
        Tensor start = Tensor.Full([1, 1, 1], 1.7);
        double bar = Published.AlphaBar[^1], exact = 1.7 * deviation / Math.Sqrt((bar * deviation * deviation) + 1 - bar);
        double first20 = Error(DiffusionSampler.Ddim(Published, Predict, start, 20)), second20 = Error(DiffusionSampler.SecondOrder(Published, Predict, start, 20));
        Assert.True(Error(DiffusionSampler.Ddim(Published, Predict, start, 200)) < first20, "more steps of DDIM are no better");
        Assert.True(second20 < first20, $"second order {second20}, first order {first20}");
        Assert.True(second20 < 0.05, $"second order is off by {second20}");

        Tensor Predict(Tensor x, int t)
        {
            double kept = Published.AlphaBar[t];
            return x * (Math.Sqrt(1 - kept) / ((kept * deviation * deviation) + 1 - kept));
        }

        double Error(Tensor made) => Math.Abs(made.Item() - exact) / exact;
    }

    [Fact]
    public void A_sampler_of_few_steps_spreads_them_from_the_last_to_the_first()
    {
        Assert.Equal([199, 149, 100, 50, 0], DiffusionSampler.Times(Published, 5));
        Assert.Equal([199], DiffusionSampler.Times(Published, 1));
        Assert.Equal(200, DiffusionSampler.Times(Published, 200).Distinct().Count());
        Assert.Throws<ArgumentException>(() => DiffusionSampler.Times(Published, 201));
    }

    [Fact]
    public void Derived_limb_leads_fulfil_the_relations_of_Einthoven_and_Goldberger()
    {
        float[] made = [0.5f, 0.2f];
        string[] from = ["I", "aVF"], to = ["I", "II", "III", "aVR", "aVL", "aVF"];
        float[] all = LeadDerivation.Derive(made, from, to);
        Assert.Equal(all[1], all[0] + all[2], 1e-6f);
        Assert.Equal(0, all[3] + all[4] + all[5], 1e-6f);
        Assert.Equal(all[3], -(all[0] + all[1]) / 2, 1e-6f);
        Assert.Equal(to, LeadDerivation.Complete(from));
        Assert.Throws<ArgumentException>(() => LeadDerivation.Derive(made, from, ["V1"]));
    }
}
