// A pretraining by the names of its objective and its encoder: the usual preset of the objective, and in it an encoder of a well-known size.
using System.Text.Json;
using System.Text.Json.Nodes;
using Einthoven.Models.EcgCpc;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Jepa;
using Einthoven.Models.MaskedAutoencoders;

namespace Einthoven.Training.Recipes;

/// <summary>An encoder of a well-known size. Sizes that follow from the window are not in it.</summary>
/// <param name="Name">As the command line has it.</param>
/// <param name="Summary">What it is.</param>
/// <param name="PatchSeconds">Length of a patch, for transformers over patches of time.</param>
/// <param name="Forms">The families that build it; which one depends on what the objective asks of an encoder, the first that serves it.</param>
public sealed record EncoderPreset(string Name, string Summary, double PatchSeconds, IReadOnlyList<EncoderForm> Forms)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<EncoderPreset> All { get; } = Load();

    /// <summary>The encoder of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static EncoderPreset Get(string name) =>
        All.FirstOrDefault(encoder => encoder.Name == name)
        ?? throw new ArgumentException($"There is no encoder '{name}'. There are {string.Join(", ", All.Select(encoder => encoder.Name))}.");

    private static EncoderPreset[] Load()
    {
        using Stream stream = typeof(EncoderPreset).Assembly.GetManifestResourceStream("Einthoven.Training.Recipes.encoders.json")!;
        return JsonSerializer.Deserialize<EncoderPreset[]>(stream, RecipeJson.Options)!;
    }
}

/// <summary>An encoder in one family.</summary>
/// <param name="Family">A row of the registry.</param>
/// <param name="Network">The family's configuration, without what follows from the window.</param>
public sealed record EncoderForm(string Family, JsonElement Network);

/// <summary>Recipes of pretrainings from the names of an objective and an encoder.</summary>
public static class EncoderChoice
{
    /// <summary>The names of all objectives.</summary>
    public static IReadOnlyList<string> Objectives { get; } = [.. Enum.GetValues<PretrainingObjective>().Select(RecipeJson.Word)];

    /// <summary>The preset to begin with, and the recipe for an objective and an encoder, either of which may be left to the preset.</summary>
    /// <param name="preset">A preset or file; null: the usual one of the objective for such encoders.</param>
    /// <param name="objective">Name of the objective; null: the preset's.</param>
    /// <param name="encoder">Name of the encoder; null: the preset's.</param>
    /// <param name="settings">Values that replace single ones, as <c>key=value</c>; they have the last word.</param>
    /// <exception cref="ArgumentException">There is no such preset, objective or encoder, or they do not go together; the message says why.</exception>
    public static (string Preset, PretrainRecipe Recipe) Read(string? preset, string? objective, string? encoder, IReadOnlyList<string> settings)
    {
        PretrainingObjective? named = objective is null ? null : Parse(objective);
        EncoderPreset? chosen = encoder is null ? null : EncoderPreset.Get(encoder);
        if (named is null && chosen is null)
        {
            preset ??= UsualPreset(PretrainingObjective.Wcr, null);
            return (preset, Presets.Read<PretrainRecipe>(preset, settings));
        }

        ArgumentException? refused = null;
        foreach (EncoderForm? form in chosen?.Forms ?? (IReadOnlyList<EncoderForm?>)[null])
        {
            string basis = preset ?? UsualPreset(named ?? PretrainingObjective.Wcr, form?.Family);
            string[] wanted = named is { } aim ? [.. Settings(aim, form)] : [];
            try
            {
                // Read without the encoder first: what the window is decides the sizes that follow from it.
                if (form is not null) wanted = [.. wanted, .. Names(named, chosen!, basis), .. Settings(form, chosen!, Presets.Draft<PretrainRecipe>(basis, [.. wanted, .. settings]))];
                return (basis, Presets.Read<PretrainRecipe>(basis, [.. wanted, .. settings]));
            }
            catch (ArgumentException problem)
            {
                refused ??= problem;
            }
        }
        throw named is { } asked && chosen is not null && !Serves(chosen, asked)
            ? new ArgumentException($"{refused!.Message} Encoders for {objective}: {string.Join(", ", EncoderPreset.All.Where(other => Serves(other, asked)).Select(other => other.Name))}.")
            : refused!;
    }

