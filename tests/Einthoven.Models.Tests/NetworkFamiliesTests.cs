// The supervised networks, S4 and ECG-CPC as families: published sizes, features, gradients, checkpoints of their authors' layout.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.S4;
using Einthoven.Models.XResNet;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;
using Xunit;

namespace Einthoven.Models.Tests;

public sealed class NetworkFamiliesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Small => new()
    {
        { "xresnet1d", """{"stem":[4,4,8],"layers":[1,2],"blockWidth":4,"headHidden":[6]}""" },
        { "xresnet1d", """{"stem":[4,8],"layers":[2,1],"expansion":1,"blockWidth":8,"headHidden":[]}""" },
        { "resnet1d-wang", """{"width":8,"stemKernel":5,"strides":[1,2],"headHidden":[6]}""" },
        { "inception1d", """{"kernels":[9,5],"depth":3,"bottleneck":4,"filters":4,"headHidden":[6]}""" },
        { "inception1d", """{"kernels":[9,5],"depth":4,"bottleneck":4,"filters":4,"residual":false}""" },
        { "fcn-wang", """{"filters":[6,8],"kernels":[8,3],"headHidden":[6]}""" },
        { "lstm", """{"hidden":6,"layers":2,"bidirectional":true,"headHidden":[6]}""" },
        { "lstm", """{"hidden":6,"layers":1}""" },
        { "s4", """{"width":8,"states":4,"layers":2,"internalLength":80}""" },
        { "s4", """{"width":8,"states":4,"layers":1,"internalLength":31,"bidirectional":false,"preNorm":true}""" },
        { "ecg-cpc", """{"width":8,"states":4,"layers":1,"kernels":[3,1],"strides":[2,1],"internalLength":40}""" },
    };

    public static TheoryData<string, string> Published => [.. Small.Select(row => row.Data).Where(d => d.Item1 != "ecg-cpc" && !d.Item2.Contains("preNorm", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("xresnet1d", "{}", 1_880_775)]
    [InlineData("resnet1d-wang", "{}", 481_863)]
    [InlineData("inception1d", "{}", 516_167)]
    [InlineData("fcn-wang", "{}", 318_279)]
    [InlineData("lstm", "{}", 912_199)]
    [InlineData("lstm", """{"bidirectional":true}""", 2_339_143)]
    [InlineData("s4", "{}", 2_183_239)]
    public void A_network_of_the_default_configuration_has_the_published_number_of_parameters(string family, string configuration, long count)
    {
        using EcgNetwork network = ModelFamilies.Get(family).Create(Parse(configuration), 71);
        Assert.Equal(count, network.ParameterCount);
    }

    [Fact]
    public void The_pretraining_network_of_ECG_CPC_has_the_published_number_of_parameters()
    {
        using EcgCpcPretraining network = new(new());
        Assert.Equal(3_194_880, network.ParameterCount);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Every_network_gives_logits_features_and_a_gradient_for_every_weight(string family, string configuration)
    {
        using EcgNetwork network = ModelFamilies.Get(family).Create(Parse(configuration), 3);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        Tensor windows = new PhiloxRandom(2).NormalTensor([4, 12, 80]);
        using (GradMode.Off())
        {
            foreach (FeatureLayer layer in network.Layers) Assert.Equal((3, 4L), (network.Encode(windows, layer.Stage).Dim, network.Encode(windows, layer.Stage).Size(0)));
            Assert.Equal(network.Encode(windows).ToArray<float>(), network.Encode(windows, network.Layers[^1].Stage).ToArray<float>());
        }

        network.Train(new PhiloxRandom(3));
        Tensor logits = network.Forward(windows);
        Assert.Equal([4L, 3], logits.Shape);
        logits.Square().Sum().Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
        Assert.Contains(network.NamedParameters(), p => p.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_checkpoint_in_the_authors_layout_becomes_the_same_network(string family, string configuration)
    {
        ModelFamily row = ModelFamilies.Get(family);
        using EcgNetwork network = row.Create(Parse(configuration), 44);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        string path = Write(family, Saved(family, network, configuration));
        using TorchCheckpoint file = TorchCheckpoint.Open(path);
        ImportedModel imported = row.Import!(file);
        imported.Description.Validate();
        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        Assert.Equal(44, model.Description.Labels.Count);
        Assert.Equal("SCP:1AVB", model.Description.Labels[0].Code);
        using GradModeGuard noGrad = GradMode.Off();
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 12, 80]);
        Assert.Equal(network.Forward(windows).ToArray<float>(), model.Network.Forward(windows).ToArray<float>());
    }

    [Theory]
    [InlineData("xresnet1d")]
    [InlineData("resnet1d-wang")]
    [InlineData("inception1d")]
    [InlineData("fcn-wang")]
    [InlineData("lstm")]
    [InlineData("s4")]
    public void A_checkpoint_of_another_family_is_refused_with_the_name_that_is_missing(string family)
    {
        using TorchCheckpoint file = TorchCheckpoint.Open(Write("other", [CheckpointTensor.From("something.else", [1], [1f])]));
        Assert.Contains("has no tensor", Assert.Throws<CheckpointException>(() => ModelFamilies.Get(family).Import!(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_pretrained_ECG_CPC_tells_its_internal_length_by_its_tables(int internalLength)
    {
        EcgCpcConfig config = new() { Width = 8, States = 4, Layers = 1, Kernels = [3, 1], Strides = [2, 1], InternalLength = internalLength };
        using EcgCpcPretraining network = new(config);
        network.Initialize(new PhiloxRandom(1));
        using TorchCheckpoint file = TorchCheckpoint.Open(Write("pretrained", WithTables(network, internalLength, "")));
        EcgCpcCheckpoint checkpoint = EcgCpcFamily.ReadPretrained(file);
        Assert.Equal(internalLength, checkpoint.Config.InternalLength);
        Assert.Equal((8, 4, 1), (checkpoint.Config.Width, checkpoint.Config.States, checkpoint.Config.Layers));
        using var scope = new Scope();
        using EcgCpcPretraining loaded = new(checkpoint.Config);
        loaded.Load(checkpoint.Tensors.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }

    [Fact]
    public void An_S4_checkpoint_without_its_tables_is_refused()
    {
        using EcgNetwork network = ModelFamilies.Get("s4").Create(Parse("""{"width":8,"states":4,"layers":1}"""), 5);
        using TorchCheckpoint file = TorchCheckpoint.Open(Write("s4", [.. State(network, "model.")]));
        Assert.Contains("for which length", Assert.Throws<CheckpointException>(() => S4Family.Import(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_window_of_S4_does_not_depend_on_its_companions_nor_on_the_pass_before()
    {
        using EcgNetwork network = ModelFamilies.Get("s4").Create(Parse("""{"width":8,"states":4,"layers":2}"""), 5);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor windows = new PhiloxRandom(2).NormalTensor([5, 12, 250]);
        Tensor together = network.Forward(windows);
        _ = network.Forward(windows.Narrow(2, 0, 100));
        for (int k = 0; k < 5; k++)
        {
            Tensor alone = network.Forward(windows.Narrow(0, k, 1));
            Assert.InRange((alone - together.Narrow(0, k, 1)).Abs().Amax([0, 1]).Item(), 0, 1e-6);
        }
    }

    [Fact]
    public void The_scale_of_the_benchmark_takes_its_mean_off_before_it_divides()
    {
        FixedScale scale = FixedScale.OverAll([new double[] { 1, 2, 3 }, new double[] { 6 }], 2);
        Assert.Equal((3.0, Math.Sqrt(3.5)), (scale.OffsetMillivolts, scale.Millivolts[1]));
        Assert.Throws<ArgumentException>(() => FixedScale.OverAll([new double[] { 1, 1 }], 1));
    }

    private static IReadOnlyList<CheckpointTensor> Saved(string family, EcgNetwork network, string configuration)
    {
        if (family == "s4") return WithTables(network, Parse(configuration).GetProperty("internalLength").GetInt32(), "model.");
        Dictionary<string, CheckpointTensor> state = State(network, "").ToDictionary(t => t.Name);
        return family == "xresnet1d" ? [.. XResNetFamily.PublishedNames(state.Keys).Select(n => state[n.Own] with { Name = n.Published })] : [.. state.Values];
    }

    private static IReadOnlyList<CheckpointTensor> WithTables(Module network, int length, string prefix)
    {
        var tensors = new List<CheckpointTensor>();
        foreach (CheckpointTensor tensor in State(network, prefix))
        {
            tensors.Add(tensor);
            if (!tensor.Name.EndsWith(".kernel.C", StringComparison.Ordinal)) continue;
            // As the authors make it: powers of the first root in single precision.
            float[] roots = [.. Enumerable.Range(0, (length / 2) + 1).SelectMany(k => new[] { (float)Math.Cos(2 * Math.PI * k / length), -(float)Math.Sin(2 * Math.PI * k / length) })];
            foreach (string name in new[] { "omega", "z" }) tensors.Add(CheckpointTensor.From<float>(tensor.Name[..^1] + name, [roots.Length / 2, 2], roots));
        }

        return tensors;
    }

    private static IEnumerable<CheckpointTensor> State(Module network, string prefix) =>
        network.State().Select(s => new CheckpointTensor(prefix + s.Name, s.Tensor.DType, s.Tensor.Shape, s.Tensor.ToBytes()));

    private string Write(string name, IReadOnlyList<CheckpointTensor> tensors)
    {
        PickleBuilder pickle = new PickleBuilder().Op('}', '(').Text(name is "s4" or "pretrained" ? "state_dict" : "model").Op('}', '(');
        for (int k = 0; k < tensors.Count; k++)
        {
            long[] strides = new long[tensors[k].Shape.Length];
            long stride = 1;
            for (int d = strides.Length - 1; d >= 0; stride *= tensors[k].Shape[d--]) strides[d] = stride;
            pickle.Text(tensors[k].Name).Tensor(tensors[k].DType == ScalarType.Int64 ? "LongStorage" : "FloatStorage", $"{k}", tensors[k].Count, 0, tensors[k].Shape, strides);
        }

        string path = Path.Combine(_folder.Path, $"{name}.pth");
        File.WriteAllBytes(path, PickleBuilder.Archive(pickle.Op('u', 'u').End(), [.. tensors.Select((t, k) => ($"{k}", t.Data.ToArray()))]));
        return path;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
