// Joint-embedding prediction: masks, courses, and the study's losses by plain loops; what learns, and what resumes.
using Einthoven.Models;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.Jepa;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Objectives.Study;

namespace Einthoven.Training.Tests.Objectives;

public sealed class JepaObjectiveTests
{
    [Fact]
    public void Masks_keep_as_many_patches_in_every_row_and_no_stretch_is_shorter_than_the_shortest()
    {
        PatchSplit split = new BlockMasking { MinimumBlock = 4 }.Draw(50, 60, new PhiloxRandom(1));
        Assert.Single(split.Kept.Select(k => k.Length).Distinct());
        foreach ((int[] kept, int[] masked) in split.Kept.Zip(split.Masked))
        {
            Assert.Equal(Enumerable.Range(0, 60), kept.Concat(masked).Order());
            int run = 0, last = -2;
            foreach (int patch in masked.Append(100))
            {
                if (patch != last + 1 && last >= 0) Assert.True(run >= 4, $"a stretch of {run} ends at {last}");
                run = patch == last + 1 ? run + 1 : 1;
                last = patch;
            }
        }

        Assert.Throws<ArgumentException>(() => new BlockMasking { MinimumBlock = 50 }.Draw(1, 60, new PhiloxRandom(1)));
    }

    [Fact]
    public void The_loss_is_the_mean_distance_and_the_target_moves_only_in_training()
    {
        using Scope scope = new();
        using JepaPretraining network = new(
            new() { Leads = 2, Samples = 40, Patch = 2, Width = 8, Depth = 1, Heads = 2 }, new() { Width = 4, Depth = 1, Heads = 1 });
        network.Initialize(new PhiloxRandom(1));
        Tensor windows = new PhiloxRandom(2).NormalTensor([4, 2, 40]);
        (Tensor? target, Tensor? prediction) = (null, null);
        JepaOptions options = new() { Mask = new() { MinimumBlock = 3 }, FirstMomentum = 0.5, LastMomentum = 1, MomentumUpdates = 10 };
        JepaObjective objective = new(network, options)
        {
            Stages = (stage, value) =>
            {
                if (stage == "target") target = Scope.Release(value.Clone());
                if (stage == "pred") prediction = Scope.Release(value.Detach().Clone());
            },
        };
        ObjectiveResult result = objective.Compute(new(windows), new(new PhiloxRandom(3), 0, Training: true));
        using (target)
        using (prediction)
        {
            double expected = target!.ToArray<float>().Zip(prediction!.ToArray<float>()).Average(p => Math.Abs((double)p.First - p.Second));
            Assert.Equal(expected, result.Total().Item() / result.SampleSize, 1e-6);
        }

        result.Total().Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
        (Tensor own, Tensor followed) = (At("encoder.norm.weight"), At("target_encoder.norm.weight"));
        using (GradMode.Off()) own.FillInPlace(3);
        JepaObjective quiet = new(network, options);
        quiet.Compute(new(windows), new(new PhiloxRandom(3), 5, Training: false));
        Assert.Equal(1, followed.ToArray<float>()[0]);
        quiet.Compute(new(windows), new(new PhiloxRandom(3), 5, Training: true));
        Assert.Equal((0.75 * 1) + (0.25 * 3), followed.ToArray<float>()[0], 1e-6);

        Tensor At(string name) => network.State().Single(s => s.Name == name).Tensor;
    }

    [Fact]
    public void Blocks_and_spans_follow_their_rules()
    {
        PhiloxRandom random = new(4);
        MultiBlockMask mask = new MultiBlockMasking().Draw(40, 300, random);
        Assert.All(mask.Targets.SelectMany(b => b), block => Assert.Equal(64, block.Count(p => p)));
        Assert.All(mask.Targets.SelectMany(b => b), block => Assert.False(block[^1]));
        Assert.All(mask.Contexts.SelectMany(b => b), block => Assert.True(block.Count(p => p) >= 64));
        bool[] spans = new MidpointSpans().Around([.. Enumerable.Range(0, 30).Select(p => p is 2 or 20 or 29)]);
        Assert.Equal([.. Enumerable.Range(0, 8), .. Enumerable.Range(16, 14)], Enumerable.Range(0, 30).Where(p => spans[p]));
    }

