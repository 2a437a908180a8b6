// einthoven benchmark words: zero-shot by MERL's protocol, written texts, and subject identification, with intervals.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Evaluation;
using Einthoven.Evaluation.Embeddings;
using Einthoven.Models;
using Einthoven.Models.Reporting;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Cli.Verbs;

internal static class BenchmarkWords
{
    private const string ZeroShot = "zero-shot";
    private const string Reports = "reports";
    private const string Subjects = "subjects";

    public static Command Create()
    {
        var verb = new Verb("words", "Scores a model of words: asked in words (MERL's tasks on PTB-XL, every label by its name elsewhere), its texts, and whether it tells people apart.",
            "einthoven benchmark words --data ptbxl --split 9",
            "einthoven benchmark words --data ptbxl --split 9 --beside einthoven-mini --beside runs/probe/model",
            "einthoven benchmark words --data georgia --part zero-shot --out georgia.md",
            "einthoven benchmark words --data ptbxl --split 9 --part reports --texts texts.csv");
        var data = new DataOptions(verb);
        Option<string> model = new("--model") { Description = "A model of words: its name, or the folder or zip of its package", HelpName = "NAME|DIR", DefaultValueFactory = _ => AskCall.DefaultModel };
        SplitOption split = new();
        Option<string[]> part = new("--part") { Description = $"What to score: {ZeroShot}, {Reports}, {Subjects}; may be given again (all that the data allow)", HelpName = "PART", DefaultValueFactory = _ => [] };
        part.AcceptOnlyFromAmong(ZeroShot, Reports, Subjects);
        Option<string[]> beside = new("--beside") { Description = "A classifier to score on the same recordings and classes; may be given again", HelpName = "NAME|DIR", DefaultValueFactory = _ => [] };
        Option<int?> draws = SharedOptions.Count("--draws", "Bootstrap draws of patients (1000)");
        Option<string?> texts = new("--texts") { Description = "Also write every generated text beside the record's statements", HelpName = "FILE" };
        Option<string?> outFile = SharedOptions.Out();
        foreach (Option option in new Option[] { model, split, part, beside, draws, texts, outFile })
            verb.Add(option);
        var compute = new ComputeOptions(verb);
        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            Device where = compute.Apply(call);
            Manifest manifest = data.Read(call);
            string[] parts = call.GetValue(part) ?? [];
            (IReadOnlyList<ManifestRow> rows, string origin) = split.Choose(call, manifest);
            using WordsModel words = WordsModel.Load(call.GetRequiredValue(model), where);
            using var progress = new ProgressLine(rows.Count);
            WordsBenchmark benchmark = WordsBenchmark.Of(words, rows, progress.Advance, progress.Tell, cancellation);
            progress.Clear();
            using var target = new OutputTarget(call.GetValue(outFile));
            target.Text.WriteLine($"{words.Model.Description.Name} on {origin}: {benchmark.Recordings} recordings. Brackets: 95 % intervals, bootstrap draws of patients.");
            int number = call.GetValue(draws) ?? 1000;
            if (Wants(ZeroShot) && manifest.Labels.Count > 0)
            {
                EcgModel[] others = [.. (call.GetValue(beside) ?? []).Select(name => EcgModel.Load(name, where))];
                foreach (WordsTaskScores scores in benchmark.Ask(manifest, others, number, cancellation))
                    Write(scores, target.Text);
                foreach (EcgModel other in others)
                    other.Dispose();
            }

            if (Wants(Reports) && words.Writes && (parts.Length > 0 || WordsTask.Of(manifest).Count > 1))
                Write(benchmark.Write(manifest, cancellation), target.Text, call.GetValue(texts));
            if (Wants(Subjects) && (parts.Length > 0 || rows.Select(r => r.Person).Distinct().Count() < rows.Count))
                Write(benchmark.Identify(number), target.Text);
            target.Complete();
            return benchmark.Recordings == rows.Count ? ExitStatus.Done : ExitStatus.SomeFailed;

            bool Wants(string what) => parts.Length == 0 || parts.Contains(what);
        }, cancellation)));
        return verb;
    }

    private static void Write(WordsTaskScores scores, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"## Zero-shot: {scores.Task.Name}, {scores.Asked.Rows} recordings of {scores.Asked.Clusters} patients"));
        output.WriteLine();
        output.WriteLine($"| class | asked as | positives | asked in words |{string.Concat(scores.Beside.Select(b => $" {b.Model} |"))}");
        output.WriteLine($"|---|---|---|---|{string.Concat(scores.Beside.Select(_ => "---|"))}");
        for (int k = 0; k < scores.Task.Classes.Count; k++)
        {
            WordsClass one = scores.Task.Classes[k];
            output.WriteLine($"| {one.Name} | {one.Words}{(scores.Named[k] ? "" : " †")} | {scores.Asked.Labels[k].Positives} | {Text(scores.Asked.Labels[k].Area)} |{string.Concat(scores.Beside.Select(b => $" {Text(b.Areas.Labels[k].Area)} |"))}");
        }

        output.WriteLine($"| **mean** | {scores.Asked.Labels.Count(l => !double.IsNaN(l.Area.Value))} classes | | **{Text(scores.Asked.Macro)}** |{string.Concat(scores.Beside.Select(b => $" {Text(b.Areas.Macro)} |"))}");
        output.WriteLine();
        if (scores.Named.Contains(false)) output.WriteLine("† No training text said just this.");
        if (scores.Task.Published is { } published)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"MERL, published: {published:0.000}, trained on 771,693 pairs of another data set and asked with longer prompts; not the same recordings, so no comparison of methods."));
    }

    private static void Write(WrittenScores scores, TextWriter output, string? file)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"## Written texts: {scores.Texts.Count}, precision {scores.Precision:0.000} and recall {scores.Recall:0.000} a statement, {scores.Repetitions} repetitions, {scores.Contradictory} that contradict themselves, {scores.Unreadable} parts that are no statement"));
        output.WriteLine();
        output.WriteLine("| statement | true of | written | rightly | precision | recall |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach ((string _, string name, int right, int wrong, int leftOut) in scores.Statements.Where(s => s.Right + s.Wrong + s.LeftOut > 0).OrderByDescending(s => s.Right + s.LeftOut))
            output.WriteLine($"| {name} | {right + leftOut} | {right + wrong} | {right} | {Share(right, right + wrong)} | {Share(right, right + leftOut)} |");
        if (file is null) return;
        using var target = new OutputTarget(file);
        target.Text.WriteLine("record,written,true,contradictions");
        foreach ((string record, WrittenReport report, IReadOnlyList<string> truth) in scores.Texts)
            target.Text.WriteLine($"{Csv.Field(record)},{Csv.Field(report.Text)},{Csv.Field(string.Join(", ", truth))},{Csv.Field(string.Join("; ", report.Contradictions))}");
        target.Complete();
    }

    private static void Write(SubjectIdentification scores, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("## Subject identification");
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{scores.Recordings} recordings of {scores.Subjects} people; {scores.GenuinePairs} pairs of one person, {scores.ImpostorPairs} pairs of two. Equal error rate {Text(scores.EqualErrorRate)}; the nearest recording is of the same person for {Text(scores.RankOne)} of {scores.Asking} recordings that have one."));
    }

    private static string Text(Estimate estimate) => double.IsNaN(estimate.Value) ? "–"
        : double.IsNaN(estimate.Low) ? estimate.Value.ToString("0.000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{estimate}");

    private static string Share(int part, int whole) => whole == 0 ? "–" : ((double)part / whole).ToString("0.00", CultureInfo.InvariantCulture);
}
