// The registry of families that can be asked in words: ours, ESI and MERL, one row each.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Einthoven.Models.Esi;
using Einthoven.Models.Merl;
using Einthoven.Models.Packages;

namespace Einthoven.Models.Words;

/// <summary>MERL with the text encoder that it reads with.</summary>
public sealed record MerlTextConfig
{
    /// <summary>The ECG side and the common space.</summary>
    public MerlConfig Merl { get; init; } = new();

    /// <summary>The text encoder; as wide as merl.textWidth.</summary>
    public BertConfig Text { get; init; } = new() { Vocabulary = 30_522 };
}

/// <summary>The ECG encoder inside a network of ECG and text.</summary>
/// <param name="Family">Its family, a row of <see cref="ModelFamilies"/>.</param>
/// <param name="Configuration">Its configuration.</param>
/// <param name="Prefix">How the names of its parameters begin.</param>
public sealed record InnerEncoder(string Family, JsonElement Configuration, string Prefix);

/// <summary>One family of networks of ECG and text.</summary>
/// <param name="Name">The name in model.json and recipes.</param>
/// <param name="Summary">One sentence with the source.</param>
/// <param name="Create">Makes the network, weights unset.</param>
/// <param name="Encoder">The ECG encoder inside, for probes and fine-tuning.</param>
public sealed record WordsFamily(string Name, string Summary, Func<JsonElement, WordsNetwork> Create, Func<JsonElement, InnerEncoder> Encoder)
{
    /// <summary>The row of <see cref="ModelFamilies"/>: the network with the questions that its package asks.</summary>
    public ModelFamily Row => new(Name, Summary, (configuration, labels) => new AskedNetwork(Create(WordsFamilies.NetworkOf(configuration)), labels, WordsFamilies.ReferencesOf(configuration)));
}

/// <summary>All families that can be asked in words.</summary>
public static class WordsFamilies
{
    private const string NetworkKey = "network";
    private const string ReferenceKey = "reference";

    /// <summary>The families, sorted by name.</summary>
    public static IReadOnlyList<WordsFamily> All { get; } =
    [
        new("ecg-text", "An encoder of any family, a small text encoder and a writer, trained by this project (after CLIP and CoCa)",
            configuration => new EcgTextNetwork(ReadEcgText(configuration)),
            configuration => new InnerEncoder(ReadEcgText(configuration).EcgFamily, ReadEcgText(configuration).Ecg, "ecg.")),
        new("esi-text", "ESI whole: ConvNeXt V2, BERT and a decoder (Yu et al., TMLR 2024)",
            configuration => new EsiPretraining(ReadEsi(configuration)),
            configuration => new InnerEncoder(EsiFamily.Row.Name, JsonSerializer.SerializeToElement(ReadEsi(configuration).Ecg, EcgTextJson.Default.ConvNeXtConfig), "img_encoder.")),
        new("merl-text", "MERL whole: a residual network and a text encoder that is not trained (Liu et al., ICML 2024)",
            configuration => new MerlNetwork(ReadMerl(configuration).Merl, ReadMerl(configuration).Text),
            configuration => new InnerEncoder(MerlFamily.Row.Name, JsonSerializer.SerializeToElement(ReadMerl(configuration).Merl.ResNet, EcgTextJson.Default.MerlResNetConfig), "ecg_encoder.")),
    ];

    /// <summary>The family of a name, or null.</summary>
    public static WordsFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>The family of a name.</summary>
    /// <exception cref="ModelPackageException">There is none; the message says what there is.</exception>
    public static WordsFamily Get(string name) => Find(name)
        ?? throw new ModelPackageException($"The family \"{name}\" cannot be asked in words. Families that can: {string.Join(", ", All.Select(family => family.Name))}.");

    /// <summary>A network's configuration for a vocabulary of so many pieces.</summary>
    public static JsonElement WithVocabulary(JsonElement configuration, int pieces)
    {
        JsonObject whole = JsonNode.Parse(configuration.GetRawText())!.AsObject();
        if (whole["text"] is not JsonObject text) whole["text"] = text = [];
        text["vocabulary"] = pieces;
        return Element(whole);
    }

    /// <summary>What model.json holds: the network's configuration, and how many reference recordings the package carries.</summary>
    public static JsonElement Package(JsonElement network, int references) =>
        Element(new JsonObject { [NetworkKey] = JsonNode.Parse(network.GetRawText()), [ReferenceKey] = references });

    /// <summary>The network's configuration in that of a package.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonElement NetworkOf(JsonElement package) => package.ValueKind == JsonValueKind.Object && package.TryGetProperty(NetworkKey, out JsonElement network)
        ? network
        : throw new JsonException($"the key {NetworkKey} is missing");

    internal static int ReferencesOf(JsonElement package) => package.TryGetProperty(ReferenceKey, out JsonElement count) ? count.GetInt32() : 0;

    private static EcgTextConfig ReadEcgText(JsonElement configuration) => ConfigurationJson.Read(configuration, new EcgTextConfig(), EcgTextJson.Default.EcgTextConfig);

    private static EsiConfig ReadEsi(JsonElement configuration) => ConfigurationJson.Read(configuration, new EsiConfig(), EcgTextJson.Default.EsiConfig);

    private static MerlTextConfig ReadMerl(JsonElement configuration) => ConfigurationJson.Read(configuration, new MerlTextConfig(), EcgTextJson.Default.MerlTextConfig);

    private static JsonElement Element(JsonObject json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString());
        return document.RootElement.Clone();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(EcgTextConfig))]
[JsonSerializable(typeof(EsiConfig))]
[JsonSerializable(typeof(MerlTextConfig))]
[JsonSerializable(typeof(Dictionary<string, int>))]
internal sealed partial class EcgTextJson : JsonSerializerContext;
