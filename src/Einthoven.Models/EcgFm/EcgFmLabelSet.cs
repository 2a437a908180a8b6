// The label lists of the published classifiers; labels.json holds them with their sources.
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;

namespace Einthoven.Models.EcgFm;

/// <summary>A label of a published classifier.</summary>
/// <param name="Name">As published.</param>
/// <param name="Aggregation">How the probabilities of a recording's windows become one.</param>
/// <param name="Snomed">SNOMED CT code where one means the same; else empty.</param>
/// <param name="Category">diagnostic, form or rhythm; empty where it is none of them.</param>
public sealed record EcgFmLabel(string Name, Aggregation Aggregation, string Snomed = "", string Category = "");

/// <summary>The labels of one published classifier in the order of its logits.</summary>
/// <param name="Name">Short name of the set.</param>
/// <param name="Source">Where it is published.</param>
/// <param name="Labels">The labels.</param>
public sealed record EcgFmLabelSet(string Name, string Source, IReadOnlyList<EcgFmLabel> Labels)
{
    /// <summary>All published sets.</summary>
    public static IReadOnlyList<EcgFmLabelSet> All { get; } = EcgFmJson.Resource("labels.json", EcgFmJson.Default.EcgFmLabelSetArray);

    /// <summary>The published set of that many labels (a checkpoint does not name its labels); null where none has that many.</summary>
    public static EcgFmLabelSet? OfSize(int count) => All.FirstOrDefault(s => s.Labels.Count == count);

    /// <summary>The labels as a model package lists them.</summary>
    public IReadOnlyList<ModelLabel> ToModelLabels() =>
        [.. Labels.Select(l => new ModelLabel { Name = l.Name, Snomed = l.Snomed, Category = l.Category, Aggregation = l.Aggregation })];
}
