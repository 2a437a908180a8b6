// The contrasts once more, each written out as sums over pairs in double precision, and the slow copies step by step.
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Trainer;
using Xunit;

namespace Einthoven.Training.Tests.Objectives;

public sealed class ContrastTests
{
    private const double Temperature = 0.3;
    private const int Width = 5;

    [Fact]
    public void Bolts_form_subtracts_e_and_is_the_standard_form_at_temperature_1()
    {
        using var scope = new Scope();
        Tensor vectors = Vectors(8, 1);
        int[] partners = [4, 5, 6, 7, 0, 1, 2, 3];
        double[][] rows = Rows(vectors);
        double expected = 0;
        for (int i = 0; i < 8; i++)
        {
            double all = Enumerable.Range(0, 8).Sum(j => Math.Exp(Cosine(rows[i], rows[j]) / Temperature));
            expected += Math.Log(Math.Max(all - Math.E, 1e-6) + 1e-6) - (Cosine(rows[i], rows[partners[i]]) / Temperature);
        }

        SimClrOptions bolts = new() { Temperature = Temperature, Variant = NtXentVariant.Bolts };
        Assert.Equal(expected, SimClrObjective.NtXentSum(vectors, partners, bolts).Sum.Item(), 1e-4);
        Assert.Equal(
            SimClrObjective.NtXentSum(vectors, partners, new() { Temperature = 1 }).Sum.Item(),
            SimClrObjective.NtXentSum(vectors, partners, bolts with { Temperature = 1 }).Sum.Item(), 1e-4);
    }

    [Fact]
    public void Clocs_adds_the_cells_of_one_patient_and_counts_every_pair_of_views()
    {
        using var scope = new Scope();
        long[] patients = [3, 4, 3, 3];
        Tensor views = new PhiloxRandom(2).NormalTensor([4, Width, 3]);
        double expected = 0;
        for (int a = 0; a < 3; a++)
        {
            for (int b = a + 1; b < 3; b++)
            {
                double[][] x = Rows(views.Select(2, a)), y = Rows(views.Select(2, b));
                Func<int, int, double> s = (i, j) => Math.Exp(Cosine(x[i], y[j]) / Temperature);
                double own = 0, above = 0, below = 0;
                int shared = 0;
                for (int i = 0; i < 4; i++)
                {
                    own -= (Math.Log(s(i, i) / Enumerable.Range(0, 4).Sum(k => s(i, k))) + Math.Log(s(i, i) / Enumerable.Range(0, 4).Sum(k => s(k, i)))) / 4;
                    for (int j = i + 1; j < 4; j++)
                    {
                        if (patients[i] != patients[j]) continue;
                        shared++;
                        above -= Math.Log(s(i, j) / Enumerable.Range(0, 4).Sum(k => s(i, k)));
                        below -= Math.Log(s(j, i) / Enumerable.Range(0, 4).Sum(k => s(k, i)));
                    }
                }

                expected += own + (above / shared) + (below / shared);
            }
        }

        Assert.Equal(expected / (4 * 3), ClocsLoss.Compute(views, patients, new() { Temperature = Temperature }).Item(), 1e-5);
        Tensor last = views.Narrow(2, 1, 2);
        Assert.Equal(
            ClocsLoss.Compute(last, patients, new() { Temperature = Temperature }).Item() / 3,
            ClocsLoss.Compute(views, patients, new() { Temperature = Temperature, LastPairOnly = true }).Item(), 1e-5);
    }

