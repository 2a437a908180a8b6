// Gradients against finite differences in double precision, and the known hazards of old builds.
namespace Einthoven.Torch.Tests;

public sealed class GradientTests
{
    [Fact]
    public void Gelu_has_right_gradients_where_the_incoming_gradient_is_permuted()
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(7);
        foreach (ScalarType type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            Tensor values = random.NormalTensor([4, 6, 10]).To(type);
            Tensor weights = random.NormalTensor([4, 10, 6]).To(type);
            Tensor x = values.Clone(), judge = values.To(ScalarType.Float64);
            x.RequiresGrad = true;
            judge.RequiresGrad = true;
            (x.Gelu().Transpose(1, 2) * weights).Sum().Backward();
            // The judge: GELU from its definition, x/2 · (1 + erf(x/√2)), which shares no kernel with it.
            Tensor gelu = judge * 0.5 * (new Operator("aten::erf").Call(judge * (1 / Math.Sqrt(2))) + 1);
            (gelu.Transpose(1, 2) * weights.To(ScalarType.Float64)).Sum().Backward();
            double error = (x.Grad!.To(ScalarType.Float64) - judge.Grad!).Abs().Amax([0, 1, 2]).Item();
            Assert.InRange(error, 0, type == ScalarType.Float32 ? 1e-5 : 0.1);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void The_dense_layer_has_right_values_and_gradients(bool withBias, bool permuted)
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(9);
        Tensor values = permuted ? random.NormalTensor([3, 33, 5]).Transpose(1, 2) : random.NormalTensor([3, 5, 33]);
        Tensor[] given = [values, random.NormalTensor([17, 33]), random.NormalTensor([17])];
        Tensor judgeGradient = random.NormalTensor([3, 17, 5]).Transpose(1, 2);
        Tensor[] single = [.. given.Select(t => Leaf(t, ScalarType.Float32))], judge = [.. given.Select(t => Leaf(t, ScalarType.Float64))];
        Tensor y = Linear.Apply(single[0], single[1], withBias ? single[2] : null);
        // The judge: products and a sum in double precision.
        Tensor right = (judge[0].Unsqueeze(2) * judge[1]).Sum([3]);
        if (withBias) right += judge[2];
        Assert.InRange((y.To(ScalarType.Float64) - right).Abs().Amax([0, 1, 2]).Item(), 0, 1e-4);
        (y * judgeGradient).Sum().Backward();
        (right * judgeGradient.To(ScalarType.Float64)).Sum().Backward();
        for (int k = 0; k < (withBias ? 3 : 2); k++)
            Assert.InRange((single[k].Grad!.To(ScalarType.Float64) - judge[k].Grad!).Abs().Flatten(0).Amax([0]).Item(), 0, 1e-4);

        static Tensor Leaf(Tensor t, ScalarType type)
        {
            Tensor leaf = t.To(type).Clone();
            leaf.RequiresGrad = true;
            return leaf;
        }
    }

