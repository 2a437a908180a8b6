// Weights in eight bits: what is lost, what is left alone, and what is refused.
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.Packages;

public sealed class EightBitWeightsTests
{
    [Fact]
    public void A_weight_comes_back_within_half_a_step_of_its_row()
    {
        var random = new Random(4);
        // Rows of very different sizes; the third is zero.
        float[] values = [.. Enumerable.Range(0, 4 * 30_000).Select(k => (float)((random.NextDouble() - 0.5) * new[] { 1e-3, 1, 0, 50 }[k / 30_000]))];
        CheckpointTensor[] packed = [.. EightBitWeights.Pack(CheckpointTensor.From<float>("conv.weight", [4, 10_000, 3], values))];
        Assert.Equal([("conv.weight", ScalarType.Int8, 120_000), ("conv.weight.scale", ScalarType.Float32, 4)], packed.Select(t => (t.Name, t.DType, (int)t.Count)));
        CheckpointTensor restored = Assert.Single(EightBitWeights.Restore(packed));
        Assert.Equal([4, 10_000, 3], restored.Shape);
        float[] got = restored.ToFloats(), scales = packed[1].ToFloats();
        for (int k = 0; k < got.Length; k++) Assert.InRange(Math.Abs(got[k] - values[k]), 0, 0.5001 * scales[k / 30_000]);
        Assert.Equal(0, got[70_000]);
        Assert.Equal(values.Take(30_000).Max(Math.Abs) / 127, scales[0], 1e-9f);
        // Packed once, it is left as it is.
        Assert.Equal(packed[0], Assert.Single(EightBitWeights.Pack(packed[0])));
    }

    [Fact]
    public void Vectors_small_matrices_and_whole_numbers_stay_as_they_are()
    {
        CheckpointTensor[] kept =
        [
            CheckpointTensor.From<float>("norm.weight", [200_000], new float[200_000]),
            CheckpointTensor.From<float>("head.weight", [71, 768], new float[71 * 768]),
            CheckpointTensor.From<long>("index", [2, 100_000], new long[200_000]),
            CheckpointTensor.From<float>("norm.scale", [3], new float[3]),
        ];
        Assert.Equal(kept, kept.SelectMany(EightBitWeights.Pack));
        Assert.Equal(kept, EightBitWeights.Restore(kept));
    }

    [Fact]
    public void Eight_bits_without_their_scales_are_refused_by_name()
    {
        CheckpointTensor packed = CheckpointTensor.From<sbyte>("conv.weight", [2, 3], new sbyte[6]);
        Assert.Contains("conv.weight.scale", Assert.Throws<CheckpointException>(() => EightBitWeights.Restore([packed])).Message, StringComparison.Ordinal);
        CheckpointTensor wrong = CheckpointTensor.From<float>("conv.weight.scale", [3], new float[3]);
        Assert.Throws<CheckpointException>(() => EightBitWeights.Restore([packed, wrong]));
    }
}
