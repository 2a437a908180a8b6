// Checkpoints of ECG-JEPA's programs become packages: a pretraining by its target encoder, an evaluation with head, windows and statistics.
using Einthoven.Models.Contracts;
using Einthoven.Models.Jepa;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;

namespace Einthoven.Models.Tests.Jepa;

public sealed class JepaImporterTests : IDisposable
{
    private static readonly JepaConfig s_small = new() { Samples = 200, Patch = 10, Width = 8, Depth = 2, Heads = 2, Labels = 5 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pretraining_gives_its_target_encoder_whether_norms_have_offsets_or_not(bool offsets)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaPretraining network = new(s_small with { NormBias = offsets }, new() { Width = 4, Depth = 1, Heads = 1 });
        network.Initialize(new PhiloxRandom(1));
        foreach ((_, Tensor tensor) in network.Encoder.NamedParameters()) tensor.FillInPlace(7);
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(network, evaluation: null));
        ImportedModel imported = ModelFamilies.Get("ecg-jepa").Import!(file);
        imported.Description.Validate();
        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 12, 200]);
        Assert.Equal(network.Target.Forward(windows).ToArray<float>(), model.Network.Encode(windows).ToArray<float>());
        Assert.Contains("without a head", imported.Description.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JepaHead.Attention)]
    [InlineData(JepaHead.FirstRegister)]
    public void An_evaluation_gives_head_windows_and_statistics(JepaHead head)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        using JepaClassifier network = new(s_small with { Head = head });
        network.Initialize(new PhiloxRandom(1));
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(network, evaluation: 0.2));
        ImportedModel imported = JepaFamily.Import(file);
        imported.Description.Validate();
        InputContract input = imported.Description.Input;
        Assert.Equal((500, 100, 50), (input.SamplingRateHz, input.WindowSamples, input.StrideSamples));
        ClippedScale scale = Assert.IsType<ClippedScale>(input.Normalization);
        Assert.Equal((0.5, 2, 5), (scale.Means[3], scale.Deviations[11], scale.Limit));
        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 12, 100]);
        Assert.Equal(network.Forward(windows).ToArray<float>(), model.Network.Forward(windows).ToArray<float>());
    }

    [Fact]
    public void What_is_no_such_checkpoint_is_refused_with_what_it_lacks()
    {
        using JepaClassifier eight = new(s_small with { Leads = 8 });
        Assert.Contains("takes 8 leads", Refused(Write(eight, 0.2)), StringComparison.Ordinal);
        using JepaClassifier network = new(s_small);
        Assert.Contains("lacks target_encoder.patch_embed", Refused(Write(network, evaluation: null)), StringComparison.Ordinal);

        static string Refused(string path)
        {
            using TorchCheckpoint file = TorchCheckpoint.Open(path);
            return Assert.Throws<CheckpointException>(() => JepaFamily.Import(file)).Message;
        }
    }

    // As the authors' programs save: weights, settings, and, behind an evaluation, its settings and the statistics of the leads.
    private string Write(Module network, double? evaluation)
    {
        PickleBuilder pickle = new();
        List<(string Key, byte[] Data)> storages = [];
        pickle.Op('}', '(').Text("model").Global("collections", "OrderedDict").Op(')', 'R', '(');
        foreach ((string name, Tensor tensor) in network.State()) Put(name, tensor.Shape, tensor.ToBytes());
        pickle.Op('u').Text("config").Op('}', '(').Text("sampling_frequency").Int(500).Text("channel_size").Int(s_small.Samples).Text("num_heads").Int(s_small.Heads);
        Number("mlp_ratio", s_small.MlpRatio);
        Number("norm_eps", s_small.NormEpsilon);
        Number("layer_scale_eps", 0);
        pickle.Op('u');
        if (evaluation is { } seconds)
        {
            pickle.Text("eval_config").Op('}', '(').Text("use_register").Op('\x88');
            Number("crop_duration", seconds);
            Number("crop_stride", seconds / 2);
            pickle.Op('u').Text("preprocess").Op('}', '(');
            Put("mean", [12], Floats(0.5f));
            Put("std", [12], Floats(2));
            pickle.Op('u');
        }

        string path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.pt");
        File.WriteAllBytes(path, PickleBuilder.Archive(pickle.Op('u').End(), [.. storages]));
        return path;

        void Put(string name, long[] shape, byte[] data)
        {
            long[] strides = [.. shape.Select((_, k) => shape.Skip(k + 1).Aggregate(1L, (a, b) => a * b))];
            string key = $"{storages.Count}";
            pickle.Text(name).Tensor("FloatStorage", key, data.Length / sizeof(float), 0, shape, strides);
            storages.Add((key, data));
        }

        void Number(string name, double value) => pickle.Text(name).Op('G').Raw([.. BitConverter.GetBytes(value).Reverse()]);

        static byte[] Floats(float value) => [.. Enumerable.Repeat(BitConverter.GetBytes(value), 12).SelectMany(b => b)];
    }
}