    [Fact]
    public void Only_the_gradients_that_are_asked_for_are_made()
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(9);
        Tensor x = random.NormalTensor([4, 8]), weight = random.NormalTensor([6, 8]);
        weight.RequiresGrad = true;
        Linear.Apply(x, weight).Sum().Backward();
        Assert.Null(x.Grad);
        Assert.Equal([6, 8], weight.Grad!.Shape);
    }

    [Fact]
    public void No_graph_is_recorded_while_gradients_are_off_and_the_mode_comes_back()
    {
        using var scope = new Scope();
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        using (GradMode.Off()) Assert.False((x * 2).RequiresGrad);
        using (GradMode.Inference()) Assert.False((x * 2).RequiresGrad);
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void A_second_backward_through_a_freed_graph_is_an_exception()
    {
        using var scope = new Scope();
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        Tensor y = x.Square().Sum();
        y.Backward();
        Assert.Throws<TorchException>(() => y.Backward());
        Assert.Equal([2f, 2f], x.Grad!.ToArray<float>());
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("conv")]
    [InlineData("grouped conv")]
    [InlineData("weight norm")]
    [InlineData("layer norm")]
    [InlineData("group norm")]
    [InlineData("batch norm")]
    [InlineData("attention")]
    [InlineData("s4")]
    [InlineData("s4 of a long signal")]
    [InlineData("s4 of one direction")]
    [InlineData("s4d")]
    [InlineData("lstm")]
    [InlineData("loss")]
    public void Every_layers_gradient_equals_finite_differences(string layer)
    {
        using var scope = new Scope();
        var random = new PhiloxRandom(11);
        (Module module, Func<Tensor, Tensor> forward, long[] shape) = Make(layer);
        module.Initialize(random);
        module.Train(new PhiloxRandom(3));
        // Double precision: the parameters are replaced by doubles of the same values, moved off zero so that no term vanishes.
        using (GradMode.Off())
        {
            foreach ((_, Tensor t) in module.State())
                if (t.DType == ScalarType.Float32) t.SetData((t.Detach() + (random.NormalTensor(t.Shape) * 0.1)).To(ScalarType.Float64));
        }
        Tensor x = random.NormalTensor(shape).To(ScalarType.Float64);
        Tensor weight = random.NormalTensor(forward(x).Shape).To(ScalarType.Float64);
        (forward(x) * weight).Sum().Backward();
        foreach ((string name, Tensor parameter) in module.NamedParameters())
        {
            double[] expected = parameter.Grad!.ToArray<double>();
            for (int k = 0; k < Math.Min(expected.Length, 5); k++)
            {
                double numeric = (Shifted(k, 1e-6) - Shifted(k, -1e-6)) / 2e-6;
                Assert.True(Math.Abs(numeric - expected[k]) < 1e-6 * Math.Max(1, Math.Abs(numeric)), $"{name}[{k}]: {expected[k]} against {numeric}");
            }

            double Shifted(int k, double by)
            {
                using var inner = new Scope();
                using var noGrad = GradMode.Off();
                parameter.Detach().AsSpan<double>()[k] += by;
                double value = (forward(x) * weight).Sum().Item();
                parameter.Detach().AsSpan<double>()[k] -= by;
                return value;
            }
        }
        module.Dispose();
    }

    private static (Module, Func<Tensor, Tensor>, long[]) Make(string layer)
    {
        switch (layer)
        {
            case "linear": { var m = new Linear(5, 3); return (m, m.Forward, [2, 5]); }
            case "conv": { var m = new Conv1d(3, 4, 5, stride: 2, padding: 2); return (m, m.Forward, [2, 3, 11]); }
            case "grouped conv": { var m = new Conv1d(4, 6, 3, groups: 2, dilation: 2); return (m, m.Forward, [2, 4, 9]); }
            case "weight norm": { var m = new WeightNormConv1d(4, 4, 6, normDimension: 2, padding: 3, groups: 2); return (m, m.Forward, [2, 4, 9]); }
            case "layer norm": { var m = new LayerNorm(6); return (m, m.Forward, [3, 6]); }
            case "group norm": { var m = new GroupNorm(2, 4); return (m, m.Forward, [2, 4, 7]); }
            case "batch norm": { var m = new BatchNorm1d(4); return (m, m.Forward, [3, 4, 7]); }
            case "attention": { var m = new MultiheadAttention(8, 2); return (m, x => m.Forward(x), [2, 5, 8]); }
            case "s4": { var m = new S4Layer(3, 4, 12, bidirectional: true); return (m, x => m.Forward(x, ScalarType.Float64), [2, 12, 3]); }
            case "s4 of a long signal": { var m = new S4Layer(3, 4, 5, bidirectional: true); return (m, x => m.Forward(x, ScalarType.Float64), [2, 12, 3]); }
            case "s4 of one direction": { var m = new S4Layer(3, 4, 12, bidirectional: false, gated: false); return (m, x => m.Forward(x, ScalarType.Float64), [2, 9, 3]); }
            case "s4d": { var m = new S4DLayer(3, 4); return (m, m.Forward, [2, 9, 3]); }
            case "lstm": { var m = new Lstm(3, 4, 2, bidirectional: true); return (m, m.Forward, [5, 2, 3]); }
            default:
                {
                    var m = new Linear(5, 3);
                    Tensor target = Tensor.From([1.0, 0, 1, 0, 0, 1], 2, 3), weight = Tensor.From([2.0, 0.5, 3], 3), known = Tensor.From([1.0, 1, 0, 1, 1, 1], 2, 3);
                    return (m, x => Losses.BinaryCrossEntropySum(m.Forward(x), target, weight, known), [2, 5]);
                }
        }
    }
}
