// Each loss a second time, in plain loops over arrays from its formula: the judge of the tensor code.
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Tests.Objectives;

public sealed class NaiveDerivationTests
{
    private const double Tolerance = 2e-5;

    [Theory]
    [InlineData(4, 0, 0, true)]
    [InlineData(3, 2, 0, true)]
    [InlineData(3, 2, 0, false)]
    [InlineData(0, 5, 0, false)]
    [InlineData(2, 3, 3, true)]
    public void The_contrastive_loss_is_the_cross_entropy_of_cosines_over_the_temperature(int same, int any, int book, bool asPublished)
    {
        using Scope scope = new();
        const int Rows = 3, Masked = 4, Width = 5, Codewords = 6;
        PhiloxRandom random = new(3);
        Tensor predictions = random.NormalTensor([Rows, Masked, Width]), targets = random.NormalTensor([Rows, Masked, Width]);
        long[] identities = new long[Rows * Masked];
        random.Integers(identities, Codewords);
        Wav2VecOptions options = new() { Negatives = same, CrossRowNegatives = any, CodebookNegatives = book, CrossRowNegativesAsPublished = asPublished };
        DrawLog draws = new(random);
        NegativeIndices negatives = NegativeIndices.Draw(draws, options, Rows, Masked, Codewords);
        Tensor? codewords = book == 0 ? null : random.NormalTensor([book * Rows * Masked, Width]);
        Tensor logits = ContrastiveLoss.Logits(predictions, targets, negatives, codewords, identities, 0.2);

        double expected = 0;
        float[] p = predictions.ToArray<float>(), y = targets.ToArray<float>(), w = codewords?.ToArray<float>() ?? [];
        for (int row = 0; row < Rows; row++)
        {
            // As published, the row's draws of both sorts lie end to end before they are dealt out.
            List<int> near = [], far = [];
            for (int m = 0; m < Masked; m++)
            {
                for (int k = 0; k < same; k++) near.Add((row * Masked) + Skip(draws.Of(NegativeSource.SameRow)[(((row * Masked) + m) * same) + k], m));
                for (int k = 0; k < any; k++)
                    far.Add(Skip(draws.Of(NegativeSource.AnyRow)[(((row * Masked) + m) * any) + k], asPublished ? m : (row * Masked) + m));
            }

            for (int m = 0; m < Masked; m++)
            {
                int target = (row * Masked) + m;
                List<int> candidates = asPublished
                    ? [.. near.Concat(far).Skip(m * (same + any)).Take(same + any)]
                    : [.. near.Skip(m * same).Take(same), .. far.Skip(m * any).Take(any)];
                double positive = Cosine(p, target, y, target) / 0.2, sum = Math.Exp(positive);
                foreach (int c in candidates)
                    if (identities[c] != identities[target]) sum += Math.Exp(Cosine(p, target, y, c) / 0.2);
                for (int k = 0; k < book; k++)
                {
                    int draw = (k * Rows * Masked) + target;
                    if (draws.Of(NegativeSource.Codebook)[draw] != identities[target]) sum += Math.Exp(Cosine(p, target, w, draw) / 0.2);
                }

                expected += Math.Log(sum) - positive;
            }
        }

        Assert.Equal(1 + same + any + book, logits.Size(2));
        Close(expected, ContrastiveLoss.CrossEntropySum(logits).Item());

        static int Skip(long drawn, int own) => (int)(drawn >= own ? drawn + 1 : drawn);

        double Cosine(float[] a, int i, float[] b, int j)
        {
            double dot = 0, aa = 0, bb = 0;
            for (int d = 0; d < Width; d++)
            {
                (double u, double v) = (a[(i * Width) + d], b[(j * Width) + d]);
                (dot, aa, bb) = (dot + (u * v), aa + (u * u), bb + (v * v));
            }

            return dot / Math.Sqrt(aa * bb);
        }
    }

    [Fact]
    public void Corrected_cross_row_negatives_are_never_the_target_itself()
    {
        Wav2VecOptions options = new() { Negatives = 2, CrossRowNegatives = 6, CrossRowNegativesAsPublished = false };
        NegativeIndices negatives = NegativeIndices.Draw(new RandomPretrainingDraws(new PhiloxRandom(5)), options, 4, 3, 0);
        for (int k = 0; k < negatives.AnyRow.Length; k++) Assert.NotEqual(k / 8, negatives.AnyRow[k]);
    }

