// The objectives of ESI and MERL: their losses by plain loops, what gets a gradient, equal texts, and that they learn.
using Einthoven.Models.Esi;
using Einthoven.Models.Merl;
using Einthoven.Models.Text;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Tests.Objectives;

public sealed class WordObjectiveTests
{
    private static readonly BertConfig s_text = new() { Vocabulary = 12, Width = 8, Layers = 1, Heads = 2, Intermediate = 12, Positions = 10, Dropout = 0 };

    // [CLS] is 2, [SEP] 3, padding 0. Rows 0 and 2 read the same.
    private static readonly TokenBatch s_texts = new(
        [2, 7, 8, 9, 3, 2, 10, 3, 0, 0, 2, 7, 8, 9, 3], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1], 3, 5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_loss_of_ESI_is_what_its_definition_gives(bool sameTextIsNoNegative)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EsiPretraining network = Esi();
        Tensor windows = new PhiloxRandom(3).NormalTensor([3, 2, 32]);
        EsiObjective objective = new(network, new() { CaptionWeight = 2, ContrastiveWeight = 0.5, SameTextIsNoNegative = sameTextIsNoNegative });
        ObjectiveResult result = objective.Compute(new(windows) { Texts = s_texts }, new(new PhiloxRandom(0), 0, false));
        Assert.Equal(3, result.SampleSize);

        EsiPass pass = network.Forward(windows, Tensor.From(s_texts.Ids, 3, 5), Tensor.From(s_texts.Mask, 3, 5));
        double contrast = 0.5 * Contrast(Rows(pass.TextLatents), Rows(pass.ImageLatents), Math.E, (i, j) => sameTextIsNoNegative && i + j == 2 && i != j);
        double[][] logits = Rows(pass.Logits!.Flatten(0, 1));
        double caption = 0;
        int words = 0;
        for (int row = 0; row < 3; row++)
        {
            for (int position = 0; position < 3; position++)
            {
                // Position i is token i + 1 of the text; it predicts the one after it.
                long target = s_texts.Ids[(row * 5) + position + 2];
                if (target == 0) continue;
                words++;
                double[] z = logits[(row * 3) + position];
                caption += Math.Log(z.Sum(Math.Exp)) - z[target];
            }
        }

