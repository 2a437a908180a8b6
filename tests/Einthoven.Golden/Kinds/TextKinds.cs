// Words: tokens, generated texts, zero-shot classes and figures.
using System.Text.Json;
using Einthoven.Evaluation.ZeroShot;
using Einthoven.Models.Merl;
using Einthoven.Models.Text;

namespace Einthoven.Golden.Kinds;

internal static class TextKinds
{
    /// <summary>Tokens and ids of every text, and a padded, cut batch.</summary>
    public static void WordPiece(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement file = files.Json("cases"), config = golden.Config, special = config.GetProperty("special");
        WordPieceVocabulary vocabulary = new([.. file.GetProperty("vocabulary").EnumerateArray().Select(p => p.GetString()!)]);
        foreach ((string name, int id) in (ReadOnlySpan<(string, int)>)
            [("pad", vocabulary.Padding), ("unk", vocabulary.Unknown), ("cls", vocabulary.Start), ("sep", vocabulary.End), ("mask", vocabulary.Mask)])
            deviations.Equal($"id of {name}", id, special.GetProperty(name).GetInt32());
        WordPieceTokenizer tokenizer = new(vocabulary, new() { LowerCase = config.GetProperty("lowercase").GetBoolean(), LongestWord = config.GetProperty("max_word").GetInt32() });
        foreach (JsonElement text in file.GetProperty("cases").EnumerateArray())
        {
            string raw = text.GetProperty("text").GetString()!;
            IReadOnlyList<int> ids = tokenizer.Encode(raw);
            deviations.Equal($"tokens of \"{raw}\"", string.Join(' ', ids.Select(id => vocabulary.Pieces[id])), Joined(text.GetProperty("tokens")));
            deviations.Equal($"ids of \"{raw}\"", string.Join(' ', ids), Joined(text.GetProperty("ids")));
        }

        JsonElement batch = file.GetProperty("batch");
        TokenBatch encoded = tokenizer.EncodeBatch([.. batch.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)], batch.GetProperty("max_length").GetInt32());
        deviations.Equal("max_length", batch.GetProperty("max_length").GetInt32(), config.GetProperty("max_length").GetInt32());
        deviations.Equal("batch", string.Join(' ', encoded.Ids), Joined(batch.GetProperty("input_ids")));
        deviations.Equal("mask", string.Join(' ', encoded.Mask), Joined(batch.GetProperty("attention_mask")));
    }

    /// <summary>The text of each case by the table of the file.</summary>
    public static void Template(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        EcgTextGenerator generator = new(EcgTextTable.Parse(files.Json("table")));
        int number = 0;
        foreach (JsonElement entry in files.Json("cases").GetProperty("cases").EnumerateArray())
            deviations.Equal($"text {number++}", generator.Write(Input(entry.GetProperty("input"))), entry.GetProperty("text").GetString()!);
    }

    /// <summary>Classes are apart, counts fit, our own lists are the same, and PTB-XL's classes are made of its statements.</summary>
    public static void Classes(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonProperty task in files.Json("list").EnumerateObject())
        {
            string[] classes = Texts(task.Value.GetProperty("classes")), prompts = Texts(task.Value.GetProperty("own_prompts"));
            int[] positives = [.. task.Value.GetProperty("test_positives").EnumerateArray().Select(n => n.GetInt32())];
            int records = task.Value.GetProperty("records").GetProperty("test").GetInt32();
            deviations.Equal($"classes of {task.Name} apart", classes.Distinct().Count(), classes.Length);
            deviations.Equal($"prompts of {task.Name}", prompts.Count(p => p.Length > 0), classes.Length);
            deviations.Equal($"counts of {task.Name}", positives.Count(n => n >= 0 && n <= records), classes.Length);
            if (ZeroShotTask.All.FirstOrDefault(t => t.Name == task.Name) is not { } own) continue;
            deviations.Equal($"our classes of {task.Name}", string.Join(' ', own.Classes.Select(c => c.Name)), string.Join(' ', classes));
            deviations.Equal($"our counts of {task.Name}", string.Join(' ', own.Classes.Select(c => c.TestPositives)), string.Join(' ', positives));
            deviations.Equal($"our records of {task.Name}", own.Records.Test, records);
            if (own.Level is null) continue;
            foreach (string name in classes) deviations.Equal($"{name} of {task.Name} has statements", ZeroShotTask.StatementsOf(own.Level, name).Count > 0, true);
        }
    }

    /// <summary>Scores from embeddings, figures from scores.</summary>
    public static void Scoring(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement file = files.Json();
        double[] ecgs = Deviations.Numbers(file.GetProperty("ecg")), embeddings = Deviations.Numbers(file.GetProperty("classes")), scores = Deviations.Numbers(file.GetProperty("scores"));
        float[] labels = [.. Deviations.Numbers(file.GetProperty("labels")).Select(l => (float)l)];
        int classes = file.GetProperty("classes").GetArrayLength();
        deviations.Compare("scores", "scores", ZeroShotScoring.Cosines(ecgs, embeddings, embeddings.Length / classes), scores);
        ZeroShotFigure[] figures = [.. Enumerable.Range(0, classes).Select(k => ZeroShotScoring.Figures(Column(scores, k), Column(labels, k)))];
        Compare("auroc", f => f.Auroc);
        Compare("max_f1", f => f.LargestF1);
        Compare("threshold_at_max_f1", f => f.Threshold);
        Compare("accuracy_strictly_above_threshold", f => f.Accuracy);
        (ZeroShotFigure macro, JsonElement expected) = (ZeroShotScoring.Macro(figures), file.GetProperty("macro"));
        deviations.Compare("macro auroc", "metrics", 100 * macro.Auroc, expected.GetProperty("auroc_x100").GetDouble());
        deviations.Compare("macro f1", "metrics", 100 * macro.LargestF1, expected.GetProperty("f1_x100").GetDouble());
        deviations.Compare("macro accuracy", "metrics", 100 * macro.Accuracy, expected.GetProperty("acc_x100").GetDouble());

        void Compare(string name, Func<ZeroShotFigure, double> figure) =>
            deviations.Compare(name, "metrics", [.. figures.Select(figure)], Deviations.Numbers(file.GetProperty(name)));

        T[] Column<T>(T[] all, int k) => [.. Enumerable.Range(0, all.Length / classes).Select(row => all[(row * classes) + k])];
    }

    private static EcgTextInput Input(JsonElement json)
    {
        EcgTextMeasurements? measurements = json.TryGetProperty("measurements", out JsonElement m) && m.ValueKind == JsonValueKind.Object
            ? new(Number(m, "heart_rate"), Number(m, "pr"), Number(m, "qrs"), Number(m, "qtc"), Number(m, "axis"))
            : null;
        return new(Texts(json.GetProperty("statements")), Number(json, "age"), json.TryGetProperty("sex", out JsonElement sex) ? sex.GetString() : null, measurements);
    }

    private static double? Number(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement n) && n.ValueKind == JsonValueKind.Number ? n.GetDouble() : null;

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(t => t.GetString()!)];

    private static string Joined(JsonElement list) =>
        string.Join(' ', list.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Array ? Joined(e) : e.ToString()));
}
