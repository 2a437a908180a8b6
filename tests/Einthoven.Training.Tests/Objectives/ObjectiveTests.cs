// What every objective promises its trainer: results that follow from the source's position, that add up, that can be learnt.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Tests.Objectives;

public sealed class ObjectiveTests
{
    [Fact]
    public void The_same_position_of_the_source_gives_the_same_loss_and_gradients()
    {
        using Scope scope = new();
        using EcgFmPretraining network = TinyEcgFm.Network();
        WcrObjective objective = new(network, TinyEcgFm.Options, new());
        TrainingBatch batch = TinyEcgFm.Pairs(4);
        (double Loss, float[] Gradient) first = Step(11), again = Step(11), other = Step(12);
        Assert.Equal(first.Loss, again.Loss);
        Assert.Equal(first.Gradient, again.Gradient);
        Assert.NotEqual(first.Loss, other.Loss);

        (double Loss, float[] Gradient) Step(ulong seed)
        {
            network.ClearGradients();
            Tensor total = objective.Compute(batch, new(new PhiloxRandom(seed), 0, true)).Total();
            total.Backward();
            return (total.Item(), network.NamedParameters().First(p => p.Name == "encoder.layers.0.fc1.weight").Tensor.Grad!.ToArray<float>());
        }
    }

    [Fact]
    public void Pretraining_learns_a_batch_and_reaches_every_parameter()
    {
        using Scope outer = new();
        using EcgFmPretraining network = TinyEcgFm.Network();
        WcrObjective objective = new(network, TinyEcgFm.Options, new());
        TrainingBatch batch = TinyEcgFm.Pairs(6);
        using FairseqAdam adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))], 0.9, 0.98, 1e-6, 0.01);
        List<double> losses = [];
        for (int step = 0; step < 60; step++)
        {
            using Scope scope = new();
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(3, (ulong)step), step, true));
            Tensor loss = result.Total() / result.SampleSize;
            loss.Backward();
            if (step == 0)
                foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
            adam.Step(3e-3);
            losses.Add(loss.Item());
        }

        Assert.All(losses, l => Assert.True(double.IsFinite(l)));
        Assert.True(losses.TakeLast(10).Average() < 0.8 * losses.Take(5).Average(), $"{losses[0]:F3} → {losses[^1]:F3}");
    }

    [Fact]
    public void Validation_needs_no_dropout_and_repeats_its_masks()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgFmPretraining network = TinyEcgFm.Network();
        WcrObjective objective = new(network, TinyEcgFm.Options, new());
        TrainingBatch batch = TinyEcgFm.Pairs(4);
        ObjectiveResult first = objective.Compute(batch, new(new PhiloxRandom(1), 0, false)), again = objective.Compute(batch, new(new PhiloxRandom(1), 9, false));
        Assert.Equal(first.Total().Item(), again.Total().Item());
        Assert.Equal(["contrastive", "diversity", "feature_penalty", "cmsc"], first.Terms.Select(t => t.Name));
        Assert.InRange(first.Metrics["accuracy"], 0, 1);
        Assert.InRange(first.Metrics["code_perplexity"], 2, 12);
    }

    [Fact]
    public void Halves_of_a_supervised_batch_add_up_to_the_whole_with_their_gradients()
    {
        using Scope scope = new();
        using EcgFmClassifier network = new(TinyEcgFm.Config with { Labels = 3, Dropout = 0, AttentionDropout = 0, InputDropout = 0, FeatureGradientFactor = 1 });
        PhiloxRandom random = new(5);
        network.Initialize(random);
        Tensor windows = random.NormalTensor([6, 3, 160]), labels = random.UniformTensor([6, 3]).Gt(0.5).To(ScalarType.Float32);
        Tensor known = random.UniformTensor([6, 3]).Gt(0.3).To(ScalarType.Float32);
        MultiLabelObjective objective = new(network, [2, 1, 0.5]);
        ObjectiveResult whole = Part(0, 6), first = Part(0, 2), second = Part(2, 4);
        Assert.Equal(whole.SampleSize, first.SampleSize + second.SampleSize);
        Assert.Equal(whole.Total().Item(), first.Total().Item() + second.Total().Item(), 1e-4);
        network.ClearGradients();
        whole.Total().Backward();
        float[][] expected = Gradients();
        network.ClearGradients();
        first.Total().Backward();
        second.Total().Backward();
        float[][] actual = Gradients();
        for (int p = 0; p < expected.Length; p++)
            for (int i = 0; i < expected[p].Length; i++) Assert.Equal(expected[p][i], actual[p][i], 1e-4f);

        ObjectiveResult Part(long from, long count) => objective.Compute(
            new(windows.Narrow(0, from, count), labels.Narrow(0, from, count), known.Narrow(0, from, count)), new(new PhiloxRandom(0), 0, true));

        float[][] Gradients() => [.. network.NamedParameters().Select(p => p.Tensor.Grad!.ToArray<float>())];
    }

    [Fact]
    public void SimCLR_learns_which_views_belong_together()
    {
        using Scope outer = new();
        using ProjectedEncoder network = new(TinyEcgFm.Config with { FeatureGradientFactor = 1 }, 8);
        network.Initialize(new PhiloxRandom(1));
        SimClrObjective objective = new(network, new());
        TrainingBatch batch = TinyEcgFm.Pairs(6);
        using AdamW adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: false))], weightDecay: 0);
        double first = 0, last = 0;
        for (int step = 0; step < 40; step++)
        {
            using Scope scope = new();
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(2, (ulong)step), step, true));
            Assert.Equal(12, result.SampleSize);
            Tensor loss = result.Total() / result.SampleSize;
            loss.Backward();
            adam.Step(3e-3);
            last = loss.Item();
            if (step == 0) first = last;
        }

        Assert.True(last < 0.7 * first, $"{first:F3} → {last:F3}");
    }

    [Fact]
    public void A_batch_that_lacks_what_an_objective_needs_is_refused_in_words()
    {
        using Scope scope = new();
        using EcgFmPretraining network = TinyEcgFm.Network();
        TrainingBatch pairs = TinyEcgFm.Pairs(2);
        ObjectiveContext context = new(new PhiloxRandom(0), 0, true);
        WcrObjective wcr = new(network, TinyEcgFm.Options, new());
        Assert.Contains("record id", Assert.Throws<ArgumentException>(() => wcr.Compute(pairs with { RecordIds = null }, context)).Message, StringComparison.Ordinal);
        Assert.Contains("pairs", Assert.Throws<ArgumentException>(() => wcr.Compute(pairs with { RecordIds = [1, 2, 3, 4] }, context)).Message, StringComparison.Ordinal);
        Assert.Contains("too few", Assert.Throws<ArgumentException>(() => wcr.Compute(pairs with { Windows = pairs.Windows.Narrow(2, 0, 8) }, context)).Message, StringComparison.Ordinal);
        using EcgFmClassifier classifier = new(TinyEcgFm.Config with { Labels = 2 });
        MultiLabelObjective labels = new(classifier);
        Assert.Contains("no labels", Assert.Throws<ArgumentException>(() => labels.Compute(pairs, context)).Message, StringComparison.Ordinal);
        Assert.Contains("[4, 2]", Assert.Throws<ArgumentException>(() => labels.Compute(pairs with { Labels = Tensor.Zeros(4, 3) }, context)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BFloat16_products_keep_the_loss_and_the_direction_of_the_gradient()
    {
        using Scope scope = new();
        using EcgFmPretraining network = TinyEcgFm.Network();
        WcrObjective objective = new(network, TinyEcgFm.Options, new());
        TrainingBatch batch = TinyEcgFm.Pairs(4);
        (double exact, float[] expected) = Step(ScalarType.Float32);
        (double rounded, float[] actual) = Step(ScalarType.BFloat16);
        Assert.NotEqual(exact, rounded);
        Assert.Equal(exact, rounded, 0.02 * exact);
        double dot = 0, a = 0, b = 0;
        for (int i = 0; i < expected.Length; i++) (dot, a, b) = (dot + (expected[i] * actual[i]), a + (expected[i] * expected[i]), b + (actual[i] * actual[i]));
        Assert.True(dot / Math.Sqrt(a * b) > 0.995, $"cosine {dot / Math.Sqrt(a * b)}");
        Assert.All(network.NamedParameters(), p => Assert.Equal(ScalarType.Float32, p.Tensor.Grad!.DType));

        (double, float[]) Step(ScalarType type)
        {
            network.Encoder.ComputeType = type;
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(4), 0, true));
            Tensor loss = result.Total() / result.SampleSize;
            loss.Backward();
            return (loss.Item(), [.. network.NamedParameters().SelectMany(p => p.Tensor.Grad!.ToArray<float>())]);
        }
    }
}
