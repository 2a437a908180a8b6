// Net1D apart from its numbers, which the golden cases hold: sizes as published, unused norms, layers, initial weights.
using Einthoven.Models.EcgFounder;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.EcgFounder;

public sealed class Net1DTests
{
    internal static Net1DConfig Tiny { get; } = new() { Leads = 2, StemWidth = 8, Widths = [8, 12], Blocks = [2, 1], GroupWidth = 4, Kernel = 16, Labels = 3 };

    [Theory]
    [InlineData(12, 30_752_646, 30_819_014)]
    [InlineData(1, 30_741_382, 30_807_750)]
    public void The_published_networks_have_the_published_number_of_parameters(int leads, long used, long all)
    {
        using var network = new Net1D(new Net1DConfig { Leads = leads });
        Assert.Equal((used, all), (network.UsedParameterCount, network.ParameterCount));
        Assert.Equal(509, network.State().Count());
    }

    [Fact]
    public void Batch_norms_are_there_but_take_no_part_unless_they_are_switched_on()
    {
        using var scope = new Scope();
        using Net1D off = Made(Tiny), on = Made(Tiny with { BatchNorm = true });
        Tensor x = new PhiloxRandom(5).UniformTensor([2, 2, 100], -1, 1);
        float[] before = off.Forward(x).ToArray<float>(), normed = on.Forward(x).ToArray<float>();
        foreach (Net1D network in (Net1D[])[off, on])
        {
            using var noGrad = GradMode.Off();
            network.NamedBuffers().Single(b => b.Name == "first_bn.running_var").Tensor.FillInPlace(9);
        }

        Assert.Equal(before, off.Forward(x).ToArray<float>());
        Assert.NotEqual(normed, on.Forward(x).ToArray<float>());
        Assert.Equal(off.ParameterCount, on.ParameterCount);
    }

    [Fact]
    public void Any_length_works_and_every_stage_halves_it_rounding_up()
    {
        using var scope = new Scope();
        using Net1D network = Made(Tiny);
        foreach (int samples in (int[])[1, 7, 100, 203])
        {
            Dictionary<string, long[]> shapes = [];
            Tensor logits = network.Forward(Tensor.Ones(1, 2, samples), (stage, value) => shapes[stage] = value.Shape);
            Assert.Equal([1, 3], logits.Shape);
            int stem = (samples + 1) / 2, first = (stem + 1) / 2, second = (first + 1) / 2;
            Assert.Equal([1, 8, stem], shapes["stem.out"]);
            Assert.Equal([1, 8, first], shapes["stage0.block1"]);
            Assert.Equal([1, 12, second], shapes["stage1.block0"]);
        }
    }

    [Fact]
    public void The_last_layer_is_what_the_head_averages()
    {
        using var scope = new Scope();
        using Net1D network = Made(Tiny);
        Tensor x = new PhiloxRandom(5).UniformTensor([2, 2, 100], -1, 1);
        float[] features = [];
        network.Forward(x, (stage, value) =>
        {
            if (stage == "features") features = value.ToArray<float>();
        });
        float[] averaged = network.Encode(x).Mean([1]).ToArray<float>();
        for (int k = 0; k < features.Length; k++) Assert.Equal(features[k], averaged[k], 1e-6);
    }

    [Fact]
    public void Initial_weights_and_biases_are_uniform_in_one_over_the_root_of_their_inputs()
    {
        using Net1D network = Made(Tiny);
        foreach ((string name, Tensor tensor) in network.NamedParameters().Where(p => p.Name.Contains("conv", StringComparison.Ordinal)))
        {
            Tensor weight = network.NamedParameters().Single(p => p.Name == name.Replace("bias", "weight", StringComparison.Ordinal)).Tensor;
            double bound = 1 / Math.Sqrt(weight.Size(1) * weight.Size(2));
            double largest = tensor.ToArray<float>().Max(Math.Abs);
            Assert.InRange(largest, bound / 2, bound);
        }
    }

    [Fact]
    public void A_configuration_that_cannot_be_built_is_refused_by_name()
    {
        Refused(new Net1DConfig { Widths = [64, 32], Blocks = [1, 1] }, "widths falls");
        Refused(new Net1DConfig { Widths = [64], Blocks = [1, 1] }, "blocks");
        Refused(new Net1DConfig { GroupWidth = 128 }, "groupWidth");

        static void Refused(Net1DConfig config, string word) =>
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => new Net1D(config)).Message, StringComparison.Ordinal);
    }

    internal static Net1D Made(Net1DConfig config)
    {
        var network = new Net1D(config);
        network.Initialize(new PhiloxRandom(9));
        return network;
    }
}
