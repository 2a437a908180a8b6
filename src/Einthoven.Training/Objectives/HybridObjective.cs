// Masked reconstruction and a contrast of two masked views on one encoder.
// The idea: Song et al., "Foundation models for ECG: leveraging hybrid self-supervised learning", arXiv 2407.07110v2. Their constants are
// not published; those here are this project's own.
using Einthoven.Models;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of the contrast beside the reconstruction.</summary>
public sealed record HybridOptions
{
    /// <summary>Factor on the contrast.</summary>
    public double Weight { get; init; } = 0.1;

    /// <summary>What similarities are divided by.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>Width in which views are compared.</summary>
    public int Width { get; init; } = 128;
}

/// <summary>A masked autoencoder and a head for the contrast. Names: the autoencoder's, projector.*.</summary>
public sealed class HybridNetwork : Module
{
    private readonly ProjectionHead _head;

    /// <summary>Takes an autoencoder over.</summary>
    public HybridNetwork(MaskedAutoencoder autoencoder, int width)
    {
        Autoencoder = Child("", autoencoder);
        _head = Child("projector", ProjectionHead.SimClr(autoencoder.Encoder.Config.Width, width));
    }

    /// <summary>The part that reconstructs.</summary>
    public MaskedAutoencoder Autoencoder { get; }

    /// <summary>The vector of a masked view: the mean of the seen patches' tokens, or the token that stands for the window; then the head.</summary>
    /// <param name="latent">Behind the encoder's norm.</param>
    public Tensor Project(Tensor latent)
    {
        MaskedEncoder encoder = Autoencoder.Encoder;
        return _head.Forward(encoder.Scheme == PatchScheme.LeadPatches ? encoder.WithoutMarks(latent).Mean([1]) : latent.Select(1, 0));
    }
}

/// <summary>
/// Terms <c>reconstruction</c> and <c>nt_xent</c>; the sample size is the number of removed patches, so that the loss is the mean
/// reconstruction error plus the weight times the mean contrast.
/// </summary>
public sealed class HybridObjective(HybridNetwork network, ReconstructionOptions options, HybridOptions hybrid) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        MaskedAutoencoder autoencoder = network.Autoencoder;
        Tensor target = autoencoder.Encoder.Cut(batch.Windows);
        PatchMask mask = Reconstruction.Mask(target, options.MaskRatio, null, context.Random);
        PatchMask other = Reconstruction.Mask(target, options.MaskRatio, null, context.Random);
        MaskedPass pass = autoencoder.Forward(batch.Windows, mask);
        Tensor error = Reconstruction.ErrorSum(pass.Prediction, target, mask, options.NormalizeTargets);
        Tensor first = network.Project(pass.Latent), second = network.Project(autoencoder.Encoder.Norm(autoencoder.Encoder.Forward(batch.Windows, other)));
        int rows = (int)batch.Windows.Size(0);
        int[] partners = [.. Enumerable.Range(0, 2 * rows).Select(row => (row + rows) % (2 * rows))];
        (Tensor contrast, double accuracy) = SimClrObjective.NtXentSum(Tensor.Cat([first, second]), partners, new SimClrOptions { Temperature = hybrid.Temperature });
        double removed = mask.RemovedCount;
        return new(
            [new("reconstruction", scope.Keep(error)), new("nt_xent", scope.Keep(contrast * (hybrid.Weight * removed / (2 * rows))))],
            removed,
            new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