    [Fact]
    public void The_quantizers_perplexities_and_codewords_follow_from_its_scores()
    {
        using Scope scope = new();
        using EcgFmPretraining network = new(TinyEcgFm.Config, TinyEcgFm.Heads);
        PhiloxRandom random = new(4);
        network.Initialize(random);
        EcgFmQuantizer quantizer = network.Quantizer!;
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        const int Frames = 7;
        int features = TinyEcgFm.Config.ConvLayers[^1].Width, each = TinyEcgFm.Heads.FinalDim / quantizer.Groups;
        Tensor x = random.NormalTensor([Frames, features]);
        QuantizedFrames hard = quantizer.Forward(x, null, 1);
        Tensor noise = random.NormalTensor([Frames * quantizer.Groups, quantizer.Entries]);
        QuantizedFrames soft = quantizer.Forward(x, noise, 0.7);

        float[] input = x.ToArray<float>(), w = state["quantizer.weight_proj.weight"].ToArray<float>(), b = state["quantizer.weight_proj.bias"].ToArray<float>();
        float[] vars = state["quantizer.vars"].ToArray<float>(), g = noise.ToArray<float>();
        double hardPerplexity = 0, softPerplexity = 0;
        for (int group = 0; group < quantizer.Groups; group++)
        {
            double[] counts = new double[quantizer.Entries], chances = new double[quantizer.Entries];
            for (int frame = 0; frame < Frames; frame++)
            {
                double[] z = new double[quantizer.Entries];
                for (int v = 0; v < z.Length; v++)
                {
                    int unit = (group * z.Length) + v;
                    z[v] = b[unit];
                    for (int d = 0; d < features; d++) z[v] += w[(unit * features) + d] * (double)input[(frame * features) + d];
                }

                int best = Best(z), noisy = Best([.. z.Select((s, v) => s + g[(((frame * quantizer.Groups) + group) * z.Length) + v])]);
                counts[best] += 1.0 / Frames;
                double total = z.Sum(Math.Exp);
                for (int v = 0; v < z.Length; v++) chances[v] += Math.Exp(z[v]) / total / Frames;
                Assert.Equal(best, hard.Codes.ToArray<long>()[(frame * quantizer.Groups) + group]);
                Assert.Equal(noisy, soft.Codes.ToArray<long>()[(frame * quantizer.Groups) + group]);
                for (int d = 0; d < each; d++)
                {
                    int at = (frame * quantizer.Groups * each) + (group * each) + d;
                    Assert.Equal(vars[(((group * z.Length) + best) * each) + d], hard.Values.ToArray<float>()[at]);
                    Close(vars[(((group * z.Length) + noisy) * each) + d], soft.Values.ToArray<float>()[at]);
                }
            }

            hardPerplexity += Math.Exp(-counts.Sum(q => q * Math.Log(q + 1e-7)));
            softPerplexity += Math.Exp(-chances.Sum(q => q * Math.Log(q + 1e-7)));
        }

        Close(hardPerplexity, hard.HardPerplexity.Item());
        Close(softPerplexity, hard.SoftPerplexity.Item());

        static int Best(double[] z) => Array.IndexOf(z, z.Max());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_contrast_of_segments_is_the_mean_over_pairs_of_both_directions(bool detach)
    {
        using Scope scope = new();
        long[] ids = [7, 7, 8, 8, 7, 7];
        int[] segments = [0, 1, 0, 1, 0, 1];
        Tensor pooled = new PhiloxRandom(6).NormalTensor([6, 4]);
        pooled.RequiresGrad = true;
        TrainingBatch batch = new(pooled, RecordIds: ids, Segments: segments);
        SegmentContrastValue value = SegmentContrast.Compute(pooled, batch, new() { DetachNorm = detach });
        float[] f = pooled.ToArray<float>();
        Close(Loss(f, f), value.Loss.Item());

        // The gradient by differences; with a detached norm the norms stay those of the vectors before the change.
        float[] gradient = value.Loss.GradientsFor([pooled])[0]!.ToArray<float>();
        for (int i = 0; i < f.Length; i++)
        {
            float[] up = [.. f], down = [.. f];
            (up[i], down[i]) = (f[i] + 1e-3f, f[i] - 1e-3f);
            double slope = (Loss(up, detach ? f : up) - Loss(down, detach ? f : down)) / ((double)up[i] - down[i]);
            Assert.Equal(slope, gradient[i], 2e-4);
        }

        double Loss(float[] vectors, float[] norms)
        {
            double[][] unit = [.. Enumerable.Range(0, 6).Select(r =>
            {
                double norm = Math.Sqrt(Enumerable.Range(0, 4).Sum(d => (double)norms[(r * 4) + d] * norms[(r * 4) + d]));
                return Enumerable.Range(0, 4).Select(d => vectors[(r * 4) + d] / norm).ToArray();
            })];
            int[] first = [0, 2, 4], second = [1, 3, 5];
            double one = 0, two = 0;
            int pairs = 0;
            foreach (int a in first)
            {
                foreach (int z in second)
                {
                    if (ids[a] != ids[z]) continue;
                    pairs++;
                    one += Math.Log(second.Sum(o => Math.Exp(Dot(a, o)))) - Dot(a, z);
                    two += Math.Log(first.Sum(o => Math.Exp(Dot(o, z)))) - Dot(a, z);
                }
            }

            return (one + two) / (2 * pairs);

            double Dot(int a, int z) => unit[a].Zip(unit[z], (u, v) => u * v).Sum() / 0.1;
        }
    }

    [Fact]
    public void NT_Xent_ranks_the_other_view_among_all_other_rows()
    {
        using Scope scope = new();
        int[] partners = [1, 0, 3, 2, 5, 4];
        Tensor vectors = new PhiloxRandom(8).NormalTensor([6, 3]);
        (Tensor sum, double accuracy) = SimClrObjective.NtXentSum(vectors, partners, new() { Temperature = 0.5 });
        float[] z = vectors.ToArray<float>();
        double expected = 0, right = 0;
        for (int i = 0; i < 6; i++)
        {
            double[] s = [.. Enumerable.Range(0, 6).Select(j => j == i ? double.NegativeInfinity : Cosine(i, j) / 0.5)];
            expected += Math.Log(s.Sum(Math.Exp)) - s[partners[i]];
            if (Array.IndexOf(s, s.Max()) == partners[i]) right++;
        }

        Close(expected, sum.Item());
        Close(right / 6, accuracy);

        double Cosine(int i, int j)
        {
            double dot = 0, a = 0, b = 0;
            for (int d = 0; d < 3; d++) (dot, a, b) = (dot + (z[(i * 3) + d] * z[(j * 3) + d]), a + (z[(i * 3) + d] * z[(i * 3) + d]), b + (z[(j * 3) + d] * z[(j * 3) + d]));
            return dot / Math.Sqrt(a * b);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(0.5)]
    public void The_focal_loss_multiplies_by_a_power_of_what_the_true_class_lacks(double gamma)
    {
        using Scope scope = new();
        Tensor logits = new PhiloxRandom(9).NormalTensor([4, 3]);
        long[] classes = [2, 0, 1, 1];
        float[] z = logits.ToArray<float>(), losses = MultiClassObjective.RowLosses(logits, Tensor.From(classes, 4), gamma).ToArray<float>();
        for (int row = 0; row < 4; row++)
        {
            double p = Math.Exp(z[(row * 3) + classes[row]]) / Enumerable.Range(0, 3).Sum(k => Math.Exp(z[(row * 3) + k]));
            Close(Math.Pow(1 - p, gamma) * -Math.Log(p), losses[row]);
        }
    }

    [Fact]
    public void Unknown_labels_count_neither_in_the_sum_nor_in_the_sample_size()
    {
        using Scope scope = new();
        float[] z = [0.4f, -1.2f, 2f, 0.3f], y = [1, 0, 0, 1], known = [1, 0, 1, 1];
        double[] weights = [3, 0.5];
        using GivenLogits network = new(z, 2, 2);
        TrainingBatch batch = new(Tensor.Zeros(2, 1, 1), Tensor.From(y, 2, 2), Tensor.From(known, 2, 2));
        ObjectiveContext context = new(new PhiloxRandom(0), 0, false);
        ObjectiveResult labels = new MultiLabelObjective(network, weights).Compute(batch, context);
        ObjectiveResult values = new RegressionObjective(network).Compute(batch, context);
        double crossEntropy = 0, squares = 0, absolute = 0;
        for (int i = 0; i < 4; i++)
        {
            double s = 1 / (1 + Math.Exp(-z[i]));
            crossEntropy += known[i] * ((weights[i % 2] * y[i] * -Math.Log(s)) + ((1 - y[i]) * -Math.Log(1 - s)));
            squares += known[i] * (z[i] - y[i]) * (z[i] - y[i]);
            absolute += known[i] * Math.Abs(z[i] - y[i]) / 3;
        }

        Close(crossEntropy, labels.Total().Item());
        Close(squares, values.Total().Item());
        Close(absolute, values.Metrics["mean_absolute_error"]);
        Assert.Equal((3.0, 3.0), (labels.SampleSize, values.SampleSize));
        Close(2 / 3.0, labels.Metrics["accuracy"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Helpers_add_their_weighted_squared_error_and_are_no_labels(bool allKnown)
    {
        using Scope scope = new();
        float[] z = [0.4f, -1.2f, 2f, 0.3f, 0.9f, -0.7f], y = [1, 0, 0.5f, 0, 1, -2], known = allKnown ? [1, 1, 1, 1, 1, 1] : [1, 0, 1, 1, 1, 0];
        double[] weights = [3, 0.5];
        using GivenLogits network = new(z, 2, 3);
        TrainingBatch batch = new(Tensor.Zeros(2, 1, 1), Tensor.From(y, 2, 3), allKnown ? null : Tensor.From(known, 2, 3));
        ObjectiveResult result = new MultiLabelObjective(network, weights, helpers: 1, helperWeight: 0.25).Compute(batch, new ObjectiveContext(new PhiloxRandom(0), 0, false));
        double crossEntropy = 0, squares = 0;
        for (int i = 0; i < 6; i++)
        {
            double s = 1 / (1 + Math.Exp(-z[i]));
            if (i % 3 == 2) squares += 0.25 * known[i] * (z[i] - y[i]) * (z[i] - y[i]);
            else crossEntropy += known[i] * ((weights[i % 3] * y[i] * -Math.Log(s)) + ((1 - y[i]) * -Math.Log(1 - s)));
        }

        Close(crossEntropy, result.Terms.Single(t => t.Name == "cross_entropy").Sum.Item());
        Close(squares, result.Terms.Single(t => t.Name == "helpers").Sum.Item());
        Close(crossEntropy + squares, result.Total().Item());
        Assert.Equal(allKnown ? 4 : 3, result.SampleSize);
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, Tolerance * Math.Max(1, Math.Abs(expected)));

    private sealed class DrawLog(IRandomSource random) : IPretrainingDraws
    {
        private readonly RandomPretrainingDraws draws = new(random);
        private readonly Dictionary<NegativeSource, long[]> log = [];

        public long[] Of(NegativeSource source) => log[source];

        public int[][] Mask(MaskAxis axis, SpanMasking masking, int rows, int size, IReadOnlyList<int>? valid) => draws.Mask(axis, masking, rows, size, valid);

        public Tensor Gumbel(long rows, long entries) => draws.Gumbel(rows, entries);

        public long[] Negatives(NegativeSource source, int count, long bound)
        {
            long[] drawn = draws.Negatives(source, count, bound);
            log[source] = [.. drawn];
            return drawn;
        }
    }

    private sealed class GivenLogits(float[] logits, long rows, long labels) : EcgNetwork
    {
        public override string HeadPrefix => "";

        public override IReadOnlyList<FeatureLayer> Layers => [];

        public override Tensor Forward(Tensor windows, StageObserver? observe = null) => Tensor.From(logits, rows, labels);
    }
}
