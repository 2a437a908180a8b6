// einthoven evaluate: what a model is worth on labelled recordings, and whether another one is better.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Cli.Verbs;

internal static class EvaluateVerb
{
    public static Command Create()
    {
        var verb = new Verb("evaluate", "Scores a model on labelled recordings: every figure per label and on the mean, with intervals that draw whole patients.",
            "einthoven evaluate --data ptbxl --split 9",
            "einthoven evaluate --data ward7 --labels labels.csv --model runs/ward7/model --format md --out report.md",
            "einthoven evaluate --data georgia --format csv --scores scores.csv",
            "einthoven evaluate --data georgia --labels georgia/labels.csv --codes snomed",
            "einthoven evaluate --data ptbxl --split 9 --model einthoven-one-lead --leads I",
            "einthoven evaluate --data ptbxl --split 9 --model runs/a/model --compare runs/b/model");
        var data = new DataOptions(verb);
        Option<string> model = new("--model") { Description = "A model's name, or the folder or zip of its package", HelpName = "NAME|DIR", DefaultValueFactory = _ => ModelCatalog.DefaultModel };
        Option<string?> compare = new("--compare") { Description = "A second model, judged on the same recordings and labels: differences instead of figures", HelpName = "NAME|DIR" };
        Option<string?> leads = new("--leads") { Description = "As if the recordings had no other leads than these: I,II", HelpName = "LIST" };
        SplitOption split = new();
        Option<string> thresholds = new("--thresholds") { Description = "Where a label is called: package (the model's own), 0.5, or any other probability for all", HelpName = "package|P", DefaultValueFactory = _ => "package" };
        Option<int?> draws = SharedOptions.Count("--draws", "Bootstrap draws (1000)");
        Option<string> format = SharedOptions.Format("table", "md", "json", "csv");
        Option<string?> outFile = SharedOptions.Out();
        Option<string?> scores = new("--scores") { Description = "Also write every probability beside the truth, a row a recording and label", HelpName = "FILE" };
        foreach (Option option in new Option[] { model, compare, leads, split, thresholds, draws, format, outFile, scores })
            verb.Add(option);
        var compute = new ComputeOptions(verb);

        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            double? fixedThreshold = Threshold(call.GetRequiredValue(thresholds));
            Device where = compute.Apply(call);
            Manifest manifest = data.Read(call);
            (IReadOnlyList<ManifestRow> rows, _) = split.Choose(call, manifest);
            Func<EcgRecord, EcgRecord>? only = call.GetValue(leads) is { } names ? OnlyLeads(names) : null;
            ModelScores first = Score(call.GetRequiredValue(model), where, manifest, rows, only, cancellation);
            ModelScores? second = call.GetValue(compare) is { } other ? Score(other, where, manifest, rows, only, cancellation) : null;
            if (split.Parts(call).Length == 0)
                WarnOfTraining(first.Model, manifest);

            // What both could score, and what both have a label for.
            ManifestRow[] scored = [.. rows.Where(row => first.Values.ContainsKey(row) && second?.Values.ContainsKey(row) != false)];
            string[] labels = [.. first.Matching.Labels.Select(l => l.DataLabel).Where(l => second?.Matching.Labels.Any(m => m.DataLabel == l) != false).Where(first.Answers).Where(l => second?.Answers(l) != false)];
            if (scored.Length == 0)
                throw new DatasetException($"None of the {rows.Count} recordings could be scored.");
            if (labels.Length == 0)
                throw new DatasetException($"{first.Model.Name} and {second!.Model.Name} have no label of the data in common.");
            ScoreTable table = first.Table(scored, labels);
            if (call.GetValue(scores) is { } file)
                WriteScores(file, table, scored);
            var options = new EvaluationOptions
            {
                Resamples = call.GetValue(draws) ?? 1000,
                Thresholds = Thresholds(first, labels, fixedThreshold),
            };
            using var target = new OutputTarget(call.GetValue(outFile));
            string chosen = call.GetRequiredValue(format);
            if (second is null)
                Write(EvaluationReport.Of(table, options), chosen, target.Text);
            else
                Write(PairedDifference.Of(table, second.Table(scored, labels), options, Thresholds(second, labels, fixedThreshold)), first.Model.Name, second.Model.Name, chosen, target.Text);
            target.Complete();
            return scored.Length == rows.Count ? ExitStatus.Done : ExitStatus.SomeFailed;
        }, cancellation)));
        return verb;
    }

    private static ModelScores Score(string name, Device device, Manifest manifest, IReadOnlyList<ManifestRow> rows, Func<EcgRecord, EcgRecord>? only, CancellationToken cancellation)
    {
        using EcgModel model = EcgModel.Load(name, device);
        using var progress = new ProgressLine(rows.Count);
        ModelScores scores = ModelScores.Of(model, manifest.Labels, rows, progress.Advance, only, cancellation);
        progress.Clear();
        Console.Error.WriteLine($"einthoven: {model.Description.Name} on {manifest.Name}: {scores.Values.Count} recordings scored, {scores.Matching.Labels.Count} labels in common");
        Tell("the data do not have", scores.Matching.WithoutTruth);
        Tell("the model does not have", scores.Matching.WithoutScore);
        foreach (MatchedLabel shared in scores.Matching.Labels.Where(l => l.Outputs.Count > 1))
            Console.Error.WriteLine($"einthoven: {shared.DataLabel} {shared.Name}: the largest of {string.Join(", ", shared.Outputs.Select(k => model.Description.Labels[k].Name))}");
        foreach (FailedInput failure in scores.Failures.Take(5))
            Console.Error.WriteLine($"einthoven: {failure.Path}: {failure.Reason}");
        if (scores.Failures.Count > 5)
            Console.Error.WriteLine($"einthoven: … {scores.Failures.Count} recordings could not be scored");
        return scores;
    }

    private static Func<EcgRecord, EcgRecord> OnlyLeads(string list)
    {
        HashSet<string> names = [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LeadNames.Canonical)];
        if (names.Count == 0 || names.FirstOrDefault(name => !LeadNames.IsKnown(name)) is { } unknown && unknown.Length > 0)
            throw new UsageException($"--leads {list}: give names of leads, such as I,II,V5.");
        return record => record.Only(names);
    }

    private static void Tell(string who, IReadOnlyList<string> labels)
    {
        if (labels.Count > 0)
            Console.Error.WriteLine($"einthoven: left out, because {who} them ({labels.Count}): {string.Join(", ", labels)}");
    }

    private static void WarnOfTraining(ModelDescription model, Manifest manifest)
    {
        if (model.Provenance.TryGetValue("trainedOn", out string? trained) && trained.StartsWith(manifest.Name, StringComparison.Ordinal))
            Console.Error.WriteLine($"einthoven: {model.Name} was trained on {trained}: figures on those recordings flatter it; choose others with --split");
    }

    private static double? Threshold(string text) => text == "package"
        ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1
            ? value
            : throw new UsageException($"--thresholds {text}: give package, or a probability between 0 and 1 such as 0.5.");

    private static IReadOnlyList<double> Thresholds(ModelScores scores, IReadOnlyList<string> labels, double? all) =>
        all is { } value ? [.. labels.Select(_ => value)] : scores.Thresholds(labels);

    private static void Write(EvaluationReport report, string format, TextWriter output)
    {
        switch (format)
        {
            case "md": output.Write(EvaluationReportWriter.ToMarkdown(report)); break;
            case "json": output.WriteLine(EvaluationReportWriter.ToJson(report)); break;
            case "csv": output.Write(EvaluationReportWriter.ToCsv(report)); break;
            default: EvaluationTable.Write(report, output); break;
        }
    }

    private static void Write(PairedDifference difference, string first, string second, string format, TextWriter output)
    {
        switch (format)
        {
            case "json": output.WriteLine(PairedDifferenceWriter.ToJson(difference, first, second)); break;
            case "csv": output.Write(PairedDifferenceWriter.ToCsv(difference)); break;
            default: output.Write(PairedDifferenceWriter.ToMarkdown(difference, first, second)); break;
        }
    }

    private static void WriteScores(string path, ScoreTable table, ManifestRow[] rows)
    {
        using var target = new OutputTarget(path);
        target.Text.WriteLine("record,patient,label,probability,truth");
        double[][] scores = [.. Enumerable.Range(0, table.Labels.Count).Select(table.Scores)];
        float[][] truths = [.. Enumerable.Range(0, table.Labels.Count).Select(table.Truths)];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int k = 0; k < scores.Length; k++)
            {
                string truth = float.IsNaN(truths[k][row]) ? "" : truths[k][row].ToString(CultureInfo.InvariantCulture);
                target.Text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Csv.Field(rows[row].Key)},{Csv.Field(rows[row].Person)},{Csv.Field(table.Labels[k])},{scores[k][row]:0.#########},{truth}"));
            }
        }

        target.Complete();
    }
}
