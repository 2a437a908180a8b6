// The small diffusion network: what it predicts before it learned, its gradients, and that it sees the whole recording.
using Einthoven.Models.Generating;
using Einthoven.Models.S4UNet;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Generating;

public sealed class S4UNetTests
{
    private static readonly S4UNetConfig Config = new()
    {
        Leads = 3,
        Labels = 4,
        Samples = 48,
        Patch = 4,
        Widths = [6, 8],
        MiddleBlocks = 1,
        States = 4,
        Heads = 2,
        StepWaves = 8,
        ConditionWidth = 10,
        Steps = 20,
    };

    [Fact]
    public void A_fresh_network_sees_no_velocity_so_that_noise_is_its_share_of_the_signal()
    {
        using var scope = new Scope();
        using S4UNetNetwork network = Create(Config);
        Tensor noisy = new PhiloxRandom(2).NormalTensor([2, 3, 48]);
        float[] noise = network.Forward(noisy, [4, 19], new(Tensor.Ones(2, 4))).ToArray<float>(), given = noisy.ToArray<float>();
        for (int k = 0; k < noise.Length; k++)
            Assert.Equal(given[k] * network.Schedule.SqrtOneMinusAlphaBar[k < noise.Length / 2 ? 4 : 19], noise[k], 1e-6f);
    }

    [Fact]
    public void Gradients_agree_with_differences_of_the_loss()
    {
        using var scope = new Scope();
        using S4UNetNetwork network = Stirred(Config);
        Tensor noisy = new PhiloxRandom(3).NormalTensor([2, 3, 48]), labels = Tensor.From(new float[] { 1, 0, 0, 1, 0, 1, 0, 0 }, 2, 4);
        Loss().Backward();
        var random = new PhiloxRandom(4);
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            // Along a direction: one number a parameter tells whether all of its gradient is right.
            Tensor direction = random.NormalTensor(parameter.Shape), kept = parameter.Detach().Clone();
            double told = (parameter.Grad! * direction).Sum().Item();
            const double Step = 2e-3;
            double difference = (At(Step) - At(-Step)) / (2 * Step);
            Assert.True(Math.Abs(told - difference) < 0.02 * Math.Max(1, Math.Abs(told)), $"{name}: gradient {told}, difference {difference}");

            double At(double step)
            {
                using var noGrad = GradMode.Off();
                parameter.CopyFrom(kept + (direction * step));
                double loss = Loss().Item();
                parameter.CopyFrom(kept);
                return loss;
            }
        }

        Tensor Loss() => network.Forward(noisy, [3, 11], new(labels)).Square().Sum();
    }

    [Fact]
    public void The_first_sample_hears_of_the_last()
    {
        using var scope = new Scope();
        using S4UNetNetwork network = Stirred(Config);
        var values = new float[3 * 48];
        float[] before = network.Forward(Tensor.From(values, 1, 3, 48), [5], new(Tensor.Ones(1, 4))).ToArray<float>();
        values[47] = 1;
        float[] after = network.Forward(Tensor.From(values, 1, 3, 48), [5], new(Tensor.Ones(1, 4))).ToArray<float>();
        Assert.NotEqual(before[0], after[0]);
    }

    [Fact]
    public void Withheld_labels_make_no_difference_and_told_ones_do()
    {
        using var scope = new Scope();
        using S4UNetNetwork network = Stirred(Config);
        Tensor noisy = new PhiloxRandom(5).NormalTensor([1, 3, 48]), one = Tensor.Ones(1, 4), none = Tensor.Zeros(1, 4);
        Tensor withheld = Tensor.Zeros(1, 1);
        Assert.Equal(Values(one, withheld), Values(none, withheld));
        Assert.NotEqual(Values(one, null), Values(none, null));

        float[] Values(Tensor labels, Tensor? told) => network.Forward(noisy, [5], new(labels, Told: told)).ToArray<float>();
    }

    [Fact]
    public void Another_length_is_refused_with_both_lengths()
    {
        using var scope = new Scope();
        using S4UNetNetwork network = Create(Config);
        var refused = Assert.Throws<ArgumentException>(() => network.Forward(Tensor.Zeros(1, 3, 52), [0], new(Tensor.Zeros(1, 4))));
        Assert.Contains("48 samples, not of 52", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50, 2)]
    [InlineData(48, 3)]
    public void Sizes_that_do_not_fit_are_refused(int samples, int heads) =>
        Assert.Throws<ArgumentException>(() => new S4UNetNetwork(Config with { Samples = samples, Heads = heads }));

    private static S4UNetNetwork Create(S4UNetConfig config)
    {
        var network = new S4UNetNetwork(config);
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    // What starts at zero would hide everything behind it.
    private static S4UNetNetwork Stirred(S4UNetConfig config)
    {
        S4UNetNetwork network = Create(config);
        using var noGrad = GradMode.Off();
        var random = new PhiloxRandom(7);
        foreach ((_, Tensor parameter) in network.NamedParameters())
        {
            using var scope = new Scope();
            parameter.CopyFrom(parameter + random.NormalTensor(parameter.Shape, 0.1));
        }

        return network;
    }
}
