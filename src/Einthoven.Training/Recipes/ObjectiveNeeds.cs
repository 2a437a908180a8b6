// What each objective of a pretraining needs of its examples and of its encoder, and why a pair of the two is refused.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Jepa;
using Einthoven.Models.MaskedAutoencoders;

namespace Einthoven.Training.Recipes;

/// <summary>What an example of a pretraining is.</summary>
internal enum ExampleKind
{
    /// <summary>One window.</summary>
    Windows,

    /// <summary>Two neighbouring windows of one recording.</summary>
    Neighbours,

    /// <summary>One window, varied twice.</summary>
    Views,

    /// <summary>Windows of two recordings of one patient.</summary>
    Patients,
}

/// <summary>The needs of objectives.</summary>
internal static class ObjectiveNeeds
{
    private const int UsualLeads = 12;

    internal static ExampleKind Examples(this PretrainingObjective objective) => objective switch
    {
        _ when objective.IsPredictive() => ExampleKind.Windows,
        PretrainingObjective.Reconstruction or PretrainingObjective.Hybrid or PretrainingObjective.LeadContrast => ExampleKind.Windows,
        PretrainingObjective.SimClr or PretrainingObjective.MocoV2 or PretrainingObjective.MocoV3 or PretrainingObjective.Byol or PretrainingObjective.ThreeKg => ExampleKind.Views,
        PretrainingObjective.Pclr => ExampleKind.Patients,
        _ => ExampleKind.Neighbours,
    };

    /// <summary>Whether each lead goes through the encoder alone.</summary>
    internal static bool IsLeadByLead(this PretrainingObjective objective) =>
        objective is PretrainingObjective.LeadContrast or PretrainingObjective.SegmentLeadContrast;

    /// <summary>Whether it predicts representations, not signals.</summary>
    internal static bool IsPredictive(this PretrainingObjective objective) =>
        objective is PretrainingObjective.Jepa or PretrainingObjective.Data2Vec or PretrainingObjective.DinoSr or PretrainingObjective.SphericalKMeans or PretrainingObjective.Cpc;

    /// <summary>Family and configuration of the encoder; those of ECG-FM are in a key of their own.</summary>
    internal static (string Family, JsonElement Network) Network(this PretrainRecipe recipe) => recipe.Family == EcgFmImporter.Family
        ? (recipe.Family, EcgFmImporter.WriteConfig(recipe.Encoder))
        : (recipe.Family, recipe.Network ?? JsonSerializer.SerializeToElement(new Dictionary<string, int>()));

    /// <summary>Why a recipe's objective cannot train its encoder; null where it can.</summary>
    internal static string? Problem(PretrainRecipe recipe)
    {
        string objective = JsonSerializer.SerializeToNode(recipe.Objective, RecipeJson.Options)!.GetValue<string>();
        if (ModelFamilies.All.All(family => family.Name != recipe.Family))
            return $"family is \"{recipe.Family}\"; it can be {string.Join(", ", ModelFamilies.All.Select(family => family.Name))}";
        if (recipe.Family == Models.Probes.ProbeNetwork.Row.Name) return "family probe reads a network that is trained already: pretrain that network";
        if (recipe.Family == EcgFmImporter.Family && recipe.Network is not null) return "network is for other families than ecg-fm, whose sizes are in encoder";
        if (recipe.Family != EcgFmImporter.Family && recipe.Objective is PretrainingObjective.Wcr or PretrainingObjective.Wav2Vec)
            return $"objective {objective} needs family {EcgFmImporter.Family}: it masks what lies between that family's convolutions and its transformer, and predicts its quantiser's codewords";
        if (MaskedAutoencoderFamily.SchemeOf(recipe.Family) is null && recipe.Objective is PretrainingObjective.Reconstruction or PretrainingObjective.Hybrid)
            return $"objective {objective} needs family st-mem, mtae or mlae: an encoder that can leave patches out";
        if (recipe.Objective.IsPredictive() && PredictiveProblem(recipe, objective) is { } predictive) return predictive;
        if (recipe.Objective.Examples() == ExampleKind.Views && recipe.Augmentations.Count == 0)
            return $"objective {objective} needs augmentations: without them both views of a segment are the same";
        int leads = Leads(recipe);
        if (recipe.Objective.IsLeadByLead())
            return leads == 1 ? null : $"objective {objective} needs an encoder of one lead, and network.leads is {leads}: each lead goes through it alone";
        string key = recipe.Family == EcgFmImporter.Family ? "encoder.leads" : "network.leads";
        return leads == recipe.Input.Leads.Count ? null : $"{key} is {leads} but input names {recipe.Input.Leads.Count} leads";
    }

    private static string? PredictiveProblem(PretrainRecipe recipe, string objective)
    {
        bool cpc = recipe.Objective == PretrainingObjective.Cpc;
        JsonElement network = recipe.Network().Network;
        int layers = recipe.Family == JepaFamily.Family ? JepaFamily.Read(network).Depth : recipe.Family == EcgCpcFamily.Row.Name ? EcgCpcFamily.Read(network).Layers : int.MaxValue;
        if (recipe.Objective == PretrainingObjective.Data2Vec && recipe.Teacher.TopLayers > layers)
            return $"teacher.topLayers is {recipe.Teacher.TopLayers}, and the encoder has {layers}";
        if (recipe.Family == JepaFamily.Family)
            return cpc ? $"objective {objective} needs family {EcgCpcFamily.Row.Name}: a transformer's positions have all seen what is to come" : null;
        if (recipe.Family != EcgCpcFamily.Row.Name)
        {
            return $"objective {objective} needs family {(cpc ? "" : $"{JepaFamily.Family} or ")}{EcgCpcFamily.Row.Name}: "
                + (cpc ? "an encoder whose positions see only what came before" : "an encoder that can leave positions out or put a vector in their place");
        }

        bool bothWays = EcgCpcFamily.Read(network).Bidirectional;
        return cpc == bothWays
            ? $"objective {objective} needs network.bidirectional={(cpc ? "false: positions that have seen what is to come have nothing to predict" : "true: what is hidden is told from both sides")}"
            : null;
    }

    private static int Leads(PretrainRecipe recipe)
    {
        if (recipe.Family == EcgFmImporter.Family) return recipe.Encoder.Leads;
        return recipe.Network is { ValueKind: JsonValueKind.Object } network && network.TryGetProperty("leads", out JsonElement leads) && leads.ValueKind == JsonValueKind.Number
            ? leads.GetInt32()
            : UsualLeads;
    }
}
