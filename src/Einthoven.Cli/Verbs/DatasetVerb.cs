// einthoven dataset: brings recordings and labels into one table, cuts it, counts it, checks it, packs it.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Cli.Verbs;

internal static class DatasetVerb
{
    public static Command Create() => new("dataset", "Imports, splits, counts, checks and packs data sets for training.")
    {
        Import(),
        Split(),
        Stats(),
        Pack(),
        Check(),
    };

    private static Verb Import()
    {
        var verb = new Verb("import", "Reads a data set's tables and headers into one manifest: a CSV with a row for every recording.",
            "einthoven dataset import ptb-xl --out ptbxl.csv",
            "einthoven dataset import ptb-xl --task superdiagnostic --rate 500 --out super.csv",
            "einthoven dataset import challenge-2021 --task snomed --source georgia --min-positives 10 --out georgia.csv",
            "einthoven dataset import recordings --labels labels.csv --out mine.csv");
        Argument<string> folder = new("DIR") { Description = "The data set's folder as downloaded, or any folder of recordings" };
        Option<string> output = new("--out") { Description = "The manifest to write", HelpName = "FILE", Required = true };
        Option<string?> kind = new("--as")
        {
            Description = "The kind of data set, where it is not to be recognised by its layout:\n"
                + string.Join("\n", DatasetImporters.All.Select(i => $"{i.Name,-16}{i.Description}")),
            HelpName = "KIND",
        };
        Option<string?> labels = new("--labels")
        {
            Description = "A table for any folder: record (file name without extension), perhaps patient and split, then one column for each label: 1, 0 or empty (unknown)",
            HelpName = "CSV",
        };
        Option<string> task = new("--task") { Description = "Which labels, one of the tasks of the kind; the first where none is named", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Option<int?> rate = SharedOptions.Count("--rate", "Which of several rates that a download has, in Hz");
        Option<string[]> sources = new("--source") { Description = "Only this source of several; may be given again", HelpName = "NAME" };
        Option<int?> minimum = SharedOptions.Count("--min-positives", "Leave out labels with fewer positives");
        verb.Add(folder);
        AddAll(verb, output, kind, labels, task, rate, sources, minimum);
        verb.SetAction(call =>
        {
            Manifest manifest = DatasetImporters.Read(
                call.GetRequiredValue(folder),
                new ImportOptions
                {
                    Labels = call.GetValue(labels),
                    Task = call.GetValue(task) ?? "",
                    RateHz = call.GetValue(rate),
                    Sources = call.GetValue(sources) ?? [],
                    MinimumPositives = call.GetValue(minimum) ?? 0,
                },
                call.GetValue(kind));
            ManifestCsv.Write(manifest, call.GetRequiredValue(output));
            Console.Error.WriteLine(
                $"einthoven: {manifest.Name}: {manifest.Rows.Count} recordings of {manifest.Rows.Select(r => r.Person).Distinct().Count()} patients, "
                + $"{manifest.Labels.Count} labels, in {call.GetRequiredValue(output)}");
            return ExitStatus.Done;
        });
        return verb;
    }

    private static Verb Split()
    {
        var verb = new Verb("split", "Gives every recording of a manifest its part, and makes sure that no patient is in two.",
            "einthoven dataset split mine.csv --by stratified --seed 1 --out parts.csv",
            "einthoven dataset split mine.csv --by time --shares 0.7,0.15,0.15 --out parts.csv",
            "einthoven dataset split mine.csv --folds 10 --out folds.csv");
        Argument<string> manifest = ManifestFile(verb);
        Option<string> output = new("--out") { Description = "The manifest to write", HelpName = "FILE", Required = true };
        Option<SplitMethod> method = new("--by")
        {
            Description = "patient (random patients), stratified (patients, labels balanced), time (earliest first), random (recordings, whoever the patient)",
            HelpName = "METHOD",
        };
        Option<string> shares = new("--shares")
        {
            Description = "Shares of train, valid and test",
            HelpName = "A,B,C",
            DefaultValueFactory = _ => "0.8,0.1,0.1",
        };
        Option<int?> folds = SharedOptions.Count("--folds", "So many equal folds named 1, 2, … instead of train, valid and test");
        Option<ulong> seed = new("--seed") { Description = "Seed of the random order", HelpName = "N", DefaultValueFactory = _ => 1 };
        AddAll(verb, output, method, shares, folds, seed);
        verb.SetAction(call =>
        {
            Manifest cut = Splitting.Cut(
                ManifestCsv.Read(call.GetRequiredValue(manifest), numbers: true), call.GetValue(method),
                call.GetValue(folds) is { } count ? DatasetOptions.Folds(count) : DatasetOptions.Shares(call.GetRequiredValue(shares)), call.GetValue(seed));
            ManifestCsv.Write(cut, call.GetRequiredValue(output));
            foreach (string part in cut.Splits())
                Console.Error.WriteLine($"einthoven: {(part.Length == 0 ? "(left out)" : part)}: {cut.InSplits([part]).Count} recordings of {cut.InSplits([part]).Select(r => r.Person).Distinct().Count()} patients");
            int leaks = Splitting.Leaks(cut).Count;
            if (leaks == 0) return ExitStatus.Done;
            Console.Error.WriteLine($"einthoven: {leaks} patients are in more than one part: results on these parts will look better than they are. Use --by patient or --by stratified.");
            return ExitStatus.SomeFailed;
        });
        return verb;
    }

    private static Verb Stats()
    {
        var verb = new Verb("stats", "Counts recordings, patients, labels, leads, rates and lengths of a manifest, and gives each label's pos_weight.",
            "einthoven dataset stats ptbxl.csv", "einthoven dataset stats ptbxl.csv --format json --no-headers");
        Argument<string> manifest = ManifestFile(verb);
        Option<string> format = SharedOptions.Format("table", "json");
        Option<bool> noHeaders = new("--no-headers") { Description = "Do not open the recordings' headers: no leads, rates and lengths, but at once" };
        AddAll(verb, format, noHeaders);
        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            Manifest read = ManifestCsv.Read(call.GetRequiredValue(manifest), numbers: true);
            using var line = new StatusLine();
            DatasetStatistics statistics = DatasetStatistics.Of(
                read, !call.GetValue(noHeaders), n => line.Show($"{n} of {read.Rows.Count} headers", stays: false), cancellation);
            line.Clear();
            if (call.GetValue(format) == "json") StatisticsWriter.Json(statistics, Console.Out);
            else StatisticsWriter.Table(statistics, Console.Out);
            return statistics.Unreadable.Count == 0 ? ExitStatus.Done : ExitStatus.SomeFailed;
        }, cancellation)));
        return verb;
    }

    private static Verb Pack()
    {
        var verb = new Verb("pack", "Prepares recordings for one model and packs them into a store. What is packed stays packed: run it again after Ctrl-C,\na crash or a full disk, or with more recordings.",
            "einthoven dataset pack ptbxl.csv --preset einthoven-mini --out store",
            "einthoven dataset pack ptbxl.csv georgia.csv --model ecg-fm --out store",
            "einthoven dataset pack mine.csv --contract input.json --out store --strict");
        Argument<string[]> manifests = new("MANIFEST") { Description = "Manifests; several become one data set", Arity = ArgumentArity.OneOrMore };
        Option<string> output = new("--out") { Description = "Folder of the store", HelpName = "DIR", Required = true };
        Option<string?> model = new("--model") { Description = "Prepare for this model: a name, or the folder or zip of its package", HelpName = "NAME|DIR" };
        Option<string?> preset = new("--preset") { Description = $"Prepare for a recipe: a preset ({string.Join(", ", DatasetOptions.RecipeNames)}) or a recipe file", HelpName = "NAME|FILE" };
        Option<string?> contract = new("--contract") { Description = "Prepare as this file says: an input contract, or a model.json or recipe.json that has one", HelpName = "FILE" };
        Option<int?> workers = SharedOptions.Count("--workers", "Recordings prepared at a time (all cores)");
        Option<int?> shard = SharedOptions.Count("--shard-megabytes", "Size of a payload file (64)");
        Option<bool> strict = new("--strict") { Description = "End at the first recording that cannot be used, instead of listing it in refused.csv" };
        verb.Add(manifests);
        AddAll(verb, output, model, preset, contract, workers, shard, strict);
        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            InputContract input = DatasetOptions.Contract(call.GetValue(model), call.GetValue(preset), call.GetValue(contract));
            Manifest manifest = Manifest.Merge([.. call.GetRequiredValue(manifests).Select(m => ManifestCsv.Read(m, numbers: true))]);
            var options = new PackOptions
            {
                Workers = call.GetValue(workers) ?? Environment.ProcessorCount,
                ShardBytes = (call.GetValue(shard) ?? 64L) << 20,
                Strict = call.GetValue(strict),
            };
            using var line = new StatusLine();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            PackResult result = StoreBuilder.Build(
                manifest, input, call.GetRequiredValue(output), options, p => line.Show(DatasetOptions.Progress(p, clock.Elapsed), stays: false), cancellation);
            line.Clear();
            Console.Error.WriteLine($"einthoven: {result.Packed} recordings packed, {result.Kept} were packed before, {result.Refused.Count} refused, in {call.GetRequiredValue(output)}");
            if (result.Refused.Count == 0) return ExitStatus.Done;
            foreach (RefusedRecord refused in result.Refused.Take(5)) Console.Error.WriteLine($"einthoven: {refused.Row.Key}: {refused.Reason}");
            if (result.Refused.Count > 5) Console.Error.WriteLine($"einthoven: … all of them in {Path.Combine(call.GetRequiredValue(output), "refused.csv")}");
            return ExitStatus.SomeFailed;
        }, cancellation)));
        return verb;
    }

    private static Verb Check()
    {
        var verb = new Verb("check", "Reads every recording of a manifest, or every file of a store, and names what is wrong, a line each.",
            "einthoven dataset check mine.csv", "einthoven dataset check store");
        Argument<string> target = new("MANIFEST|STORE") { Description = "A manifest, or the folder of a store" };
        verb.Add(target);
        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            string path = call.GetRequiredValue(target);
            using var line = new StatusLine();
            IReadOnlyList<DatasetProblem> problems;
            if (Directory.Exists(path))
            {
                problems = DatasetCheck.RunStore(path, n => line.Show($"{n} files read", stays: false));
            }
            else
            {
                Manifest manifest = ManifestCsv.Read(path, numbers: true);
                problems = DatasetCheck.Run(manifest, n => line.Show($"{n} of {manifest.Rows.Count} recordings read", stays: false), cancellation);
            }
            line.Clear();
            foreach (DatasetProblem problem in problems) Console.Out.WriteLine($"{problem.Where}: {problem.What}");
            Console.Error.WriteLine(problems.Count == 0 ? "einthoven: no problem found" : $"einthoven: {problems.Count} {(problems.Count == 1 ? "problem" : "problems")} found");
            return problems.Count == 0 ? ExitStatus.Done : ExitStatus.SomeFailed;
        }, cancellation)));
        return verb;
    }

    private static Argument<string> ManifestFile(Verb verb)
    {
        var manifest = new Argument<string>("MANIFEST") { Description = "A manifest, as import writes it" };
        verb.Add(manifest);
        return manifest;
    }

    private static void AddAll(Verb verb, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options) verb.Add(option);
    }
}
