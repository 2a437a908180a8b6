// The family's row: MERL's residual encoder, and the published state it may begin with.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Merl;

/// <summary>MERL.</summary>
public static class MerlFamily
{
    /// <summary>The row of <see cref="ModelFamilies"/>. A published checkpoint holds no labels: fine-tuning begins with it, but it makes no package.</summary>
    public static ModelFamily Row { get; } = new(
        "merl",
        "Residual network pretrained on ECGs and reports (MERL, Liu et al., ICML 2024)",
        (configuration, labels) => new MerlResNet(Read(configuration) with { Labels = labels }));

    /// <summary>Reads a configuration; what is not given has its default, ResNet-18.</summary>
    /// <exception cref="JsonException">A key is unknown or a value has the wrong type.</exception>
    public static MerlResNetConfig Read(JsonElement configuration) =>
        ConfigurationJson.Read(configuration, new MerlResNetConfig(), MerlJson.Default.MerlResNetConfig);

    /// <summary>The tensors of a saved state as <see cref="MerlNetwork"/> calls them: without a wrapper's prefix and without tables that BERT keeps.</summary>
    public static IReadOnlyList<CheckpointTensor> FromPublished(IEnumerable<CheckpointTensor> tensors)
    {
        const string Wrapped = "module.";
        return [.. tensors
            .Select(t => t.Name.StartsWith(Wrapped, StringComparison.Ordinal) ? t with { Name = t.Name[Wrapped.Length..] } : t)
            .Where(t => !t.Name.EndsWith("embeddings.position_ids", StringComparison.Ordinal))];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MerlResNetConfig))]
internal sealed partial class MerlJson : JsonSerializerContext;
