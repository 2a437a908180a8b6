// einthoven search: the recordings that are nearest to a description in words.

using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Models.Words;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Cli.Verbs;

internal static class SearchVerb
{
    private const int Most = 10;
    private const int Version = 1;

    public static Command Create()
    {
        var verb = new Verb("search", "Finds the recordings that are nearest to a description in words.",
            "einthoven search \"complete left bundle branch block\" samples",
            "einthoven search \"atrial fibrillation\" ward7 --top 20 --index ward7.index",
            "einthoven search \"Vorhofflimmern\" ward7 --format csv --out hits.csv");
        Argument<string> words = new("WORDS") { Description = "What to look for, in words; in quotes where there are several" };
        verb.Add(words);
        var input = new InputOptions(verb);
        Option<string> model = new("--model") { Description = "A model of words: its name, or the folder or zip of its package", HelpName = "NAME|DIR", DefaultValueFactory = _ => AskCall.DefaultModel };
        Option<int?> top = SharedOptions.Count("--top", $"How many recordings to show ({Most})");
        Option<string?> index = new("--index") { Description = "Keep the recordings' vectors in this file: another search reads only what is new or changed", HelpName = "FILE" };
        Option<string> format = SharedOptions.Format("table", "csv", "json");
        Option<string?> outFile = SharedOptions.Out();
        foreach (Option option in new Option[] { model, top, index, format, outFile })
            verb.Add(option);
        var compute = new ComputeOptions(verb);
        verb.SetAction(call =>
        {
            string name = call.GetRequiredValue(model);
            using WordsModel loaded = WordsModel.Load(name, compute.Apply(call));
            AskedQuestion question = AskCall.Questions(loaded, [call.GetRequiredValue(words)])[0];
            foreach (string warning in question.Warnings)
                Console.Error.WriteLine($"einthoven: {warning}");
            EcgInputList inputs = input.Inputs(call);
            (List<(string Path, float[] Vector)> vectors, bool failed) = Vectors(loaded, Identity(name), inputs, input.ReadOptions(call), call.GetValue(index));
            (string Path, WordsAnswer Answer)[] hits =
            [
                .. vectors.Select(v => (v.Path, Answer: WordsAnswer.Of(question, v.Vector, loaded.Reference)))
                    .OrderByDescending(hit => hit.Answer.Cosine).ThenBy(hit => hit.Path, StringComparer.Ordinal).Take(call.GetValue(top) ?? Most),
            ];
            using var target = new OutputTarget(call.GetValue(outFile));
            Write(hits, vectors.Count, question, call.GetRequiredValue(format), target);
            target.Complete();
            Console.Error.WriteLine($"{hits.Length} of {vectors.Count} recordings, nearest to \"{question.Text}\" first, model {loaded.Model.Description.Name}. {PredictionWriter.Notice}");
            return failed ? ExitStatus.SomeFailed : ExitStatus.Done;
        });
        return verb;
    }

    private static (List<(string Path, float[] Vector)> Vectors, bool Failed) Vectors(WordsModel model, string identity, EcgInputList inputs, EcgReadOptions options, string? indexFile)
    {
        RecordIndex index = indexFile is null ? new RecordIndex(identity) : RecordIndex.Read(indexFile, identity);
        var known = inputs.Inputs.Where(i => i.Error is null).Select(i => (i.Path, Vector: index.Find(i.Path))).Where(p => p.Vector is not null)
            .ToDictionary(p => p.Path, p => p.Vector!, StringComparer.Ordinal);
        EcgInput[] unread = [.. inputs.Inputs.Where(i => i.Error is not null || !known.ContainsKey(i.Path))];
        bool failed = false;
        using var progress = new ProgressLine(unread.Length);
        foreach (EcgVector ecg in model.EmbedMany(PreparedRecords.Read(model.Model, unread, options, failure =>
        {
            failed = true;
            progress.Tell(failure);
            progress.Advance();
        })))
        {
            index.Add(ecg.Record.Path, ecg.Vector);
            known[ecg.Record.Path] = ecg.Vector;
            progress.Advance();
        }

        progress.Clear();
        if (indexFile is not null && known.Count > 0)
        {
            index.Write(indexFile);
            Console.Error.WriteLine($"einthoven: {indexFile}: {known.Count - unread.Length + (failed ? inputs.Inputs.Count - known.Count : 0)} recordings were known, {unread.Length} were read");
        }

        return ([.. inputs.Inputs.Where(i => known.ContainsKey(i.Path)).Select(i => (i.Path, known[i.Path]))], failed);
    }

    /// <summary>What tells a model from another of the same name.</summary>
    private static string Identity(string name)
    {
        using ModelPackage package = ModelCatalog.Open(name);
        using FileStream weights = File.OpenRead(Path.Combine(package.Folder, "weights.safetensors"));
        return $"{package.Description.Name} {Convert.ToHexStringLower(SHA256.HashData(weights))}";
    }

    private static void Write((string Path, WordsAnswer Answer)[] hits, int of, AskedQuestion question, string format, OutputTarget target)
    {
        if (format == "json")
        {
            using var json = new Utf8JsonWriter(target.Stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("notice", PredictionWriter.Notice);
            json.WriteString("words", question.Text);
            json.WriteNumber("recordings", of);
            json.WriteStartArray("hits");
            foreach ((string path, WordsAnswer answer) in hits)
            {
                json.WriteStartObject();
                json.WriteString("record", path);
                json.WriteNumber("cosine", Math.Round(answer.Cosine, 6));
                if (answer.Probability is { } p) json.WriteNumber("probability", Math.Round(p, 6));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            return;
        }

        if (format == "csv") target.Text.WriteLine("rank,record,probability,cosine");
        for (int k = 0; k < hits.Length; k++)
        {
            (string path, WordsAnswer answer) = hits[k];
            target.Text.WriteLine(format == "csv"
                ? string.Create(CultureInfo.InvariantCulture, $"{k + 1},{Csv.Field(path)},{answer.Probability:0.######},{answer.Cosine:0.######}")
                : string.Create(CultureInfo.InvariantCulture, $"{k + 1,4}  {(answer.Probability is { } p ? p.ToString("0.0 %", CultureInfo.InvariantCulture) : "–"),7}  {answer.Cosine,6:0.000}  {path}"));
        }
    }
}
