// Optimisers against their formulas computed a second time in plain arithmetic.
namespace Einthoven.Torch.Tests;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_Adams_follow_their_formula(bool fairseq)
    {
        using var scope = new Scope();
        const double Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-3, Decay = 0.1, Rate = 0.05;
        double p = 1.5, m = 0, v = 0;
        Tensor parameter = Tensor.From([1.5], 1);
        parameter.RequiresGrad = true;
        OptimizedParameter[] all = [new("p", parameter, true)];
        using IOptimizer optimizer = fairseq ? new FairseqAdam(all, Beta1, Beta2, Epsilon, Decay) : new AdamW(all, Beta1, Beta2, Epsilon, Decay);
        for (int t = 1; t <= 4; t++)
        {
            parameter.Grad = null;
            (parameter.Square() * t).Sum().Backward();
            double g = 2 * p * t;
            m = (Beta1 * m) + ((1 - Beta1) * g);
            v = (Beta2 * v) + ((1 - Beta2) * g * g);
            double c1 = 1 - Math.Pow(Beta1, t), c2 = 1 - Math.Pow(Beta2, t);
            p -= Rate * Decay * p;
            p -= fairseq ? Rate * Math.Sqrt(c2) / c1 * m / (Math.Sqrt(v) + Epsilon) : Rate * (m / c1) / (Math.Sqrt(v / c2) + Epsilon);
            optimizer.Step(Rate);
            Assert.Equal(p, parameter.Item(), 1e-12);
        }
    }

    [Theory]
    [InlineData("adamw")]
    [InlineData("adam")]
    [InlineData("fairseq")]
    public void The_fused_step_is_the_plain_one(string variant)
    {
        using var scope = new Scope();
        // In float64 the plain operators run; an odd length leaves a rest behind the vectors, and a transposed gradient is not contiguous.
        Tensor start = new PhiloxRandom(1).NormalTensor([37, 29]);
        float[][] ends = [.. new[] { ScalarType.Float32, ScalarType.Float64 }.Select(type =>
        {
            Tensor parameter = start.To(type).Clone();
            parameter.RequiresGrad = true;
            OptimizedParameter[] all = [new("p", parameter, true, 0.5)];
            using AdamOptimizer optimizer = variant switch
            {
                "adam" => new Adam(all, 0.8, 0.9, 1e-4, 0.1),
                "fairseq" => new FairseqAdam(all, 0.8, 0.9, 1e-4, 0.1),
                _ => new AdamW(all, 0.8, 0.9, 1e-4, 0.1),
            };
            Tensor weights = new PhiloxRandom(2).NormalTensor([29, 37]).To(type);
            for (int t = 0; t < 5; t++)
            {
                parameter.Grad = null;
                ((parameter.Transpose(0, 1) * weights).Sum() + parameter.Square().Sum()).Backward();
                optimizer.Step(0.05, beta1: t == 3 ? 0.7 : null);
            }

            return parameter.To(ScalarType.Float32).Detach().ToArray<float>();
        })];
        for (int k = 0; k < ends[0].Length; k++) Assert.Equal(ends[1][k], ends[0][k], 1e-5);
    }

    [Fact]
    public void A_restored_optimiser_goes_on_bit_for_bit()
    {
        using var scope = new Scope();
        Tensor Run(int stopAt)
        {
            Tensor parameter = Tensor.From([1f, -2f, 3f], 3);
            parameter.RequiresGrad = true;
            OptimizedParameter[] all = [new("p", parameter, true)];
            IOptimizer optimizer = new AdamW(all);
            for (int t = 0; t < 6; t++)
            {
                if (t == stopAt)
                {
                    var state = optimizer.State().ToDictionary(s => s.Name, s => s.Tensor.Clone());
                    long steps = optimizer.Steps;
                    optimizer.Dispose();
                    optimizer = new AdamW(all);
                    optimizer.Restore(steps, state);
                }
                parameter.Grad = null;
                parameter.Square().Sum().Backward();
                optimizer.Step(0.1);
            }
            optimizer.Dispose();
            return parameter;
        }
        Assert.Equal(Run(-1).ToArray<float>(), Run(3).ToArray<float>());
    }

    [Fact]
    public void Clipping_scales_all_gradients_by_one_factor()
    {
        using var scope = new Scope();
        Tensor a = Tensor.From([3f], 1), b = Tensor.From([4f], 1);
        a.RequiresGrad = b.RequiresGrad = true;
        ((a.Square() + b.Square()) * 0.5).Sum().Backward();
        Assert.Equal(5, GradientNorm.Clip([a, b], 1), 1e-6);
        Assert.Equal(0.6, a.Grad!.Item(), 1e-5);
        Assert.Equal(0.8, b.Grad!.Item(), 1e-5);
    }
}
