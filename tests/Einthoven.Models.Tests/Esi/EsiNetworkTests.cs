// ESI: published sizes, saved states, and each of its oddities derived a second time by plain loops.
using Einthoven.Models.Esi;
using Einthoven.Models.Merl;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Xunit;

namespace Einthoven.Models.Tests.Esi;

public sealed class EsiNetworkTests
{
    private static readonly EsiConfig s_small = new()
    {
        Ecg = new() { Leads = 3, Depths = [1, 1], Widths = [4, 6] },
        Text = new() { Vocabulary = 20, Width = 8, Layers = 1, Heads = 2, Intermediate = 12, Positions = 16, Dropout = 0 },
        DecoderLayers = 1,
        Heads = 2,
        HeadWidth = 4,
        Expansion = 2,
    };

    [Theory]
    [InlineData("tiny", 26_817_989, 200)]
    [InlineData("base", 85_563_653, 380)]
    public void The_ECG_encoder_has_the_published_number_of_parameters(string size, long count, int tensors)
    {
        using ConvNeXtEncoder encoder = new(ConvNeXtConfig.Published[size]);
        Assert.Equal(count, encoder.ParameterCount);
        Assert.Equal(tensors, encoder.NamedParameters().Count());
    }

    [Fact]
    public void The_whole_model_has_the_published_number_of_parameters()
    {
        using EsiPretraining network = new(new());
        Assert.Equal(314_436_870, network.ParameterCount);
        Assert.Equal(108_232_704, network.Text.ParameterCount);
        Assert.Equal(7_963_392, network.NamedParameters().Where(p => p.Name.StartsWith("multimodal_layers.0.0.", StringComparison.Ordinal)).Sum(p => p.Tensor.Elements));
        Assert.Equal(7_963_392, network.NamedParameters().Where(p => p.Name.StartsWith("multimodal_layers.0.1.", StringComparison.Ordinal)).Sum(p => p.Tensor.Elements));
    }

    [Fact]
    public void The_norm_of_channels_goes_over_time_with_the_unbiased_deviation()
    {
        using Scope scope = new();
        using TimeNorm norm = new(2);
        norm.Initialize(new PhiloxRandom(0));
        double[] x = [1, 2, 4, -1, 0, 7], y = norm.Forward(Tensor.From([.. x.Select(v => (float)v)], 1, 2, 3)).ToArray<double>();
        for (int channel = 0; channel < 2; channel++)
        {
            double[] over = x[(3 * channel)..(3 * (channel + 1))];
            double mean = over.Average(), deviation = Math.Sqrt(over.Sum(v => (v - mean) * (v - mean)) / 2);
            for (int t = 0; t < 3; t++) Assert.Equal((over[t] - mean) / (deviation + 1e-6), y[(3 * channel) + t], 1e-5);
        }
    }

    [Fact]
    public void Response_norm_measures_over_time_and_compares_over_channels()
    {
        using Scope scope = new();
        using ResponseNorm norm = new(2);
        foreach ((string name, Tensor parameter) in norm.NamedParameters())
        {
            using GradModeGuard noGrad = GradMode.Off();
            parameter.CopyFrom(Tensor.From<float>(name == "gamma" ? [0.5f, -2f] : [0.1f, 0.2f], 1, 1, 2));
        }

        double[] x = [3, 1, 4, 0, 0, 2];                                         // [1, 3 positions, 2 channels]
        double[] y = norm.Forward(Tensor.From([.. x.Select(v => (float)v)], 1, 3, 2)).ToArray<double>(), gamma = [0.5, -2], beta = [0.1, 0.2];
        double[] strength = [5, Math.Sqrt(5)];
        double mean = strength.Average() + 1e-6;
        for (int i = 0; i < 6; i++) Assert.Equal((gamma[i % 2] * x[i] * strength[i % 2] / mean) + beta[i % 2] + x[i], y[i], 1e-5);
    }