    private static bool Serves(EncoderPreset encoder, PretrainingObjective objective) => encoder.Forms.Any(form =>
    {
        string basis = UsualPreset(objective, form.Family);
        string[] wanted = [.. Settings(objective, form)];
        return ObjectiveNeeds.Problem(Presets.Draft<PretrainRecipe>(basis, [.. wanted, .. Settings(form, encoder, Presets.Draft<PretrainRecipe>(basis, wanted))])) is null;
    });

    private static PretrainingObjective Parse(string name) =>
        Enum.GetValues<PretrainingObjective>().Where(objective => RecipeJson.Word(objective) == name).Select(objective => (PretrainingObjective?)objective).FirstOrDefault()
        ?? throw new ArgumentException($"There is no objective '{name}'. There are {string.Join(", ", Objectives)}.");

    /// <summary>The preset whose optimiser, views and preparation suit an objective on such an encoder.</summary>
    private static string UsualPreset(PretrainingObjective objective, string? family) => objective switch
    {
        PretrainingObjective.Reconstruction or PretrainingObjective.Hybrid => MaskedAutoencoderFamily.SchemeOf(family ?? "") switch
        {
            PatchScheme.TimePatches => "mtae-small-cpu",
            PatchScheme.WholeLeads => "mlae-small-cpu",
            _ => "st-mem-small-cpu",
        },
        PretrainingObjective.MocoV2 or PretrainingObjective.MocoV3 or PretrainingObjective.Byol => "moco-v3-small-cpu",
        PretrainingObjective.SphericalKMeans => family == JepaFamily.Family ? "ecg-jepa-small-cpu" : "jepa-s4-small-cpu",
        PretrainingObjective.Cpc => "cpc-s4-small-cpu",
        _ when objective.IsPredictive() => family == EcgCpcFamily.Row.Name ? "jepa-s4-small-cpu" : "ecg-jepa-small-cpu",
        PretrainingObjective.SegmentContrast when family is null or EcgFmImporter.Family => "ecg-fm-small",
        PretrainingObjective.Wcr or PretrainingObjective.Wav2Vec => "ecg-fm-small",
        _ => "simclr-xresnet-small-cpu",
    };

    private static IEnumerable<string> Settings(PretrainingObjective objective, EncoderForm? form)
    {
        yield return $"objective={RecipeJson.Word(objective)}";
        if (form is null && objective.IsLeadByLead()) yield return "network.leads=1";
        if (objective == PretrainingObjective.ThreeKg) yield return """augmentations=[{"kind":"3kg"}]""";
    }

    // A run must not go by the name of a preset that has another encoder.
    private static IEnumerable<string> Names(PretrainingObjective? objective, EncoderPreset encoder, string basis)
    {
        string aim = objective is { } named ? RecipeJson.Word(named) : basis;
        yield return $"name={aim}-{encoder.Name}";
        yield return $"summary={aim} on {encoder.Name}: {encoder.Summary}";
    }

    private static IEnumerable<string> Settings(EncoderForm form, EncoderPreset encoder, PretrainRecipe draft)
    {
        var network = (JsonObject)JsonObject.Create(form.Network)!.DeepClone();
        int samples = draft.Input.WindowSamples;
        int leads = draft.Objective.IsLeadByLead() ? 1 : draft.Input.Leads.Count;
        network["leads"] = leads;
        if (form.Family == JepaFamily.Family || MaskedAutoencoderFamily.SchemeOf(form.Family) is not null)
        {
            network["samples"] = samples;
            if (encoder.PatchSeconds > 0) network["patch"] = PatchOf(encoder, draft);
        }
        if (form.Family == EcgCpcFamily.Row.Name)
            network["internalLength"] = EcgCpcFamily.Read(JsonSerializer.SerializeToElement(network)).Strides.Aggregate(samples, (length, stride) => (length + stride - 1) / stride);
        yield return $"family={form.Family}";
        bool ecgFm = form.Family == EcgFmImporter.Family;
        yield return $"{(ecgFm ? "encoder" : "network")}={network.ToJsonString()}";
        if (ecgFm) yield return "network=null";
    }

    private static int PatchOf(EncoderPreset encoder, PretrainRecipe draft)
    {
        int samples = draft.Input.WindowSamples, patch = Math.Max(1, (int)Math.Round(encoder.PatchSeconds * draft.Input.SamplingRateHz));
        return samples % patch == 0
            ? patch
            : throw new ArgumentException(
                $"Encoder {encoder.Name} cuts windows into patches of {encoder.PatchSeconds} s, {patch} samples, and {samples} samples are no whole number of them: set input.windowSamples, or network.patch of a preset of such a family.");
    }
}