    [Fact]
    public void Losses_equal_plain_loops_and_are_zero_where_nothing_is_masked()
    {
        using Scope scope = new();
        const int Rows = 2, Positions = 5, Width = 3;
        PhiloxRandom random = new(6);
        Tensor y = random.NormalTensor([Rows, Positions, Width], 2), t = random.NormalTensor([Rows, Positions, Width]);
        float[] counts = [0, 1, 2, 0, 1, 1, 0, 0, 3, 1], a = y.ToArray<float>(), b = t.ToArray<float>();
        (double sum, double weight) = (0, 0);
        for (int at = 0; at < counts.Length; at++)
        {
            for (int k = 0; k < Width; k++)
            {
                double e = Math.Abs((double)a[(at * Width) + k] - b[(at * Width) + k]);
                sum += counts[at] * (e < 0.5 ? e * e : e - 0.25);
            }

            weight += counts[at];
        }

        Tensor often = Tensor.From(counts, Rows, Positions), none = Tensor.Zeros(Rows, Positions);
        Assert.Equal(sum / (weight * Width), RegressionLosses.Jepa(y, t, often, 0.5).Item(), 1e-6);
        Assert.Equal(sum / weight * 2, RegressionLosses.Data2Vec(y, t, often, 0.5, 2).Item(), 1e-5);
        Assert.Equal(0, RegressionLosses.Data2Vec(y, t, none).Item());
        Assert.Equal(0, CodeLosses.CrossEntropy(y, [Tensor.From(new long[Rows * Positions], Rows, Positions)], [Width], none).Item());
    }

    [Fact]
    public void Balanced_assignments_use_every_centre_alike_and_centres_stay_on_the_sphere()
    {
        using Scope scope = new();
        using SphericalKMeans clustering = new(4, 6);
        PhiloxRandom random = new(8);
        Tensor rows = random.NormalTensor([64, 6]);
        for (int k = 0; k < 3; k++)
        {
            Tensor assigned = clustering.Assign(rows, learn: true, random);
            Assert.All(assigned.Sum([1]).ToArray<float>(), s => Assert.Equal(1, s, 1e-5));
            Assert.All(assigned.Sum([0]).ToArray<float>(), s => Assert.InRange(s, 8, 24));
            Assert.All(clustering.Centres.Norm([1]).ToArray<float>(), n => Assert.Equal(1, n, 1e-5));
        }
    }

    [Theory]
    [InlineData("jepa")]
    [InlineData("data2vec")]
    [InlineData("dinosr")]
    [InlineData("soft_codes")]
    public void Each_masked_objective_reaches_the_student_and_its_loss_falls(string which)
    {
        using Scope outer = new();
        EcgCpcConfig config = new() { Leads = 2, Width = 8, States = 4, Layers = 2, InternalLength = 40, Bidirectional = true, Dropout = 0 };
        using IObjective objective = Make(which, config);
        objective.Network.Initialize(new PhiloxRandom(1));
        Tensor windows = new PhiloxRandom(2).NormalTensor([24, 2, 80]);
        using AdamW optimizer = new([.. objective.Network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: false))]);
        (double first, double last) = (0, 0);
        const int Steps = 40;
        for (int step = 0; step < Steps; step++)
        {
            using Scope scope = new();
            objective.Network.ClearGradients();
            // The same draws each time: the loss of different steps can be compared.
            ObjectiveResult result = objective.Compute(new(windows), new(new PhiloxRandom(3), step, Training: true));
            double loss = result.Total().Item() / result.SampleSize;
            if (step == 1) first = loss;
            last = loss;
            result.Total().Backward();
            if (step == 0) Assert.All(objective.Network.NamedParameters(), p => Assert.True(p.Tensor.Grad is not null, $"{p.Name} gets no gradient"));
            optimizer.Step(3e-3);
        }

        Assert.True(last < first, $"{which}: {first} became {last}");
    }

    private static IObjective Make(string which, EcgCpcConfig config)
    {
        TeacherOptions options = new() { Blocks = new() { MinimumKept = 6 } };
        return which switch
        {
            "jepa" => new BlockJepaObjective(new(config, StudentHead.StateSpace, config.Width), options),
            "data2vec" => new Data2VecObjective(new(config, StudentHead.StateSpace, config.Width), options),
            "dinosr" => new DinoSrObjective(new(new(config, StudentHead.StateSpace, 6), [new(6, config.Width)]), options),
            _ => new SoftCodeObjective(new(new(config, StudentHead.Linear, 4 + 6), [new(4, config.Width), new(6, config.Width)]), options),
        };
    }
}