        Assert.Equal(7, words);
        Assert.Equal((0.5 * contrast) + (2 * caption / words), result.Total().Item() / result.SampleSize, 1e-5);
    }

    [Fact]
    public void ESI_trains_all_but_what_its_authors_left_unused()
    {
        using Scope outer = new();
        using EsiPretraining network = Esi();
        EsiObjective objective = new(network, new());
        TrainingBatch batch = new(new PhiloxRandom(3).NormalTensor([3, 2, 32])) { Texts = s_texts };
        List<double> losses = Learn(network, objective, batch);
        Assert.True(losses[^1] < 0.8 * losses[0], $"{losses[0]:F3} → {losses[^1]:F3}");
        string[] unused = ["img_encoder.head.", "img_attn_pool.", "text_cls_norm.", "pretrained_text_encoder.pooler."];
        foreach ((string name, Tensor parameter) in network.NamedParameters())
            Assert.Equal(unused.Any(u => name.StartsWith(u, StringComparison.Ordinal)), parameter.Grad is null);
    }

    [Fact]
    public void A_batch_of_empty_texts_has_no_caption_and_one_without_texts_is_refused()
    {
        using Scope scope = new();
        using EsiPretraining network = Esi();
        EsiObjective objective = new(network, new());
        Tensor windows = new PhiloxRandom(3).NormalTensor([2, 2, 32]);
        ObjectiveResult result = objective.Compute(new(windows) { Texts = new([2, 3, 2, 3], [1, 1, 1, 1], 2, 2) }, new(new PhiloxRandom(0), 0, false));
        Assert.Equal("contrastive", Assert.Single(result.Terms).Name);
        // Both texts read the same: nothing is left to be told apart.
        Assert.Equal(0, result.Total().Item(), 1e-6);
        Assert.Throws<ArgumentException>(() => objective.Compute(new(windows), new(new PhiloxRandom(0), 0, false)));
    }

    [Fact]
    public void The_losses_of_MERL_are_sums_of_both_directions()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using MerlNetwork network = Merl();
        Tensor windows = new PhiloxRandom(3).NormalTensor([3, 2, 64]);
        MerlObjective objective = new(network, new() { SameTextIsNoNegative = false });
        ObjectiveResult result = objective.Compute(new(windows) { Texts = s_texts }, new(new PhiloxRandom(0), 0, false));
        MerlPass pass = network.Forward(windows);
        Tensor text = network.ProjectText(network.EncodeText(Tensor.From(s_texts.Ids, 3, 5), Tensor.From(s_texts.Mask, 3, 5)));
        Assert.Equal(["cma", "uma"], result.Terms.Select(t => t.Name));
        Assert.Equal(Contrast(Rows(pass.Projection), Rows(text), 1 / 0.07, (_, _) => false), result.Terms[0].Sum.Item() / 3, 1e-4);
        Assert.Equal(Contrast(Rows(pass.FirstView), Rows(pass.SecondView), 1 / 0.07, (_, _) => false), result.Terms[1].Sum.Item() / 3, 1e-4);
    }

    [Fact]
    public void MERL_never_trains_its_text_encoder()
    {
        using Scope outer = new();
        using MerlNetwork network = Merl();
        MerlObjective objective = new(network, new());
        List<double> losses = Learn(network, objective, new(new PhiloxRandom(3).NormalTensor([3, 2, 64])) { Texts = s_texts });
        Assert.True(losses.TakeLast(5).Average() < 0.8 * losses[0], $"{losses[0]:F3} → {losses[^1]:F3}");
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            bool still = name.StartsWith("lm_model.", StringComparison.Ordinal) || name.StartsWith("ecg_encoder.linear.", StringComparison.Ordinal);
            Assert.Equal(still, parameter.Grad is null);
        }
    }

    private static List<double> Learn(Module network, IObjective objective, TrainingBatch batch)
    {
        using AdamW adam = new([.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: false))], weightDecay: 0);
        List<double> losses = [];
        for (int step = 0; step < 40; step++)
        {
            using Scope scope = new();
            network.ClearGradients();
            Tensor loss = objective.Compute(batch, new(new PhiloxRandom(7, (ulong)step), step, true)).Total();
            loss.Backward();
            adam.Step(5e-3);
            losses.Add(loss.Item());
        }

        return losses;
    }

    /// <summary>Mean cross entropy of the right column of every row, and of the right row of every column, added.</summary>
    private static double Contrast(double[][] a, double[][] b, double factor, Func<int, int, bool> excluded)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double row = 0, column = 0;
            for (int j = 0; j < a.Length; j++)
            {
                if (excluded(i, j)) continue;
                row += Math.Exp(factor * Cosine(a[i], b[j]));
                column += Math.Exp(factor * Cosine(a[j], b[i]));
            }

            sum += Math.Log(row) + Math.Log(column) - (2 * factor * Cosine(a[i], b[i]));
        }

        return sum / a.Length;
    }

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));

    private static double[][] Rows(Tensor x)
    {
        double[] all = x.ToArray<double>();
        int width = (int)x.Size(1);
        return [.. Enumerable.Range(0, (int)x.Size(0)).Select(r => all[(r * width)..((r + 1) * width)])];
    }

    private static EsiPretraining Esi()
    {
        EsiPretraining network = new(new()
        {
            Ecg = new() { Leads = 2, Depths = [1, 1], Widths = [4, 6] },
            Text = s_text,
            DecoderLayers = 1,
            Heads = 2,
            HeadWidth = 4,
            Expansion = 2,
        });
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    private static MerlNetwork Merl()
    {
        MerlNetwork network = new(
            new() { ResNet = new() { Leads = 2, Blocks = [1, 1], Widths = [4, 6] }, Projection = 8, PoolHeads = 2, PoolPositions = 17, TextWidth = 8 }, s_text);
        network.Initialize(new PhiloxRandom(1));
        return network;
    }
}