    [Fact]
    public void A_patients_views_are_told_from_those_of_others_one_by_one()
    {
        using var scope = new Scope();
        long[] patients = [0, 0, 1, 1, 0, 0];
        Tensor vectors = Vectors(6, 3);
        double[][] rows = Rows(vectors);
        double expected = 0;
        int ahead = 0, pairs = 0;
        for (int i = 0; i < 6; i++)
        {
            double[] others = [.. Enumerable.Range(0, 6).Where(k => patients[k] != patients[i]).Select(k => Cosine(rows[i], rows[k]) / Temperature)];
            for (int j = 0; j < 6; j++)
            {
                if (i == j || patients[i] != patients[j]) continue;
                double own = Cosine(rows[i], rows[j]) / Temperature;
                expected += Math.Log(Math.Exp(own) + others.Sum(Math.Exp)) - own;
                pairs++;
                if (own > others.Max()) ahead++;
            }
        }

        (Tensor sum, double accuracy) = PatientContrast.Compute(vectors, patients, new() { Temperature = Temperature });
        Assert.Equal(expected, sum.Item(), 1e-4);
        Assert.Equal((double)ahead / pairs, accuracy, 1e-6);
        Assert.Contains("one patient", Assert.Throws<ArgumentException>(() => PatientContrast.Compute(vectors, [1, 1, 1, 1, 1, 1], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_detached_length_changes_the_gradient_and_not_the_value()
    {
        using var scope = new Scope();
        Tensor a = Vectors(4, 5), b = a.Clone();
        (a.RequiresGrad, b.RequiresGrad) = (true, true);
        Tensor first = PatientContrast.Compute(a, [0, 0, 1, 1], new() { DetachNorm = true }).Sum, second = PatientContrast.Compute(b, [0, 0, 1, 1], new() { DetachNorm = false }).Sum;
        Assert.Equal(first.Item(), second.Item());
        first.Backward();
        second.Backward();
        Assert.NotEqual(a.Grad!.ToArray<float>(), b.Grad!.ToArray<float>());
        // The gradient of a cosine stands at right angles on its vector.
        Assert.All(Rows(b.Grad!).Zip(Rows(b)), pair => Assert.Equal(0, pair.First.Zip(pair.Second, (x, y) => x * y).Sum(), 1e-5));
    }

    [Fact]
    public void A_slow_copy_begins_equal_follows_once_an_update_and_gets_no_gradient()
    {
        using var scope = new Scope();
        using MomentumNetwork network = Momentum(predictor: true);
        network.Initialize(new PhiloxRandom(1));
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        Assert.Equal(state["projector.0.weight"].ToArray<float>(), state["momentum.projector.0.weight"].ToArray<float>());
        Assert.DoesNotContain(network.NamedParameters(), p => p.Name.StartsWith("momentum.", StringComparison.Ordinal));
        Tensor trained = state["projector.0.weight"];
        float before = trained.ToArray<float>()[0];
        using (GradMode.Off()) trained.AddInPlace(Tensor.Ones(trained.Shape));
        var objective = new MocoV3Objective(network, new() { Momentum = 0.75, Ramp = false });
        for (int microBatch = 0; microBatch < 2; microBatch++)
        {
            ObjectiveResult result = objective.Compute(Pairs(), new(new PhiloxRandom(2), 7, true));
            result.Total().Backward();
            Assert.Equal(before + 0.25, state["momentum.projector.0.weight"].ToArray<float>()[0], 1e-5);
        }

        Assert.NotNull(trained.Grad);
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 8, true));
        Assert.Equal(before + 0.4375, state["momentum.projector.0.weight"].ToArray<float>()[0], 1e-5);
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 9, false));
        Assert.Equal(before + 0.4375, state["momentum.projector.0.weight"].ToArray<float>()[0], 1e-5);
    }

