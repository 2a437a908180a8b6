// What the embedded models are worth when leads of a twelve-lead recording are dead: where the one-lead model should take over.
using System.Globalization;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Bench;

internal static class LeadLoss
{
    private const string Fold = "9";

    /// <summary>PTB-XL in FOLDER: leads drawn at random from every recording of fold 9 are set to zero, the same ones for both models.</summary>
    internal static void Run(string folder)
    {
        Manifest manifest = DatasetImporters.Read(folder);
        IReadOnlyList<ManifestRow> rows = manifest.InSplits([Fold]);
        using EcgModel twelve = EcgModel.Load(ModelCatalog.DefaultModel), one = EcgModel.Load(ModelCatalog.OneLeadModel);
        Console.WriteLine($"{rows.Count} recordings; macro AUROC over the statements of {one.Description.Name}, and over all of {twelve.Description.Name}");
        Console.WriteLine($"| dead leads | {twelve.Description.Name} | {one.Description.Name} | {twelve.Description.Name}, all statements |");
        Console.WriteLine("|---|---|---|---|");
        foreach (int dead in (int[])[0, 1, 2, 3, 4, 6, 8, 9, 10, 11])
        {
            ModelScores first = ModelScores.Of(twelve, manifest.Labels, rows, () => { }, record => Kill(record, dead));
            ModelScores second = ModelScores.Of(one, manifest.Labels, rows, () => { }, record => Kill(record, dead));
            ManifestRow[] both = [.. rows.Where(row => first.Values.ContainsKey(row) && second.Values.ContainsKey(row))];
            string[] shared = [.. second.Matching.Labels.Select(l => l.DataLabel)], all = [.. first.Matching.Labels.Select(l => l.DataLabel)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {dead} | {Macro(first, both, shared)} | {Macro(second, both, shared)} | {Macro(first, both, all)} |"));
        }
    }

    private static Estimate Macro(ModelScores scores, ManifestRow[] rows, string[] labels) =>
        EvaluationReport.Of(scores.Table(rows, labels)).Macro[LabelFigure.Auroc].Estimate;

    // Which leads die is a function of the recording: both models lose the same, and more dead leads contain the fewer.
    private static EcgRecord Kill(EcgRecord record, int count)
    {
        ulong seed = 14695981039346656037;
        foreach (char c in record.Id) seed = (seed ^ c) * 1099511628211;
        int[] order = ((IRandomSource)new PhiloxRandom(seed)).Permutation(record.Leads.Count);
        return new EcgRecord(
            record.Path, record.Format, record.SamplingRateHz, record.SampleCount,
            [.. record.Leads.Select((lead, k) => order[k] < count ? new EcgLead(lead.Name, lead.Unit, lead.SamplingRateHz, new double[lead.Samples.Length]) : lead)]);
    }
}
