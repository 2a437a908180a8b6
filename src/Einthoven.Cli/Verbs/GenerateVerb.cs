// einthoven generate: synthetic ECGs of given statements, as WFDB records with a table and a contact sheet.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Signals.Page;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Cli.Verbs;

internal static class GenerateVerb
{
    private const string AllSteps = "all-steps";
    private const string Ddim = "ddim";
    private const string SecondOrder = "dpm-solver";

    public static Command Create()
    {
        var verb = new Verb("generate", "Makes synthetic 12-lead ECGs of given statements with a generative model.",
            "einthoven generate --labels AFIB,LVH --count 10 --seed 1 --out synthetic",
            "einthoven generate --labels NORM,SR --sampler dpm-solver --steps 20 --out synthetic",
            "einthoven generate --like labels.csv --out synthetic",
            "einthoven generate --model runs/dream/model --interpolate NORM:AFIB --count 5 --out between");
        Option<string> model = new("--model")
        {
            Description = $"A generator's name or package ({ModelCatalog.DefaultGenerator})",
            HelpName = "NAME|DIR",
            DefaultValueFactory = _ => ModelCatalog.DefaultGenerator,
        };
        Option<string> folder = new("--out") { Description = "Folder for the recordings (WFDB), records.csv and contact-sheet.svg, made where missing", HelpName = "DIR", Required = true };
        Option<string?> labels = new("--labels") { Description = "Statements that every recording shows, separated by commas; \"\" for none", HelpName = "CODES" };
        Option<string?> like = new("--like") { Description = "Table with a column record and a column a statement: one recording a row, with its statements", HelpName = "CSV" };
        Option<string?> interpolate = new("--interpolate") { Description = "From one set of statements to another in --count steps, all of one noise: NORM:AFIB or NORM,SR:AFIB", HelpName = "A:B" };
        Option<int?> count = SharedOptions.Count("--count", "Recordings (1; with --interpolate 5)");
        Option<long> seed = new("--seed") { Description = "Seed of the noise; a recording depends on it and on its number alone", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<string> sampler = new("--sampler") { Description = "all-steps (as published), ddim, dpm-solver (few steps of second order)", HelpName = "NAME", DefaultValueFactory = _ => AllSteps };
        sampler.AcceptOnlyFromAmong(AllSteps, Ddim, SecondOrder);
        Option<int?> steps = SharedOptions.Count("--steps", "Steps of ddim and dpm-solver (20)");
        Option<double> guidance = new("--guidance") { Description = "More than 1 exaggerates the statements, for models trained with withheld labels", HelpName = "X", DefaultValueFactory = _ => 1 };
        Option<int?> sex = new("--sex") { Description = "Class of sex from 0, for models that are told", HelpName = "N" };
        Option<int?> batch = SharedOptions.Count("--batch", "Recordings made together (8)");
        Option<bool> bfloat16 = new("--bfloat16") { Description = "Compute the maps between channels in bfloat16" };
        foreach (Option option in new Option[] { model, folder, labels, like, interpolate, count, seed, sampler, steps, guidance, sex, batch, bfloat16 })
            verb.Add(option);
        var compute = new ComputeOptions(verb);

        verb.SetAction(call =>
        {
            if (new[] { labels, like, interpolate }.Count(option => call.GetValue(option) is not null) != 1)
                throw new UsageException("Give one of --labels, --like and --interpolate.");
            if (call.GetValue(seed) < 0) throw new UsageException("--seed must be 0 or more.");
            if (call.GetValue(like) is not null && call.GetValue(count) is not null) throw new UsageException("--like makes one recording a row; leave --count out.");
            if (call.GetValue(steps) is not null && call.GetRequiredValue(sampler) == AllSteps) throw new UsageException($"--steps belongs to --sampler {Ddim} or {SecondOrder}.");
            var options = new GenerationOptions
            {
                Seed = (ulong)call.GetValue(seed),
                Sampler = call.GetRequiredValue(sampler) switch { Ddim => GenerationSampler.Ddim, SecondOrder => GenerationSampler.SecondOrder, _ => GenerationSampler.AllSteps },
                Steps = call.GetValue(steps) ?? 20,
                Guidance = call.GetValue(guidance),
                Batch = call.GetValue(batch) ?? 8,
                Compute = call.GetValue(bfloat16) ? ScalarType.BFloat16 : ScalarType.Float32,
            };
            using EcgGenerator generator = EcgGenerator.Load(call.GetRequiredValue(model), compute.Apply(call));
            try
            {
                IReadOnlyList<GenerationRequest> requests = call.GetValue(like) is { } table
                    ? Like(generator.Labels, LabelTable.Read(table), table)
                    : call.GetValue(interpolate) is { } ends
                        ? Between(generator.Labels, ends, call.GetValue(count) ?? 5)
                        : Same(generator.Labels, call.GetValue(labels)!, call.GetValue(count) ?? 1);
                return Run(generator, [.. requests.Select(request => request with { Sex = call.GetValue(sex) })], options, call.GetRequiredValue(folder));
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }
        });
        return verb;
    }

    private static GenerationRequest[] Same(ConditionLabels known, string list, int count)
    {
        float[] vector = known.Vector(Names(list));
        return [.. Enumerable.Range(0, count).Select(k => new GenerationRequest(Name(k), vector, (ulong)k))];
    }

    private static GenerationRequest[] Like(ConditionLabels known, LabelTable table, string path)
    {
        int[] places = [.. table.Labels.Select(known.Place)];
        return [.. table.Rows.Select((row, k) =>
        {
            var vector = new float[known.Codes.Count];
            for (int label = 0; label < places.Length; label++) vector[places[label]] = Math.Max(vector[places[label]], row.Labels[label]);
            return new GenerationRequest(Name(k), vector, (ulong)k)
            {
                Remarks = new Dictionary<string, string> { ["labels of"] = $"{row.Record} in {Path.GetFileName(path)}" },
            };
        })];
    }

    private static GenerationRequest[] Between(ConditionLabels known, string ends, int count)
    {
        if (ends.Split(':') is not [var first, var last]) throw new UsageException("--interpolate: write two sets of statements with a colon between them, such as NORM:AFIB.");
        if (count < 2) throw new UsageException("--interpolate needs --count 2 or more.");
        (float[] from, float[] to) = (known.Vector(Names(first)), known.Vector(Names(last)));
        return [.. Enumerable.Range(0, count).Select(k =>
        {
            float share = k / (count - 1f);
            return new GenerationRequest(Name(k), [.. from.Select((value, label) => value + (share * (to[label] - value)))], 0);
        })];
    }

    private static int Run(EcgGenerator generator, GenerationRequest[] requests, GenerationOptions options, string folder)
    {
        foreach (string doubtful in requests.SelectMany(request => generator.Labels.Contradictions(request.Labels)).Distinct())
            Console.Error.WriteLine($"einthoven: warning: {doubtful}; it is made all the same.");
        if (File.Exists(folder)) throw new UsageException($"{folder} is a file; name a folder for the recordings.");
        IEnumerable<EcgRecord> made = generator.Generate(requests, options);
        Directory.CreateDirectory(folder);
        var rows = new List<ManifestRow>();
        var sheet = new List<ContactSheetEntry>();
        using var progress = new ProgressLine(requests.Length);
        foreach (EcgRecord record in made)
        {
            GenerationRequest request = requests[rows.Count];
            string path = Path.Combine(folder, record.Id + ".hea");
            WfdbWriter.Write(record, path);
            rows.Add(new ManifestRow(record.Id, path, record.Id, "", request.Labels) { Source = "synthetic" });
            sheet.Add(new ContactSheetEntry(record, $"{record.Id}: {record.Metadata["labels"]}"));
            progress.Clear();
            Console.WriteLine(path);
            progress.Advance();
        }

        ManifestCsv.Write(new Manifest("synthetic", generator.Labels.Codes, rows), Path.Combine(folder, "records.csv"));
        progress.Clear();
        foreach (string page in PageFile.Write(ContactSheet.Draw($"Synthetic ECGs of {generator.Description.Name}", sheet, []), folder, "contact-sheet", PageFormat.Svg))
            Console.WriteLine(page);
        return ExitStatus.Done;
    }

    private static string Name(int k) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"synthetic-{k + 1:0000}");

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