    [Fact]
    public void A_queue_remembers_keys_from_the_oldest_place_on_and_wraps()
    {
        using var scope = new Scope();
        using MomentumNetwork network = Momentum(predictor: false, queue: 7);
        network.Initialize(new PhiloxRandom(1));
        var objective = new MocoV2Objective(network, new());
        var seen = new List<float[]>();
        Tensor first = network.QueuedKeys();
        for (int update = 0; update < 2; update++)
        {
            objective.Compute(Pairs(), new(new PhiloxRandom(2), update, true));
            Tensor keys = network.QueuedKeys();
            Assert.All(Rows(keys.Transpose(0, 1)), key => Assert.Equal(1, key.Sum(v => v * v), 1e-5));
            seen.Add(keys.ToArray<float>());
        }

        // Four keys a batch: places 0 to 3, then 4 to 6 and 0.
        float[] start = first.ToArray<float>();
        Assert.All(Enumerable.Range(4, 3), place => Assert.Equal(start[place], seen[0][place]));
        Assert.All(Enumerable.Range(0, 4), place => Assert.NotEqual(start[place], seen[0][place]));
        Assert.All(Enumerable.Range(1, 3), place => Assert.Equal(seen[0][place], seen[1][place]));
        Assert.All([0, 4, 5, 6], place => Assert.NotEqual(seen[0][place], seen[1][place]));
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 3, false));
        Assert.Equal(seen[1], network.QueuedKeys().ToArray<float>());
    }

    [Fact]
    public void Byol_moves_its_copy_after_the_step_and_its_momentum_rises_to_1()
    {
        using var scope = new Scope();
        using MomentumNetwork network = Momentum(predictor: true);
        network.Initialize(new PhiloxRandom(1));
        Tensor copy = network.State().First(s => s.Name == "momentum.projector.0.weight").Tensor, trained = network.State().First(s => s.Name == "projector.0.weight").Tensor;
        var objective = new ByolObjective(network, new() { Momentum = 0.5 });
        using (GradMode.Off()) trained.AddInPlace(Tensor.Ones(trained.Shape));
        float before = copy.ToArray<float>()[0];
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 0, true) { TotalUpdates = 4 });
        Assert.Equal(before, copy.ToArray<float>()[0]);
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 1, true) { TotalUpdates = 4 });
        Assert.Equal(before + 0.5, copy.ToArray<float>()[0], 1e-5);
        objective.Compute(Pairs(), new(new PhiloxRandom(2), 4, true) { TotalUpdates = 4 });
        double momentum = 1 - (0.5 * (Math.Cos(Math.PI * 3 / 4) + 1) / 2);
        Assert.Equal(before + 1 - (0.5 * momentum), copy.ToArray<float>()[0], 1e-5);
        Assert.Equal(1, Ramps.CosineToOne(0.5, 4, 4), 1e-12);
    }

    [Fact]
    public void Rows_that_are_no_pairs_are_refused()
    {
        using var scope = new Scope();
        using MomentumNetwork network = Momentum(predictor: true);
        var objective = new MocoV3Objective(network, new());
        Assert.Contains("no pairs", Assert.Throws<ArgumentException>(() => objective.Compute(Pairs() with { Segments = [0, 0, 1, 1, 0, 1, 0, 1] }, new(new PhiloxRandom(2), 0, true))).Message, StringComparison.Ordinal);
    }

    private static MomentumNetwork Momentum(bool predictor, int? queue = null) => new(
        () => new ProjectedNetwork(null, ProjectionHead.Moco(Width, 6, 4)), predictor ? ProjectionHead.Moco(4, 6, 4) : null, queue is { } entries ? (4, entries) : null);

    private static TrainingBatch Pairs() => new(Vectors(8, 9), RecordIds: [0, 0, 1, 1, 2, 2, 3, 3], Segments: [0, 1, 0, 1, 0, 1, 0, 1]);

    private static Tensor Vectors(int rows, ulong seed) => new PhiloxRandom(seed).NormalTensor([rows, Width]);

    private static double[][] Rows(Tensor x)
    {
        float[] values = x.Contiguous().ToArray<float>();
        var width = (int)x.Size(1);
        return [.. Enumerable.Range(0, values.Length / width).Select(r => values.AsSpan(r * width, width).ToArray().Select(v => (double)v).ToArray())];
    }

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
}
