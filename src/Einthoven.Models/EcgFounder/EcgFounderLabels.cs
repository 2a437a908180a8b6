// The 150 statements that ECGFounder's published networks answer, with what they mean in two vocabularies; labels.json holds them.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Models.EcgFounder;

/// <summary>How a code of another vocabulary relates to a label.</summary>
public enum MappingRelation
{
    /// <summary>The same finding for practical purposes.</summary>
    [JsonStringEnumMemberName("equivalent")]
    Equivalent,

    /// <summary>A record with the code should be positive; one without it may be either.</summary>
    [JsonStringEnumMemberName("code_implies_label")]
    CodeImpliesLabel,

    /// <summary>The label is the more special one.</summary>
    [JsonStringEnumMemberName("label_implies_code")]
    LabelImpliesCode,

    /// <summary>Related; for weak checks only.</summary>
    [JsonStringEnumMemberName("overlaps")]
    Overlaps,
}

/// <summary>How far a mapping can be relied on.</summary>
public enum MappingConfidence
{
    /// <summary>For information only.</summary>
    [JsonStringEnumMemberName("low")]
    Low,

    /// <summary>With care.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium,

    /// <summary>Good enough to evaluate by.</summary>
    [JsonStringEnumMemberName("high")]
    High,
}

/// <summary>A code that a label is mapped to.</summary>
/// <param name="Code">An SCP-ECG code of PTB-XL, a SNOMED CT code, or a value of PTB-XL's heart_axis.</param>
/// <param name="Relation">How it relates to the label.</param>
/// <param name="Confidence">How far that can be relied on.</param>
/// <param name="Name">The code's own name, where the vocabulary needs one.</param>
public sealed record LabelMapping(string Code, MappingRelation Relation, MappingConfidence Confidence, string Name = "")
{
    /// <summary>Whether the code may stand for the label.</summary>
    [JsonIgnore]
    public bool StandsForLabel => Relation == MappingRelation.Equivalent && Confidence == MappingConfidence.High;
}

/// <summary>Codes that together mean a label.</summary>
/// <param name="Codes">SCP-ECG codes, all of which must be present.</param>
/// <param name="Confidence">How far that can be relied on.</param>
public sealed record LabelConjunction(IReadOnlyList<string> Codes, MappingConfidence Confidence);

/// <summary>One of the published labels.</summary>
/// <param name="Name">As published.</param>
/// <param name="Category">diagnostic, form, rhythm, overall, comparison (with an ECG that the network never sees) or modifier.</param>
/// <param name="OneLead">Whether it can be judged from one lead.</param>
/// <param name="Scp">SCP-ECG statements of PTB-XL.</param>
/// <param name="Snomed">SNOMED CT concepts as the PhysioNet/CinC Challenge 2021 uses them.</param>
/// <param name="ScpAllOf">Sets of SCP-ECG statements any of which means the label.</param>
/// <param name="HeartAxis">Values of PTB-XL's column heart_axis.</param>
public sealed record EcgFounderLabel(
    string Name, string Category, bool OneLead, IReadOnlyList<LabelMapping> Scp, IReadOnlyList<LabelMapping> Snomed,
    IReadOnlyList<LabelConjunction>? ScpAllOf = null, IReadOnlyList<LabelMapping>? HeartAxis = null)
{
    /// <summary>The label as a model package lists it. Its code is the SCP statement that stands for it, else the SNOMED CT concept, else none.</summary>
    /// <param name="singleLead">Whether the network sees one lead only.</param>
    public ModelLabel ToModelLabel(bool singleLead)
    {
        string? scp = Scp.FirstOrDefault(mapping => mapping.StandsForLabel)?.Code, snomed = Snomed.FirstOrDefault(mapping => mapping.StandsForLabel)?.Code;
        return new ModelLabel
        {
            Name = Name,
            Code = scp is not null ? PtbXlStatements.Find(scp)!.QualifiedCode : snomed is not null ? $"SCT:{snomed}" : "",
            Snomed = snomed ?? "",
            Category = Category,
            NeedsMoreLeads = singleLead && !OneLead,
        };
    }
}

/// <summary>The published labels.</summary>
/// <param name="Source">Where names, codes and mappings come from.</param>
/// <param name="Labels">In the order of the logits.</param>
public sealed record EcgFounderLabels(string Source, IReadOnlyList<EcgFounderLabel> Labels)
{
    /// <summary>The list of 150.</summary>
    public static EcgFounderLabels Published { get; } = Read();

    private static EcgFounderLabels Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Einthoven.Models.EcgFounder.labels.json")!;
        return JsonSerializer.Deserialize(stream, EcgFounderJson.Default.EcgFounderLabels)!;
    }
}
