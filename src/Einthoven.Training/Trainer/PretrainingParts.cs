// The objective of a recipe with its networks, whichever family the encoder is of.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Torch;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>What a pretraining works with.</summary>
/// <param name="Objective">What is trained; it owns the networks.</param>
/// <param name="Embed">One vector a window as the encoder pools it, [windows, width]: what is judged.</param>
/// <param name="SetCompute">Sets the type of arithmetic.</param>
internal sealed record PretrainingParts(IObjective Objective, Func<Tensor, Tensor> Embed, Action<ScalarType> SetCompute)
{
    /// <summary>Windows with their removed stretches painted, NaN elsewhere; null where the objective paints nothing.</summary>
    internal Func<Tensor, IRandomSource, Tensor>? Paint { get; init; }

    /// <summary>Builds the parts of a recipe, weights unset.</summary>
    /// <exception cref="ArgumentException">The encoder's configuration does not work.</exception>
    internal static PretrainingParts Of(PretrainRecipe recipe)
    {
        if (recipe.Objective is PretrainingObjective.Wcr or PretrainingObjective.Wav2Vec) return OfEcgFm(recipe);
        if (recipe.Objective is PretrainingObjective.Reconstruction or PretrainingObjective.Hybrid) return OfAutoencoder(recipe);
        if (recipe.Objective.IsPredictive()) return PredictiveParts.Of(recipe);
        if (recipe.Family == EcgFmImporter.Family && recipe.Objective == PretrainingObjective.SegmentContrast)
        {
            var alone = new EcgFmEncoder(recipe.Encoder);
            return EcgFm(new SegmentContrastObjective(alone, recipe.Segments), alone);
        }

        if (recipe.Family == EcgFmImporter.Family && recipe.Objective == PretrainingObjective.SimClr)
        {
            var projected = new ProjectedEncoder(recipe.Encoder, recipe.Heads.FinalDim);
            return EcgFm(new SimClrObjective(projected, recipe.Views), projected.Encoder);
        }

        return recipe.Objective is PretrainingObjective.MocoV2 or PretrainingObjective.MocoV3 or PretrainingObjective.Byol ? OfMomentum(recipe) : OfViews(recipe);
    }

    private static PretrainingParts OfEcgFm(PretrainRecipe recipe)
    {
        var network = new EcgFmPretraining(recipe.Encoder, recipe.Heads);
        IObjective objective = recipe.Objective == PretrainingObjective.Wcr
            ? new WcrObjective(network, recipe.Masked, recipe.Segments)
            : new Wav2VecObjective(network, recipe.Masked);
        return EcgFm(objective, network.Encoder);
    }

    private static PretrainingParts EcgFm(IObjective objective, EcgFmEncoder encoder) =>
        new(objective, windows => EcgFmPooling.Mean(encoder.Forward(windows)), type => encoder.ComputeType = type);

    private static PretrainingParts OfAutoencoder(PretrainRecipe recipe)
    {
        (string family, JsonElement configuration) = recipe.Network();
        PatchScheme scheme = MaskedAutoencoderFamily.SchemeOf(family)!.Value;
        var autoencoder = new MaskedAutoencoder(MaskedAutoencoderFamily.Read(configuration, scheme), recipe.Reconstruction.Decoder, scheme);
        IObjective objective = recipe.Objective == PretrainingObjective.Hybrid
            ? new HybridObjective(new HybridNetwork(autoencoder, recipe.Hybrid.Width), recipe.Reconstruction, recipe.Hybrid)
            : new MaskedAutoencoderObjective(autoencoder, recipe.Reconstruction);
        return new(objective, windows => autoencoder.Encoder.Pool(autoencoder.Encoder.Forward(windows)), type => autoencoder.Encoder.ComputeType = type)
        {
            Paint = (windows, random) => Reconstruction.Paint(autoencoder, windows, recipe.Reconstruction, random),
        };
    }

    private static PretrainingParts OfMomentum(PretrainRecipe recipe)
    {
        MomentumOptions momentum = recipe.Momentum;
        (int hidden, int width) = (momentum.HiddenWidth, momentum.Width);
        bool byol = recipe.Objective == PretrainingObjective.Byol, queue = recipe.Objective == PretrainingObjective.MocoV2;
        var network = new MomentumNetwork(
            () => Projected(recipe, input => byol ? ProjectionHead.Byol(input, hidden, width)
                : queue ? new ProjectionHead([input, hidden, width], innerBias: true, outputBias: true)
                : ProjectionHead.Moco(input, hidden, hidden, width)),
            byol ? ProjectionHead.Byol(width, hidden, width) : queue ? null : ProjectionHead.Moco(width, hidden, width),
            queue ? (width, momentum.QueueEntries) : null);
        IObjective objective = recipe.Objective switch
        {
            PretrainingObjective.Byol => new ByolObjective(network, momentum),
            PretrainingObjective.MocoV2 => new MocoV2Objective(network, momentum),
            _ => new MocoV3Objective(network, momentum),
        };
        EcgNetwork trained = network.Trained.Encoder!, copy = network.Copy.Encoder!;
        return new(objective, trained.Embed, type => (trained.ComputeType, copy.ComputeType) = (type, type));
    }

    private static PretrainingParts OfViews(PretrainRecipe recipe)
    {
        bool clocs = recipe.Objective is PretrainingObjective.SegmentContrast || recipe.Objective.IsLeadByLead();
        // CLOCS compares what the encoder gives; the others a head's output.
        ProjectedNetwork network = Projected(recipe, input => clocs ? null : ProjectionHead.SimClr(input, recipe.Heads.FinalDim));
        EcgNetwork encoder = network.Encoder!;
        IObjective objective = recipe.Objective switch
        {
            PretrainingObjective.SegmentContrast => new ClocsObjective(network, ClocsViews.Segments, recipe.Clocs),
            PretrainingObjective.LeadContrast => new ClocsObjective(network, ClocsViews.Leads, recipe.Clocs),
            PretrainingObjective.SegmentLeadContrast => new ClocsObjective(network, ClocsViews.SegmentsAndLeads, recipe.Clocs),
            PretrainingObjective.ThreeKg => new PatientContrastObjective(network, recipe.Patients),
            _ => new SimClrObjective(network, recipe.Views),
        };
        return new(objective, recipe.Objective.IsLeadByLead() ? windows => FirstLead(encoder, windows) : encoder.Embed, type => encoder.ComputeType = type);
    }

    private static Tensor FirstLead(EcgNetwork encoder, Tensor windows) => encoder.Embed(windows.Narrow(1, 0, 1));

    /// <summary>A network of the recipe's family behind which there is a head for the width it embeds in.</summary>
    private static ProjectedNetwork Projected(PretrainRecipe recipe, Func<int, ProjectionHead?> head)
    {
        (string family, JsonElement configuration) = recipe.Network();
        EcgNetwork encoder = ModelFamilies.Get(family).Create(configuration, 1);
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        // Families do not say how wide they embed: one empty window tells.
        int leads = recipe.Objective.IsLeadByLead() ? 1 : recipe.Input.Leads.Count;
        var width = (int)encoder.Embed(Tensor.Zeros(1, leads, recipe.Input.WindowSamples)).Size(1);
        return new ProjectedNetwork(encoder, head(width));
    }
}
