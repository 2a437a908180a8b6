// Several trained packages become one whose probability is that of their mean logit, judged anew.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Ensembles;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;

namespace Einthoven.Training.Evaluating;

/// <summary>What joining gave.</summary>
/// <param name="Areas">AUROC of each member and, last, of them together, by name, on the judging recordings.</param>
/// <param name="Unproven">Labels that too few recordings could judge.</param>
public sealed record JoinResult(IReadOnlyList<(string Name, Estimate Auroc)> Areas, int Unproven);

/// <summary>Joins packages and chooses the thresholds of the whole on labelled recordings.</summary>
/// <param name="Manifest">Where the recordings and labels come from.</param>
/// <param name="Rows">The recordings that judge.</param>
/// <param name="What">What they are called.</param>
/// <param name="Device">Where to compute.</param>
public sealed record PackageJoining(Manifest Manifest, IReadOnlyList<ManifestRow> Rows, string What, Device Device)
{
    /// <summary>Positives below which a label is unproven, and shares its threshold with the others of its kind.</summary>
    public int FewPositives { get; init; } = 5;

    /// <summary>Whether kernels and matrices are stored in eight bits; all figures are then of those.</summary>
    public bool EightBits { get; init; }

    /// <summary>Told after every recording, <see cref="Passes"/> times for each.</summary>
    public Action Advance { get; init; } = () => { };

    /// <summary>How often the recordings are scored: by every member, by the whole, and with fewer leads where the models bear that.</summary>
    public static int Passes(IReadOnlyList<ModelPackage> packages) =>
        packages.Count + 1 + (BearsMissingLeads(packages[0].Description) ? LabelCard.LeadSets(packages[0].Description.Input.Leads).Count() : 0);

    /// <summary>Joins and writes a package.</summary>
    /// <param name="packages">Two or more.</param>
    /// <param name="folder">Of the new package, whose name is the folder's.</param>
    /// <param name="command">The call, for the card.</param>
    /// <param name="cancellation">Ends the run; nothing is written.</param>
    /// <exception cref="ModelPackageException">The packages do not belong together.</exception>
    /// <exception cref="DatasetException">Data and model have not all labels in common, or a recording cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public JoinResult Write(IReadOnlyList<ModelPackage> packages, string folder, string command, CancellationToken cancellation)
    {
        string name = ModelPackage.NameOf(folder);
        SafeTensorsFile[] files = [.. packages.Select(package => package.OpenWeights())];
        try
        {
            (ModelDescription description, IReadOnlyList<CheckpointTensor> weights) =
                EnsembleFamily.Join(name, [.. packages.Zip(files, (package, file) => (package.Description, file.Tensors))]);
            if (EightBits) weights = [.. weights.SelectMany(EightBitWeights.Pack)];
            var areas = new List<(string, Estimate)>();
            foreach (ModelPackage package in packages)
            {
                using EcgModel member = EcgModel.Load(package, Device);
                areas.Add((package.Description.Name, Bootstrap.Auroc(Score(member, null, cancellation)).Macro));
            }

            using EcgModel model = EcgModel.Create(description, weights, Device);
            ScoreTable table = Score(model, null, cancellation);
            areas.Add((name, Bootstrap.Auroc(table).Macro));
            description = description with
            {
                Labels = LabelThresholds.Apply(table, description.Labels, FewPositives),
                Provenance = new Dictionary<string, string>
                {
                    ["members"] = string.Join("; ", packages.Select(package => $"{package.Description.Name}: {Told(package, "command")}")),
                    ["trainedOn"] = string.Join("; ", packages.Select(package => Told(package, "trainedOn")).Distinct()),
                    ["chosenOn"] = $"{What}: thresholds",
                    ["command"] = command,
                },
            };
            string card = Card(description, model, packages, areas, table, cancellation);
            ModelPackage.Save(folder, description, weights, card, ModelCheck.Record(model, EcgRecord.Read(Rows[0].Path, cancellation: cancellation)));
            return new JoinResult(areas, description.Labels.Count(label => label.Unproven));
        }
        finally
        {
            foreach (SafeTensorsFile file in files) file.Dispose();
        }
    }

    private static bool BearsMissingLeads(ModelDescription model) => model.Input.MissingLeads == MissingLeadPolicy.Zero;

    private static string Told(ModelPackage package, string key) => package.Description.Provenance.GetValueOrDefault(key, "unknown");

    // A column for every label of the model, in its order.
    private ScoreTable Score(EcgModel model, IReadOnlyCollection<string>? leads, CancellationToken cancellation)
    {
        ModelScores scores = ModelScores.Of(
            model, Manifest.Labels, Rows, Advance, leads is null ? null : record => record.Only(leads), cancellation);
        if (scores.Failures is [FailedInput failure, ..]) throw new DatasetException($"{failure.Path}: {failure.Reason}");
        Dictionary<int, string> columns = scores.Matching.Labels.Where(label => label.Outputs.Count == 1).ToDictionary(label => label.Outputs[0], label => label.DataLabel);
        string[] without = [.. model.Description.Labels.Where((_, k) => !columns.ContainsKey(k)).Select(label => label.Name)];
        if (without.Length > 0)
            throw new DatasetException($"The data say nothing of {without.Length} of the model's labels, such as {without[0]}: their thresholds could not be chosen.");
        return scores.Table(Rows, [.. model.Description.Labels.Select((_, k) => columns[k])]);
    }

    private string Card(
        ModelDescription model, EcgModel loaded, IReadOnlyList<ModelPackage> packages, IReadOnlyList<(string Name, Estimate Auroc)> areas, ScoreTable table, CancellationToken cancellation)
    {
        var text = new StringBuilder(LabelCard.Opening(model.Name, model.Summary));
        text.AppendLine("| | |");
        text.AppendLine("|---|---|");
        text.AppendLine($"| family | {model.Family} of {packages.Count}, {loaded.Network.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters; the mean of their logits |");
        if (EightBits) text.AppendLine("| stored in | eight bits a weight, a scale for each output; all figures are of these weights, but the members' own |");
        text.AppendLine($"| trained on | {model.Provenance["trainedOn"]} |");
        text.AppendLine($"| thresholds chosen on | {What} |");
        text.AppendLine($"| command | `{model.Provenance["command"]}` |");
        text.AppendLine();
        text.AppendLine("| member | family | macro AUROC there | trained by |");
        text.AppendLine("|---|---|---|---|");
        foreach ((ModelPackage package, (string name, Estimate auroc)) in packages.Zip(areas))
            text.AppendLine($"| {name} | {package.Description.Family} | {auroc} | `{Told(package, "command")}` |");
        text.AppendLine();
        text.Append(LabelCard.Licence(Manifest.Name));
        text.AppendLine("## What it reaches");
        text.AppendLine();
        text.Append(LabelCard.Figures(table, model.Labels, What, FewPositives, "chose the thresholds, and perhaps the members' epochs"));
        if (BearsMissingLeads(model))
        {
            text.AppendLine();
            text.Append(LabelCard.FewerLeads(LabelCard.LeadSets(model.Input.Leads).Select(set => (set.Name, EvaluationReport.Of(Score(loaded, set.Leads, cancellation))))));
        }

        return text.ToString();
    }
}
