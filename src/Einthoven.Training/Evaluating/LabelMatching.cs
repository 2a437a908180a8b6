// Which outputs of a model answer to which labels of a data set: by code, then by name, then by SNOMED CT code.
using Einthoven.Models.Packages;
using Einthoven.Training.Data;

namespace Einthoven.Training.Evaluating;

/// <summary>A label of a data set and what a model says of it.</summary>
/// <param name="DataLabel">The label as the data set has it.</param>
/// <param name="Column">Its place among the data set's labels.</param>
/// <param name="Name">A plain name.</param>
/// <param name="Outputs">Places of the model's labels that mean it; where there are several, the largest probability counts.</param>
public sealed record MatchedLabel(string DataLabel, int Column, string Name, IReadOnlyList<int> Outputs);

/// <summary>The labels that a model and a data set have in common.</summary>
/// <param name="Labels">In the order of the data set.</param>
/// <param name="WithoutTruth">Names of the model's labels that the data set does not have.</param>
/// <param name="WithoutScore">Labels of the data set that the model does not have.</param>
public sealed record LabelMatching(IReadOnlyList<MatchedLabel> Labels, IReadOnlyList<string> WithoutTruth, IReadOnlyList<string> WithoutScore)
{
    /// <summary>Matches labels. A SNOMED CT code stands for all codes that the Challenge 2021 scores as one, and so does the challenge's short name.</summary>
    /// <param name="model">The model's labels, in its order.</param>
    /// <param name="data">The data set's labels.</param>
    public static LabelMatching Of(IReadOnlyList<ModelLabel> model, IReadOnlyList<string> data)
    {
        var matched = new List<MatchedLabel>();
        var unscored = new List<string>();
        for (int column = 0; column < data.Count; column++)
        {
            string label = data[column];
            int[] outputs = Outputs(model, label);
            if (outputs.Length == 0) unscored.Add(label);
            else matched.Add(new MatchedLabel(label, column, NameOf(label, [.. outputs.Select(k => model[k].Name)]), outputs));
        }
        var used = matched.SelectMany(m => m.Outputs).ToHashSet();
        return new LabelMatching(matched, [.. model.Where((_, k) => !used.Contains(k)).Select(l => l.Name)], unscored);
    }

    /// <summary>
    /// The data with the model's labels in place of their own. What the data do not name is unknown; where one of their labels may be any of several of
    /// the model's, its absence rules all of them out, and its presence says of none that it is the one.
    /// </summary>
    /// <param name="data">The data set.</param>
    /// <param name="model">The model's labels, in its order.</param>
    /// <exception cref="DatasetException">They have no label in common.</exception>
    public static Manifest Relabel(Manifest data, IReadOnlyList<ModelLabel> model)
    {
        LabelMatching matching = Of(model, data.Labels);
        if (matching.Labels.Count == 0)
            throw new DatasetException($"{data.Name} and the model have no label in common: {string.Join(", ", data.Labels.Take(5))} are none of its labels by code, name or SNOMED CT code.");
        return data with
        {
            Labels = [.. model.Select(label => label.Key)],
            Rows = [.. data.Rows.Select(row => row with { Labels = Values(row) })],
        };

        float[] Values(ManifestRow row)
        {
            var values = new float[model.Count];
            Array.Fill(values, float.NaN);
            foreach (MatchedLabel label in matching.Labels)
            {
                float value = row.Labels[label.Column];
                if (label.Outputs.Count > 1 && value != 0) continue;
                foreach (int output in label.Outputs) values[output] = value;
            }

            return values;
        }
    }

    private static int[] Outputs(IReadOnlyList<ModelLabel> model, string label)
    {
        int[] byCode = Where(model, l => l.Code.Length > 0 && (l.Code == label || l.Key == label));
        if (byCode.Length > 0) return byCode;
        int[] byName = Where(model, l => l.Name.Equals(label, StringComparison.OrdinalIgnoreCase));
        if (byName.Length > 0) return byName;
        IReadOnlyCollection<string> concepts = SnomedHeaders.Equivalents(label);
        return Where(model, l => l.Snomed.Length > 0 && concepts.Contains(l.Snomed));
    }

    private static int[] Where(IReadOnlyList<ModelLabel> model, Func<ModelLabel, bool> means) => [.. Enumerable.Range(0, model.Count).Where(k => means(model[k]))];

    private static string NameOf(string label, string[] names) =>
        names.Length == 1 ? names[0] : SnomedHeaders.Diagnoses.TryGetValue(label, out ChallengeDiagnosis? diagnosis) ? diagnosis.Name : label;
}