    [Fact]
    public void A_block_of_the_decoder_is_what_plain_loops_give()
    {
        const int Tokens = 4, Width = 6, Heads = 2, PerHead = 4, Wide = 12;
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using ParallelSelfAttention block = new(Width, Heads, PerHead, 2);
        block.Initialize(new PhiloxRandom(2));
        Tensor input = new PhiloxRandom(3).NormalTensor([1, Tokens, Width]);
        double[] y = block.Forward(input).ToArray<double>(), x = Normed(input.ToArray<double>(), Width);
        double[] projection = Weight(block, "fused_attn_ff_proj.weight"), attentionOut = Weight(block, "attn_out.weight"), feedForward = Weight(block, "ff_out.1.weight");
        double[][] rows = [.. Enumerable.Range(0, Tokens).Select(t => Times(projection, x[(t * Width)..((t + 1) * Width)]))];
        for (int t = 0; t < Tokens; t++)
        {
            double[] mixed = new double[Heads * PerHead];
            for (int head = 0; head < Heads; head++)
            {
                double[] query = Rotated(rows[t][(head * PerHead)..((head + 1) * PerHead)], t);
                double[] scores = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Dot(query, Rotated(rows[s][(Heads * PerHead)..((Heads + 1) * PerHead)], s)) / Math.Sqrt(PerHead)))];
                for (int d = 0; d < PerHead; d++)
                    mixed[(head * PerHead) + d] = Enumerable.Range(0, t + 1).Sum(s => scores[s] * rows[s][((Heads + 1) * PerHead) + d]) / scores.Sum();
            }

            double[] ff = rows[t][((Heads + 2) * PerHead)..];
            double[] gated = [.. Enumerable.Range(0, Wide).Select(i => ff[i] * ff[Wide + i] / (1 + Math.Exp(-ff[Wide + i])))];
            double[] expected = [.. Times(attentionOut, mixed).Zip(Times(feedForward, gated), (a, b) => a + b)];
            for (int i = 0; i < Width; i++) Assert.Equal(expected[i], y[(t * Width) + i], 1e-5);
        }

        // Partners of a rotation are half a head apart.
        static double[] Rotated(double[] v, int t)
        {
            double[] r = new double[v.Length];
            int half = v.Length / 2;
            for (int i = 0; i < half; i++)
            {
                double angle = t * Math.Pow(10000, -2.0 * i / v.Length);
                r[i] = (v[i] * Math.Cos(angle)) - (v[half + i] * Math.Sin(angle));
                r[half + i] = (v[half + i] * Math.Cos(angle)) + (v[i] * Math.Sin(angle));
            }

            return r;
        }
    }

    [Fact]
    public void Attention_to_one_vector_repeated_is_attention_to_one()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using SharedCrossAttention cross = new(6, 6, 2, 4, 2, normContext: false);
        cross.Initialize(new PhiloxRandom(2));
        Tensor x = new PhiloxRandom(3).NormalTensor([2, 5, 6]), one = new PhiloxRandom(4).NormalTensor([2, 1, 6]);
        double[] single = cross.Forward(x, one).ToArray<double>(), repeated = cross.Forward(x, one.Expand(2, 7, 6).Contiguous()).ToArray<double>();
        for (int i = 0; i < single.Length; i++) Assert.Equal(single[i], repeated[i], 1e-6);
    }

    [Fact]
    public void The_text_encoder_never_sees_the_last_column()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EsiPretraining network = Small();
        Tensor windows = new PhiloxRandom(5).NormalTensor([1, 3, 64]), mask = Tensor.From([1L, 1, 1, 1, 1], 1, 5);
        EsiPass one = network.Forward(windows, Tensor.From([2L, 7, 8, 9, 3], 1, 5), mask), other = network.Forward(windows, Tensor.From([2L, 7, 8, 9, 15], 1, 5), mask);
        Assert.Equal(one.TextHidden.ToArray<float>(), other.TextHidden.ToArray<float>());
        Assert.Equal([1L, 4, 8], one.TextHidden.Shape);
        Assert.Equal([1L, 3, 20], one.Logits!.Shape);
    }

    [Fact]
    public void The_factor_of_similarities_begins_at_e_and_unused_parts_stay_part_of_the_state()
    {
        using Scope scope = new();
        using EsiPretraining network = Small();
        Assert.Equal(1, network.Temperature.Item());
        string[] names = [.. network.State().Select(s => s.Name)];
        Assert.Contains("img_attn_pool.to_kv.weight", names);
        Assert.Contains("text_cls_norm.beta", names);
        Assert.Contains("multimodal_layers.0.0.fn.rotary_emb.inv_freq", names);
    }

    [Fact]
    public void An_empty_text_is_embedded_and_has_nothing_to_decode()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EsiPretraining network = Small();
        EsiPass pass = network.Forward(new PhiloxRandom(5).NormalTensor([1, 3, 64]), Tensor.From([2L, 3], 1, 2), Tensor.From([1L, 1], 1, 2));
        Assert.Null(pass.Logits);
        Assert.Equal(1, pass.TextLatents.Norm().Item(), 1e-5);
    }

    [Fact]
    public void Too_short_windows_and_too_long_texts_are_refused_in_words()
    {
        using Scope scope = new();
        using EsiPretraining network = Small();
        Assert.Contains("it needs 8", Assert.Throws<ArgumentException>(() => network.EmbedEcg(Tensor.Ones(1, 3, 4))).Message, StringComparison.Ordinal);
        ArgumentException e = Assert.Throws<ArgumentException>(() => network.EmbedText(Tensor.From(new long[17], 1, 17), Tensor.From(new long[17], 1, 17)));
        Assert.Contains("16 positions", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrained_text_encoder.")]
    [InlineData("unimodal_layers.")]
    [InlineData("both")]
    public void A_published_state_loads_whichever_name_its_text_encoder_has(string kept)
    {
        using Scope scope = new();
        using EsiPretraining network = Small();
        List<CheckpointTensor> state = [];
        foreach ((string name, Tensor tensor) in network.State())
        {
            bool text = name.StartsWith("pretrained_text_encoder.", StringComparison.Ordinal);
            string again = "unimodal_layers." + name[(text ? "pretrained_text_encoder.".Length : 0)..];
            if (!text || kept != "unimodal_layers.") state.Add(Copy(name, tensor));
            if (text && kept != "pretrained_text_encoder.") state.Add(Copy(again, tensor));
        }

        EsiCheckpoint checkpoint = EsiCheckpoint.Read("state.bin", state, textHeads: 2);
        Assert.Equal(s_small.DecoderLayers, checkpoint.Config.DecoderLayers);
        Assert.Equal((s_small.Heads, s_small.HeadWidth, s_small.Expansion), (checkpoint.Config.Heads, checkpoint.Config.HeadWidth, checkpoint.Config.Expansion));
        Assert.Equal(s_small.Ecg.Widths, checkpoint.Config.Ecg.Widths);
        using EsiPretraining loaded = new(checkpoint.Config);
        loaded.Load(checkpoint.Tensors.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        Tensor windows = new PhiloxRandom(5).NormalTensor([2, 3, 64]);
        Assert.Equal(network.EmbedEcg(windows).ToArray<float>(), loaded.EmbedEcg(windows).ToArray<float>());

        using EsiClassifier classifier = new(checkpoint.Config.Ecg);
        classifier.Load(checkpoint.EcgEncoder().ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        using Tensor features = classifier.Encode(windows);
        Assert.Equal([2L, 8, 6], features.Shape);

        static CheckpointTensor Copy(string name, Tensor tensor) => CheckpointTensor.From<float>(name, tensor.Shape, tensor.ToArray<float>());
    }

    [Fact]
    public void Another_networks_state_is_refused_by_the_name_that_it_lacks()
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => EsiCheckpoint.Read("other.bin", [CheckpointTensor.From<float>("fc.weight", [1], [1f])]));
        Assert.Contains("other.bin", e.Message, StringComparison.Ordinal);
        Assert.Contains("not a state of ESI", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leads_come_in_the_order_of_MIMIC_aVF_before_aVL()
    {
        EsiFamily.Input.Validate();
        Assert.Equal(["aVR", "aVF", "aVL", "V1"], EsiFamily.Input.Leads.Skip(3).Take(4));
    }

    [Fact]
    public void The_published_labels_of_CSN_find_a_class_inside_other_codes()
    {
        Assert.True(ZeroShotTask.HasCode(["AFIB"], "AF", asPublished: true));
        Assert.False(ZeroShotTask.HasCode(["AFIB"], "AF", asPublished: false));
        Assert.True(ZeroShotTask.HasCode(["SR", "AF"], "AF", asPublished: false));
    }

    private static EsiPretraining Small()
    {
        EsiPretraining network = new(s_small);
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    private static double[] Weight(Module module, string name) => module.NamedParameters().Single(p => p.Name == name).Tensor.ToArray<double>();

    private static double[] Times(double[] matrix, double[] vector) =>
        [.. Enumerable.Range(0, matrix.Length / vector.Length).Select(row => Dot(matrix[(row * vector.Length)..((row + 1) * vector.Length)], vector))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Normed(double[] x, int width)
    {
        double[] y = new double[x.Length];
        for (int row = 0; row < x.Length; row += width)
        {
            double mean = x[row..(row + width)].Average(), variance = x[row..(row + width)].Average(v => (v - mean) * (v - mean));
            for (int i = row; i < row + width; i++) y[i] = (x[i] - mean) / Math.Sqrt(variance + 1e-5);
        }

        return y;
    }
}
