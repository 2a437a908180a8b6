// Sizes of ECG-FM small enough to train within a test.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Tests.Objectives;

internal static class TinyEcgFm
{
    public static EcgFmConfig Config { get; } = new()
    {
        Leads = 3,
        ConvLayers = [new(8, 2, 2), new(8, 2, 2)],
        Layers = 2,
        Width = 16,
        FeedForward = 24,
        Heads = 2,
        ConvPos = 8,
        ConvPosGroups = 2,
        InputDropout = 0.1,
        FeatureGradientFactor = 0.1,
    };

    public static EcgFmPretrainingConfig Heads { get; } = new() { LatentVars = 6, FinalDim = 8 };

    public static Wav2VecOptions Options { get; } = new() { Negatives = 8 };

    public static EcgFmPretraining Network(EcgFmConfig? config = null)
    {
        EcgFmPretraining network = new(config ?? Config, Heads);
        network.Initialize(new PhiloxRandom(1));
        return network;
    }

    /// <summary>Pairs of segments of recordings that differ.</summary>
    public static TrainingBatch Pairs(int recordings, ulong seed = 2)
    {
        PhiloxRandom random = new(seed);
        Tensor styles = random.NormalTensor([recordings, 1, 3, 1]).Expand(recordings, 2, 3, 1).Reshape(recordings * 2, 3, 1);
        return new(
            random.NormalTensor([recordings * 2, 3, 160]) + styles,
            RecordIds: [.. Enumerable.Range(0, recordings * 2).Select(r => (long)(r / 2))],
            Segments: [.. Enumerable.Range(0, recordings * 2).Select(r => r % 2)]);
    }
}
