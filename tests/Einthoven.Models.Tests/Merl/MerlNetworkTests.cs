// MERL: published sizes, saved states, the family, what it refuses.
using System.Text.Json;
using Einthoven.Models.Esi;
using Einthoven.Models.Merl;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Xunit;

namespace Einthoven.Models.Tests.Merl;

public sealed class MerlNetworkTests
{
    private static readonly MerlConfig s_small = new()
    {
        ResNet = new() { Leads = 2, Blocks = [1, 1], Widths = [4, 6] },
        Projection = 8,
        PoolHeads = 2,
        PoolPositions = 17,
        TextWidth = 6,
    };

    [Fact]
    public void The_encoders_have_the_published_number_of_parameters()
    {
        using MerlResNet resnet = new(new());
        Assert.Equal(3_853_962, resnet.ParameterCount);
        using MerlVit vit = new(new());
        Assert.Equal(5_473_152, vit.ParameterCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_state_loads_with_and_without_its_wrapper(bool transformer)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        MerlConfig config = transformer ? s_small with { Vit = new() { Leads = 2, Patch = 8, Patches = 8, Width = 6, Layers = 1, Heads = 2, HeadWidth = 3, Hidden = 8 } } : s_small;
        BertConfig text = new() { Vocabulary = 12, Width = 6, Layers = 1, Heads = 2, Intermediate = 8, Positions = 10 };
        using MerlNetwork network = new(config, text), loaded = new(config, text);
        network.Initialize(new PhiloxRandom(1));
        CheckpointTensor[] state =
        [
            .. network.State().Select(s => new CheckpointTensor($"module.{s.Name}", s.Tensor.DType, s.Tensor.Shape, s.Tensor.ToBytes())),
            CheckpointTensor.From<long>("module.lm_model.embeddings.position_ids", [1, 2], [0L, 1L]),
        ];
        loaded.Load(MerlFamily.FromPublished(state).ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 2, 64]);
        MerlPass one = network.Forward(windows), other = loaded.Forward(windows);
        Assert.Equal(one.Projection.ToArray<float>(), other.Projection.ToArray<float>());
        Assert.Equal([2L, 8], one.FirstView.Shape);
        Assert.Equal(transformer, one.Attention is null);
        Tensor ids = Tensor.From([2L, 5, 3], 1, 3), mask = Tensor.From([1L, 1, 1], 1, 3);
        Assert.Equal([1L, 8], loaded.ProjectText(loaded.EncodeText(ids, mask)).Shape);
    }

    [Fact]
    public void Windows_of_another_length_than_the_pooling_knows_are_refused_in_words()
    {
        using Scope scope = new();
        using MerlNetwork network = new(s_small);
        ArgumentException e = Assert.Throws<ArgumentException>(() => network.Forward(Tensor.Ones(1, 2, 128)));
        Assert.Contains("knows 16 positions; these windows give 32", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => network.EncodeText(Tensor.From([1L], 1, 1), Tensor.From([1L], 1, 1)));
    }

    [Theory]
    [InlineData("merl", """{"leads":3,"blocks":[1,1],"widths":[4,6]}""", 6)]
    [InlineData("merl", """{"leads":3,"blocks":[1,1],"widths":[4,6],"bottleneck":true}""", 24)]
    [InlineData("esi", """{"leads":3,"depths":[1,1],"widths":[4,6]}""", 6)]
    public void The_families_give_logits_features_and_a_gradient_for_every_weight(string family, string configuration, int width)
    {
        using Scope scope = new();
        using EcgNetwork network = ModelFamilies.Get(family).Create(JsonDocument.Parse(configuration).RootElement, 4);
        network.Initialize(new PhiloxRandom(1));
        network.Train(new PhiloxRandom(2));
        Tensor windows = new PhiloxRandom(3).NormalTensor([2, 3, 64]);
        Tensor logits = network.Forward(windows);
        Assert.Equal([2L, 4], logits.Shape);
        logits.Square().Sum().Backward();
        Assert.All(network.NamedParameters(), p => Assert.True(p.Tensor.Grad is not null, $"{p.Name} gets no gradient"));
        using Tensor features = network.Encode(windows);
        Assert.Equal(width, features.Size(2));
        Assert.Contains(network.NamedParameters(), p => p.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_class_of_PTB_XL_is_made_of_its_statements()
    {
        foreach (ZeroShotTask task in ZeroShotTask.All.Where(t => t.Level is not null))
            Assert.All(task.Classes, c => Assert.NotEmpty(ZeroShotTask.StatementsOf(task.Level, c.Name)));
        Assert.Equal([5, 23, 19, 12, 9, 38], ZeroShotTask.All.Select(t => t.Classes.Count));
    }
}
