// Masked reconstruction: patches that the encoder did not see, painted from those that it saw.
// Sources: He et al., "Masked autoencoders are scalable vision learners", CVPR 2022, §3; Na et al., ICLR 2024, and bakqui/ST-MEM, models/.
using Einthoven.Models;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of masked reconstruction; the defaults are the published ones.</summary>
public sealed record ReconstructionOptions
{
    /// <summary>Share of the patches that is removed.</summary>
    public double MaskRatio { get; init; } = 0.75;

    /// <summary>Whether each patch is painted less its mean and over its deviation, with the divisor n − 1.</summary>
    public bool NormalizeTargets { get; init; } = true;

    /// <summary>Sizes of the decoder.</summary>
    public MaskedDecoderConfig Decoder { get; init; } = new();
}

/// <summary>Term <c>reconstruction</c>: the mean squared error of a patch, summed over removed patches; the sample size is their number.</summary>
public sealed class MaskedAutoencoderObjective(MaskedAutoencoder network, ReconstructionOptions options) : IObjective
{
    /// <summary>Replays this noise, [batch · groups · patches], instead of drawing anew; null: draw.</summary>
    public float[]? Noise { get; init; }

    /// <summary>Told of every intermediate result; null: nobody.</summary>
    public StageObserver? Stages { get; init; }

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        Tensor target = network.Encoder.Cut(batch.Windows);                        // [batch · groups, patches, patch width]
        PatchMask mask = Reconstruction.Mask(target, options.MaskRatio, Noise, context.Random);
        MaskedPass pass = network.Forward(batch.Windows, mask, Stages);
        Tensor sum = Reconstruction.ErrorSum(pass.Prediction, target, mask, options.NormalizeTargets);
        return new([new("reconstruction", scope.Keep(sum))], mask.RemovedCount, new Dictionary<string, double>());
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}

/// <summary>The parts of masked reconstruction.</summary>
public static class Reconstruction
{
    // Beside the variance of a patch, which may be flat; as published.
    private const double Floor = 1e-6;

    /// <summary>The mask of a batch.</summary>
    /// <param name="patches">[batch · groups, patches, patch width].</param>
    /// <param name="ratio">Share to remove.</param>
    /// <param name="noise">Noise to replay; null: draw.</param>
    /// <param name="random">The source.</param>
    public static PatchMask Mask(Tensor patches, double ratio, float[]? noise, IRandomSource random)
    {
        (int groups, int each) = ((int)patches.Size(0), (int)patches.Size(1));
        return noise is null ? PatchMask.Draw(groups, each, ratio, random) : PatchMask.From(noise, groups, each, ratio);
    }

    /// <summary>Removed stretches as the network paints them, in the units of the windows; NaN where patches were seen.</summary>
    /// <param name="network">In evaluation mode.</param>
    /// <param name="windows">Float32 [batch, leads, samples].</param>
    /// <param name="options">As it was trained. Normalised patches get the mean and deviation of the true ones back, which the network does not know.</param>
    /// <param name="random">Draws the mask.</param>
    /// <returns>The shape of the windows.</returns>
    public static Tensor Paint(MaskedAutoencoder network, Tensor windows, ReconstructionOptions options, IRandomSource random)
    {
        using Scope scope = new();
        Tensor patches = network.Encoder.Cut(windows);
        PatchMask mask = Mask(patches, options.MaskRatio, null, random);
        Tensor painted = network.Forward(windows, mask).Prediction;
        if (options.NormalizeTargets)
        {
            (Tensor mean, Tensor deviation) = Scale(patches);
            painted = (painted * deviation) + mean;
        }

        Tensor seen = ((mask.ToTensor(windows.Device) * -1) + 1).To(ScalarType.Bool).Unsqueeze(2);
        return scope.Keep(network.Encoder.Join(painted.MaskedFill(seen, double.NaN)));
    }

    /// <summary>Sum over removed patches of the mean squared error of a patch.</summary>
    /// <param name="prediction">[batch · groups, patches, patch width].</param>
    /// <param name="target">The same shape.</param>
    /// <param name="mask">Which patches count.</param>
    /// <param name="normalize">Whether each patch of the target is standardised first, with the divisor n − 1.</param>
    public static Tensor ErrorSum(Tensor prediction, Tensor target, PatchMask mask, bool normalize)
    {
        using Scope scope = new();
        if (normalize)
        {
            (Tensor mean, Tensor deviation) = Scale(target);
            target = (target - mean) / deviation;
        }

        Tensor error = (prediction - target).Square().Mean([-1]);                   // [batch · groups, patches]
        return scope.Keep((error * mask.ToTensor(error.Device)).Sum());
    }

    // Of each patch; the divisor is n - 1.
    private static (Tensor Mean, Tensor Deviation) Scale(Tensor patches)
    {
        Tensor mean = patches.Mean([-1], keepDimensions: true);
        Tensor variance = (patches - mean).Square().Sum([-1], keepDimensions: true) / (patches.Size(2) - 1);
        return (mean, (variance + Floor).Sqrt());
    }
}
