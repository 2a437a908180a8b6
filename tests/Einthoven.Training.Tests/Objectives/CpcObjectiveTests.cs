// Contrastive predictive coding: the loss from its definition by plain loops, what it can learn, what it refuses; and the networks' presets.
using Einthoven.Models;
using Einthoven.Models.EcgCpc;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Tests.Objectives;

public sealed class CpcObjectiveTests
{
    private const int Ahead = 3;
    private const int Negatives = 5;
    private static readonly CpcOptions s_options = new() { StepsAhead = Ahead, Negatives = Negatives };

    [Fact]
    public void The_loss_sums_the_cross_entropy_of_every_position_among_the_drawn_ones()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgCpcPretraining network = Network();
        Tensor windows = new PhiloxRandom(3).NormalTensor([3, 2, 24]);
        DrawLog draws = new(new PhiloxRandom(5));
        CpcObjective objective = new(network, s_options) { Recorded = draws };
        ObjectiveResult result = objective.Compute(new(windows), new(new PhiloxRandom(0), 0, false));
        Assert.Equal(3, result.SampleSize);

        (Tensor predicted, Tensor encoded) = network.Forward(windows);
        (double[] p, double[] e) = (predicted.ToArray<double>(), encoded.ToArray<double>());
        int positions = (int)encoded.Size(1), width = (int)encoded.Size(2), at = 0, right = 0, total = 0;
        double loss = 0;
        for (int i = 0; i < positions - Ahead; i++)
        {
            for (int b = 0; b < 3; b++)
            {
                double positive = Dot(b, i, i + Ahead), sum = Math.Exp(positive);
                bool largest = true;
                for (int k = 0; k < Negatives; k++)
                {
                    int drawn = (int)draws.Drawn[at++];
                    double other = Dot(b, i, drawn >= i + Ahead ? drawn + 1 : drawn);
                    largest &= other < positive;
                    sum += Math.Exp(other);
                }

                loss += Math.Log(sum) - positive;
                total++;
                if (largest) right++;
            }
        }

        Assert.Equal(draws.Drawn.Length, at);
        Assert.Equal(loss, result.Total().Item(), 1e-4 * loss);
        Assert.Equal((double)right / total, result.Metrics["accuracy"], 1e-6);

        double Dot(int row, int i, int j)
        {
            double dot = 0;
            for (int d = 0; d < width; d++) dot += p[(((row * positions) + i) * width) + d] * e[(((row * positions) + j) * width) + d];
            return dot;
        }
    }

    [Fact]
    public void It_learns_what_comes_and_reaches_every_parameter()
    {
        using Scope outer = new();
        using EcgCpcPretraining network = Network();
        CpcObjective objective = new(network, s_options);
        Tensor windows = new PhiloxRandom(3).NormalTensor([4, 2, 40]);
        using AdamW adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: false))], weightDecay: 0);
        List<double> losses = [];
        for (int step = 0; step < 80; step++)
        {
            using Scope scope = new();
            network.ClearGradients();
            Tensor loss = objective.Compute(new(windows), new(new PhiloxRandom(7, (ulong)step), step, true)).Total();
            loss.Backward();
            foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
            adam.Step(5e-3);
            losses.Add(loss.Item());
        }

        Assert.True(losses.TakeLast(5).Average() < 0.7 * losses.Take(3).Average(), $"{losses[0]:F1} → {losses[^1]:F1}");
    }

    [Fact]
    public void Windows_too_short_to_look_ahead_are_refused_in_words()
    {
        using Scope scope = new();
        using EcgCpcPretraining network = Network();
        CpcObjective objective = new(network, s_options);
        ArgumentException e = Assert.Throws<ArgumentException>(() => objective.Compute(new(Tensor.Ones(1, 2, 6)), new(new PhiloxRandom(0), 0, true)));
        Assert.Contains("too few to look 3 ahead", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xresnet1d101", 1_880_775)]
    [InlineData("s4", 2_183_239)]
    public void A_preset_makes_its_network_at_the_published_size(string preset, long parameters)
    {
        FinetuneRecipe recipe = Presets.Read<FinetuneRecipe>(preset);
        Assert.Equal(2.5, recipe.Input.WindowSeconds());
        using EcgNetwork network = ModelFamilies.Get(recipe.Family).Create(recipe.Network, 71);
        Assert.Equal(parameters, network.ParameterCount);
    }

    private static EcgCpcPretraining Network()
    {
        EcgCpcPretraining network = new(new() { Leads = 2, Width = 8, Kernels = [3, 1], Strides = [2, 1], States = 4, Layers = 2, InternalLength = 20, Dropout = 0.1 });
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    private sealed class DrawLog(IRandomSource random) : IPretrainingDraws
    {
        public long[] Drawn { get; private set; } = [];

        public int[][] Mask(MaskAxis axis, SpanMasking masking, int rows, int size, IReadOnlyList<int>? valid) => throw new InvalidOperationException("nothing is masked");

        public Tensor Gumbel(long rows, long entries) => throw new InvalidOperationException("nothing is quantized");

        public long[] Negatives(NegativeSource source, int count, long bound)
        {
            Drawn = new long[count];
            random.Integers(Drawn, bound);
            return [.. Drawn];
        }
    }
}
