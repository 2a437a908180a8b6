// Joined models: the mean of the logits, refusals of what does not belong together, and what lends its weights.
using Einthoven.Models.Ensembles;
using Einthoven.Models.Packages;
using Einthoven.Models.SeResNet;
using Einthoven.Models.Tests.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.Ensembles;

public sealed class EnsembleTests
{
    [Fact]
    public void The_logits_are_the_mean_of_the_members()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) joined = EnsembleFamily.Join("both", [Member(1), Member(2)]);
        using EcgModel both = Load(joined), first = Load(Member(1)), second = Load(Member(2));
        Tensor windows = Windows(3);
        float[] expected = ((first.Network.Forward(windows) + second.Network.Forward(windows)) / 2).ToArray<float>();
        Assert.Equal(expected, both.Network.Forward(windows).ToArray<float>());
        Assert.NotEqual(expected, first.Network.Forward(windows).ToArray<float>());
        Assert.Equal(first.Network.ParameterCount + second.Network.ParameterCount, both.Network.ParameterCount);
    }

    [Fact]
    public void What_reads_its_last_layer_reads_the_first_members()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) joined = EnsembleFamily.Join("both", [Member(1), Member(2)]);
        using EcgModel both = Load(joined), first = Load(Member(1)), second = Load(Member(2));
        Tensor windows = Windows(3);
        Assert.Equal(first.Network.Encode(windows).ToArray<float>(), both.Network.Encode(windows).ToArray<float>());
        Assert.Equal(first.Network.Embed(windows).ToArray<float>(), both.Network.Embed(windows).ToArray<float>());
        Assert.Equal(second.Network.Encode(windows, "stem").ToArray<float>(), both.Network.Encode(windows, "member1.stem").ToArray<float>());
        Assert.Equal(joined.Weights.Count / 2, EnsembleFamily.FirstMember(joined.Weights).Count());
    }

    [Fact]
    public void An_ensemble_joined_again_brings_its_members_along()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) both = EnsembleFamily.Join("both", [Member(1), Member(2)]);
        (ModelDescription description, IReadOnlyList<CheckpointTensor> weights) = EnsembleFamily.Join("three", [Member(3), both]);
        Assert.Equal(3, EnsembleFamily.Members(description.Configuration).Count);
        using EcgModel three = EcgModel.Create(description, weights), last = Load(Member(2));
        Tensor windows = Windows(1);
        Assert.Equal(last.Network.Encode(windows, "stem").ToArray<float>(), three.Network.Encode(windows, "member2.stem").ToArray<float>());
    }

    [Fact]
    public void An_ensemble_in_eight_bits_is_saved_opened_and_nearly_the_same()
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        SeResNetConfig large = SmallModel.Config with { Stages = [64, 256] };
        (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) both = EnsembleFamily.Join("both", [Member(1, large), Member(2, large)]);
        CheckpointTensor[] packed = [.. both.Weights.SelectMany(EightBitWeights.Pack)];
        Assert.Contains(packed, tensor => tensor.DType == ScalarType.Int8);
        using EcgModel whole = Load(both), small = EcgModel.Create(both.Model, packed);
        Tensor windows = Windows(3);
        Tensor exact = whole.Network.Forward(windows);
        double size = exact.Abs().Amax([0, 1]).Item(), error = (exact - small.Network.Forward(windows)).Abs().Amax([0, 1]).Item();
        Assert.InRange(error, 1e-9, 0.02 * size);
    }

    [Fact]
    public void Models_of_other_inputs_labels_or_tasks_are_refused_by_name()
    {
        (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) one = Member(1), two = Member(2);
        Refused("prepare recordings differently", two.Model with { Input = two.Model.Input with { StrideSamples = two.Model.Input.StrideSamples + 1 } });
        Refused("same labels in the same order", two.Model with { Labels = [.. two.Model.Labels.Reverse()] });
        Refused("only such models are joined", two.Model with { Task = ModelTask.MultiClass });

        void Refused(string why, ModelDescription other) =>
            Assert.Contains(why, Assert.Throws<ModelPackageException>(() => EnsembleFamily.Join("both", [one, (other, two.Weights)])).Message, StringComparison.Ordinal);
    }

    private static Tensor Windows(int count) => ((IRandomSource)new PhiloxRandom(5)).NormalTensor([count, 2, 100], 1);

    private static EcgModel Load((ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) member) => EcgModel.Create(member.Model, member.Weights);

    private static (ModelDescription Model, IReadOnlyList<CheckpointTensor> Weights) Member(ulong seed, SeResNetConfig? config = null)
    {
        config ??= SmallModel.Config;
        using var network = new SeResNetwork(config);
        IRandomSource random = new PhiloxRandom(seed);
        network.Initialize(random);
        using (GradMode.Off())
        using (new Scope())
        {
            network.NamedParameters().Single(p => p.Name == "head.weight").Tensor.CopyFrom(random.NormalTensor([3, 2 * config.Stages[^1]], 1));
            // A block begins as its shortcut; here every weight is to count.
            foreach ((_, Tensor gain) in network.NamedParameters().Where(p => p.Name.EndsWith("second.norm.weight", StringComparison.Ordinal))) gain.FillInPlace(1);
        }

        return (SmallModel.Description with { Name = $"seed{seed}", Configuration = SeResNetFamily.Write(config) }, ModelPackage.WeightsOf(network));
    }
}
