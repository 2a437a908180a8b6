// One output of a model: its name, codes, and how its probability is formed and judged.

using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;

namespace Einthoven.Models.Packages;

/// <summary>
/// A label of a model, in the order of the network's logits. In model.json every key must be there that is not said to be optional: the generated reader would give an absent
/// one its type's default (a threshold of 0 calls everything positive), not the one below.
/// </summary>
public sealed record ModelLabel
{
    /// <summary>Plain name, such as <c>atrial fibrillation</c>; unique in its model.</summary>
    public required string Name { get; init; }

    /// <summary>Code with its vocabulary, such as <c>SCP:AFIB</c> or <c>SCT:39732003</c> (SNOMED CT); empty where the label belongs to none.</summary>
    [JsonRequired]
    public string Code { get; init; } = "";

    /// <summary>What data call the label: its code without the vocabulary, or its name where it has none.</summary>
    [JsonIgnore]
    public string Key => Code.Length > 0 ? Code[(Code.IndexOf(':', StringComparison.Ordinal) + 1)..] : Name;

    /// <summary>SNOMED CT code, digits only; empty where there is none.</summary>
    [JsonRequired]
    public string Snomed { get; init; } = "";

    /// <summary>
    /// <c>diagnostic</c>, <c>form</c> or <c>rhythm</c>; <c>overall</c> for a verdict on the whole ECG, <c>comparison</c> for a change against an
    /// earlier one, <c>modifier</c> for a part of another statement; empty where it is not classified.
    /// </summary>
    [JsonRequired]
    public string Category { get; init; } = "";

    /// <summary>How the probabilities of the windows become one.</summary>
    [JsonRequired]
    public Aggregation Aggregation { get; init; } = Aggregation.Mean;

    /// <summary>The label is found where the probability reaches this, between 0 and 1.</summary>
    [JsonRequired]
    public double Threshold { get; init; } = 0.5;

    /// <summary>Whether the label cannot be judged from one lead, whatever a network of one lead says. May be absent in model.json: false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NeedsMoreLeads { get; init; }

    /// <summary>
    /// Whether too few recordings with it were there to judge the label, or to choose its threshold: it is never shown as found without saying so.
    /// May be absent in model.json: false.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unproven { get; init; }

    /// <summary>
    /// For a network of any one lead: the leads from which the label is judged; others do not count for it. May be absent in model.json: any lead,
    /// those without a known name too.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Leads { get; init; }

    /// <summary>How the probability over all windows is put right. May be absent in model.json: it stays as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LabelCalibration? Calibration { get; init; }

    /// <summary>For a model of values: unit and scale. May be absent in model.json: the output itself, without a unit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueScale? Value { get; init; }
}
