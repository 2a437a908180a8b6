// Features of every layer of every kind of network: what embeddings and probes stand on.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Probes;
using Einthoven.Models.SeResNet;
using Einthoven.Torch;
using Xunit;

namespace Einthoven.Models.Tests;

public sealed class EncodeTests
{
    private static readonly JsonSerializerOptions s_camelCase = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static EcgFmConfig SmallEcgFm => new()
    {
        Leads = 12,
        ConvLayers = [new(16, 2, 2), new(16, 2, 2), new(16, 2, 2)],
        Layers = 2,
        Width = 24,
        FeedForward = 48,
        Heads = 2,
        ConvPos = 8,
        ConvPosGroups = 4,
        Labels = 3,
    };

    public static TheoryData<string> Networks => ["se-resnet", "ecg-fm"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_announced_layer_is_given_with_a_vector_a_position(string kind)
    {
        using EcgNetwork network = Small(kind);
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor windows = new PhiloxRandom(3).UniformTensor([2, 12, 200], -1, 1);
        foreach (FeatureLayer layer in network.Layers)
        {
            Tensor features = network.Encode(windows, layer.Stage);
            Assert.Equal(3, features.Dim);
            Assert.Equal(2, features.Size(0));
            Assert.Equal(ScalarType.Float32, features.DType);
            Tensor stage = Observed(network, windows, layer.Stage);
            Tensor expected = layer.ChannelsFirst ? stage.Transpose(1, 2) : stage;
            Assert.Equal(expected.Shape, features.Shape);
            Assert.Equal(expected.To(ScalarType.Float32).ToArray<float>(), features.ToArray<float>());
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_flow_through_features_to_the_first_weights(string kind)
    {
        using EcgNetwork network = Small(kind);
        using var scope = new Scope();
        network.Encode(new PhiloxRandom(3).UniformTensor([2, 12, 200], -1, 1)).Square().Sum().Backward();
        int reached = network.NamedParameters().Count(p => !p.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal) && p.Tensor.Grad is not null);
        Assert.Equal(network.NamedParameters().Count(p => !p.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal)), reached);
    }

    [Fact]
    public void An_unknown_layer_is_answered_with_those_there_are()
    {
        using EcgNetwork network = Small("se-resnet");
        using var scope = new Scope();
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => network.Encode(Tensor.Empty([1, 12, 200]), "layer9"));
        Assert.Contains("stem, block0", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_probe_shows_the_stages_up_to_its_layer_and_its_own_logits_once(string kind)
    {
        using EcgNetwork network = Small(kind);
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor windows = new PhiloxRandom(3).UniformTensor([1, 12, 200], -1, 1);
        FeatureLayer layer = network.Layers[1];
        var config = new ProbeConfig
        {
            Family = kind,
            Network = kind == "ecg-fm" ? JsonSerializer.SerializeToElement(SmallEcgFm, s_camelCase) : SeResNetFamily.Write(new SeResNetConfig { Leads = 12 }),
            Layer = layer.Stage,
            Width = (int)network.Encode(windows, layer.Stage).Size(2),
        };
        using var probe = new ProbeNetwork(config, 2);
        probe.Eval();
        var stages = new List<string>();
        probe.Forward(windows, (name, _) => stages.Add(name));
        Assert.Equal(stages.Distinct(), stages);
        Assert.Equal([layer.Stage, "logits"], stages[^2..]);
    }

    private static Tensor Observed(EcgNetwork network, Tensor windows, string stage)
    {
        Tensor? found = null;
        network.Forward(windows, (name, value) =>
        {
            if (name == stage) found = Tensor.From(value.To(ScalarType.Float32).Contiguous().ToArray<float>(), value.Shape);
            if (name == stage) Scope.Release(found!);
        });
        return found!;
    }

    private static EcgNetwork Small(string kind)
    {
        EcgNetwork network = kind == "ecg-fm"
            ? new EcgFmClassifier(SmallEcgFm)
            : new SeResNetwork(new SeResNetConfig { Leads = 12, Labels = 3 });
        network.Initialize(new PhiloxRandom(1));
        network.Eval();
        return network;
    }
}
