// Layers that have more than one road: both must agree.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch.Tests;

public sealed class LayerTests
{
    [Fact]
    public void Channels_last_order_changes_speed_and_nothing_else()
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(5);
        using var convolution = new Conv1d(12, 16, 5, stride: 2, padding: 2);
        using var norm = new BatchNorm1d(16);
        convolution.Initialize(random);
        norm.Initialize(random);
        norm.Train(random);
        Tensor x = random.NormalTensor([3, 12, 41]);
        Tensor plain = Forward(x), ordered = Forward(ChannelsLast.Order(x));
        Assert.Equal(plain.Shape, ordered.Shape);
        Assert.True(ChannelsLast.Holds(Pool1d.Max(norm.Forward(convolution.Forward(ChannelsLast.Order(x))), 3, 2, 1)));
        Assert.InRange((plain - ordered).Abs().Amax([0, 1, 2]).Item(), 0, 1e-5);

        Tensor Forward(Tensor t) => Pool1d.Mean(Pool1d.Max(norm.Forward(convolution.Forward(t)), 3, 2, 1), 2, 2, ceiling: true);
    }

    [Fact]
    public void Kernels_in_channels_last_order_are_the_same_kernels()
    {
        using var scope = new Scope();
        using var convolution = new Conv1d(12, 16, 5, stride: 2, padding: 2);
        convolution.Initialize(new PhiloxRandom(5));
        byte[] stored = convolution.Weight.ToBytes();
        Tensor x = ChannelsLast.Order(new PhiloxRandom(6).NormalTensor([1, 12, 41]));
        Tensor before = convolution.Forward(x);
        convolution.PrepareForInference();
        Assert.True(ChannelsLast.Holds(convolution.Weight));
        Assert.Equal(stored, convolution.Weight.ToBytes());
        Assert.InRange((before - convolution.Forward(x)).Abs().Amax([0, 1, 2]).Item(), 0, 1e-5);
    }

    [Theory]
    [InlineData(5, 2, 1, true)]
    [InlineData(1, 1, 1, false)]
    [InlineData(3, 1, 4, true)]
    public void A_packed_convolution_does_what_its_three_layers_do_at_any_length(int kernel, int stride, int groups, bool relu)
    {
        using var scope = new Scope();
        using var convolution = new Conv1d(16, 24, kernel, stride, padding: kernel / 2, groups: groups, bias: false);
        using var norm = new BatchNorm1d(24);
        var random = new PhiloxRandom(5);
        convolution.Initialize(random);
        norm.Initialize(random);
        norm.Load(norm.State().ToDictionary(s => s.Name, s => s.Tensor.DType == ScalarType.Float32 ? random.UniformTensor(s.Tensor.Shape, 0.5, 2) : s.Tensor));
        norm.Eval();
        Tensor x = ChannelsLast.Order(random.NormalTensor([1, 16, 41])), longer = ChannelsLast.Order(random.NormalTensor([1, 16, 97]));
        Assert.False(PackedConvolution.Suits(x), "gradients are recorded, and a packed convolution has none");
        using var noGrad = GradMode.Off();
        Assert.True(PackedConvolution.Suits(x));
        Assert.False(PackedConvolution.Suits(x.Expand(2, 16, 41)));
        Assert.False(PackedConvolution.Suits(x.To(ScalarType.BFloat16)));
        using PackedConvolution packed = PackedConvolution.Fold(convolution, norm, relu, x.Shape);
        foreach (Tensor windows in new[] { x, longer })
        {
            Tensor expected = norm.Forward(convolution.Forward(windows)), actual = packed.Forward(windows);
            if (relu) expected = expected.Relu();
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.True(ChannelsLast.Holds(actual));
            Assert.InRange((expected - actual).Abs().Amax([0, 1, 2]).Item(), 0, 2e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Self_attention_is_what_its_formula_says_and_so_is_its_gradient(int heads)
    {
        using var scope = new Scope();
        const int Batch = 2, Tokens = 5, Width = 4;
        var random = new PhiloxRandom(7);
        float[] values = random.NormalTensor([Batch, Tokens, 3 * heads * Width]).ToArray<float>(), weights = random.NormalTensor([Batch, Tokens, heads * Width]).ToArray<float>();
        double[] exact = [.. values.Select(v => (double)v)];

        Tensor projected = Tensor.From(values, Batch, Tokens, 3 * heads * Width);
        projected.RequiresGrad = true;
        Tensor mixed = SelfAttention.Apply(projected, heads, 0.7);
        (mixed * Tensor.From(weights, Batch, Tokens, heads * Width)).Sum().Backward();
        float[] got = mixed.Detach().ToArray<float>(), gradient = projected.Grad!.ToArray<float>();

        double[] expected = Naive(exact);
        for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5);
        for (int i = 0; i < gradient.Length; i += 7)
        {
            double kept = exact[i];
            exact[i] = kept + 1e-5;
            double above = Weighted(Naive(exact));
            exact[i] = kept - 1e-5;
            double below = Weighted(Naive(exact));
            exact[i] = kept;
            Assert.Equal((above - below) / 2e-5, gradient[i], 1e-4);
        }

        double Weighted(double[] y) => y.Zip(weights, (a, b) => a * b).Sum();

        double[] Naive(double[] x)
        {
            var y = new double[Batch * Tokens * heads * Width];
            for (int b = 0; b < Batch; b++)
                for (int h = 0; h < heads; h++)
                    for (int t = 0; t < Tokens; t++)
                    {
                        double[] shares = [.. Enumerable.Range(0, Tokens).Select(s => Math.Exp(0.7 * Enumerable.Range(0, Width).Sum(d => x[At(b, t, 0, h, d)] * x[At(b, s, 1, h, d)])))];
                        double sum = shares.Sum();
                        for (int d = 0; d < Width; d++)
                            y[((((b * Tokens) + t) * heads) + h) * Width + d] = Enumerable.Range(0, Tokens).Sum(s => shares[s] / sum * x[At(b, s, 2, h, d)]);
                    }
            return y;

            int At(int b, int t, int part, int h, int d) => (((((b * Tokens) + t) * 3) + part) * heads + h) * Width + d;
        }
    }

    [Fact]
    public void Self_attention_in_bfloat16_and_with_dropout_takes_the_long_way_to_the_same()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Tensor projected = new PhiloxRandom(8).NormalTensor([2, 6, 24]);
        Tensor exact = SelfAttention.Apply(projected, 2, 0.5);
        Assert.InRange((exact - SelfAttention.Apply(projected.To(ScalarType.BFloat16), 2, 0.5).To(ScalarType.Float32)).Abs().Amax([0, 1, 2]).Item(), 1e-6, 0.05);
        using var dropout = new Dropout(0.5);
        Assert.Equal(exact.ToArray<float>(), SelfAttention.Apply(projected, 2, 0.5, dropout).ToArray<float>());
        dropout.Train(new PhiloxRandom(1));
        Assert.NotEqual(exact.ToArray<float>(), SelfAttention.Apply(projected, 2, 0.5, dropout).ToArray<float>());
    }

    [Fact]
    public void Dropout_draws_from_the_given_source_and_keeps_the_expectation()
    {
        using var scope = new Scope();
        using var dropout = new Dropout(0.25);
        Tensor x = Tensor.Ones(100, 100);
        Assert.Same(x, dropout.Forward(x));
        dropout.Train(new PhiloxRandom(1));
        Tensor first = dropout.Forward(x);
        dropout.Train(new PhiloxRandom(1));
        Assert.Equal(first.ToArray<float>(), dropout.Forward(x).ToArray<float>());
        Assert.InRange(first.Mean().Item(), 0.98, 1.02);
        Assert.Equal([0f, 4f / 3], first.ToArray<float>().Distinct().Order());
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_with_every_name()
    {
        using var scope = new Scope();
        using var layer = new Linear(3, 2);
        var e = Assert.Throws<CheckpointException>(() => layer.Load(new Dictionary<string, Tensor>
        {
            ["weight"] = Tensor.Ones(2, 2),
            ["extra"] = Tensor.Ones(1),
        }));
        Assert.Contains("bias is missing", e.Message, StringComparison.Ordinal);
        Assert.Contains("weight has shape [2, 2], expected [2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Contains("extra is not part", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Philox_gives_the_published_numbers_and_resumes_at_any_position()
    {
        // Known-answer vector of the Random123 distribution: counter 0, key 0, first word 0x6627e8d5.
        var random = new PhiloxRandom(0);
        Assert.Equal((0x6627e8d5u >> 8) * (1f / (1 << 24)), random.Uniform());
        var whole = new float[8];
        new PhiloxRandom(42, 3).Uniform(whole);
        var second = new float[4];
        new PhiloxRandom(42, 3, position: 1).Uniform(second);
        Assert.Equal(whole[4..], second);
    }

    [Fact]
    public void Normal_draws_have_mean_zero_and_deviation_one()
    {
        var draws = new float[100_000];
        new PhiloxRandom(9).Normal(draws);
        double mean = draws.Average(d => (double)d), variance = draws.Average(d => (d - mean) * (d - mean));
        // Five standard errors: 5/√n and 5·√(2/n).
        Assert.InRange(mean, -0.016, 0.016);
        Assert.InRange(variance, 1 - 0.023, 1 + 0.023);
    }
}
