// Masked reconstruction once more, patch by patch in double precision; and the hybrid as the sum of its two parts.
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Xunit;

namespace Einthoven.Training.Tests.Objectives;

public sealed class ReconstructionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_error_is_that_of_removed_patches_alone(bool normalize)
    {
        using var scope = new Scope();
        const int Groups = 3, Patches = 4, Values = 5;
        PatchMask mask = PatchMask.Draw(Groups, Patches, 0.5, new PhiloxRandom(1));
        float[] prediction = new PhiloxRandom(2).NormalTensor([Groups, Patches, Values]).ToArray<float>(), target = new PhiloxRandom(3).NormalTensor([Groups, Patches, Values]).ToArray<float>();
        target.AsSpan(0, Values).Fill(2); // A flat patch.
        double expected = 0;
        for (int patch = 0; patch < Groups * Patches; patch++)
        {
            if (mask.Removed[patch] == 0) continue;
            double[] t = [.. target.AsSpan(patch * Values, Values).ToArray().Select(v => (double)v)];
            if (normalize)
            {
                double mean = t.Average(), deviation = Math.Sqrt((t.Sum(v => (v - mean) * (v - mean)) / (Values - 1)) + 1e-6);
                t = [.. t.Select(v => (v - mean) / deviation)];
            }

            expected += Enumerable.Range(0, Values).Average(k => Math.Pow(prediction[(patch * Values) + k] - t[k], 2));
        }

        Tensor sum = Reconstruction.ErrorSum(Tensor.From(prediction, Groups, Patches, Values), Tensor.From(target, Groups, Patches, Values), mask, normalize);
        Assert.Equal(expected, sum.Item(), 1e-4);
    }

    [Theory]
    [InlineData(PatchScheme.LeadPatches)]
    [InlineData(PatchScheme.TimePatches)]
    [InlineData(PatchScheme.WholeLeads)]
    public void A_hybrid_is_the_reconstruction_plus_the_weighted_contrast_and_reaches_every_weight(PatchScheme scheme)
    {
        using var scope = new Scope();
        MaskedAutoencoderConfig config = new() { Leads = 4, Samples = 40, Patch = scheme == PatchScheme.WholeLeads ? 1 : 5, Width = 8, Depth = 1, Heads = 2, FeedForward = 8 };
        ReconstructionOptions options = new() { MaskRatio = 0.5, Decoder = new() { Width = 8, Depth = 1, Heads = 1, FeedForward = 8 } };
        using HybridNetwork network = new(new MaskedAutoencoder(config, options.Decoder, scheme), 6);
        network.Initialize(new PhiloxRandom(1));
        Tensor windows = new PhiloxRandom(2).NormalTensor([5, 4, 40]);
        ObjectiveResult light = Compute(0.5), heavy = Compute(1);
        double removed = light.SampleSize;
        Assert.Equal(5 * (scheme == PatchScheme.LeadPatches ? 4 * 4 : scheme == PatchScheme.TimePatches ? 4 : 2), removed);
        Assert.Equal(light.Terms[0].Sum.Item(), heavy.Terms[0].Sum.Item());
        Assert.Equal(2 * light.Terms[1].Sum.Item(), heavy.Terms[1].Sum.Item(), 1e-3);
        // The reconstruction is what the autoencoder alone gives for the same mask.
        ObjectiveResult alone = new MaskedAutoencoderObjective(network.Autoencoder, options).Compute(new(windows), new(new PhiloxRandom(3), 0, true));
        Assert.Equal(alone.Total().Item(), light.Terms[0].Sum.Item(), 1e-4);
        heavy.Total().Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");

        ObjectiveResult Compute(double weight) =>
            new HybridObjective(network, options, new HybridOptions { Weight = weight }).Compute(new(windows), new(new PhiloxRandom(3), 0, true));
    }
}
