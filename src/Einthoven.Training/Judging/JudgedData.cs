// The recordings of a judgement: real ones, synthetic ones of the same statements, all prepared in one way and packed together.
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Judging;

/// <summary>Numbers of recordings in a store whose last label tells synthetic from real.</summary>
internal sealed class JudgedData : IDisposable
{
    internal const string SyntheticLabel = "SYNTHETIC";
    private const string SyntheticSplit = "synthetic";
    private readonly Dictionary<string, int> _places;

    private JudgedData(RecordStore store, Choice choice, JudgingRecipe recipe)
    {
        Store = store;
        _places = Enumerable.Range(0, store.Count).ToDictionary(k => store.Row(k).Record, StringComparer.Ordinal);
        (Rare, Input) = (choice.Rare, store.Contract);
        RealTrain = store.InSplits([.. recipe.TrainSplits]);
        RealTest = store.InSplits([.. recipe.TestSplits]);
        RealLearned = Present(choice.Learned.Select(row => row.Record));
        SyntheticLearned = Present(choice.Copies.Select(c => c.Wanted.Name).Where(name => name.StartsWith("synthetic-train-", StringComparison.Ordinal)));
        // Pairs stay pairs: a real recording that cannot be used takes its copy along.
        (string Real, string Copy)[] pairs = [.. choice.Tested.Select((row, k) => (row.Record, CopyName("test", k)))
            .Where(p => _places.ContainsKey(p.Record) && _places.ContainsKey(p.Item2))];
        (RealPaired, SyntheticPaired) = (Present(pairs.Select(p => p.Real)), Present(pairs.Select(p => p.Copy)));
        ByStatement = choice.Statements.ToDictionary(
            code => code, code => Present(choice.Copies.Select(c => c.Wanted.Name).Where(name => name.StartsWith($"synthetic-{code}-", StringComparison.Ordinal))), StringComparer.Ordinal);
    }

    internal RecordStore Store { get; }

    internal InputContract Input { get; }

    /// <summary>All recordings that the generator may have learned from.</summary>
    internal int[] RealTrain { get; }

    /// <summary>All that nothing has learned from.</summary>
    internal int[] RealTest { get; }

    /// <summary>Those that classifiers learn from.</summary>
    internal int[] RealLearned { get; }

    /// <summary>Synthetic ones of the same statements.</summary>
    internal int[] SyntheticLearned { get; }

    /// <summary>Some test recordings, and beside them synthetic ones of the same statements.</summary>
    internal int[] RealPaired { get; }

    internal int[] SyntheticPaired { get; }

    /// <summary>Synthetic recordings of single statements.</summary>
    internal IReadOnlyDictionary<string, int[]> ByStatement { get; }

    /// <summary>Rare statements that can be judged.</summary>
    internal IReadOnlyList<string> Rare { get; }

    /// <summary>Makes what is missing and packs all.</summary>
    internal static JudgedData Prepare(
        Manifest manifest, RecordingMaker maker, JudgingRecipe recipe, IReadOnlyList<string> signs, RunOptions options, CancellationToken cancellation)
    {
        Choice choice = Choose(manifest, recipe, signs);
        string folder = Path.Combine(options.Folder, "recordings");
        Make(maker, [.. choice.Copies.Select(c => c.Wanted)], folder, options, cancellation);
        ManifestRow[] real = [.. manifest.InSplits([.. recipe.TrainSplits, .. recipe.TestSplits])];
        ManifestRow[] rows =
        [
            .. real.Select(row => row with { Labels = [.. row.Labels, 0] }),
            .. choice.Copies.Select(c => new ManifestRow(c.Wanted.Name, PathOf(folder, c.Wanted), c.Wanted.Name, SyntheticSplit, [.. c.Of.Labels, 1])),
        ];
        var together = new Manifest($"{manifest.Name} and {maker.Name}", [.. manifest.Labels, SyntheticLabel], rows);
        ManifestCsv.Write(together with { Rows = [.. rows.Skip(real.Length)] }, Path.Combine(folder, "records.csv"));
        using ProcessGroup alone = ProcessGroup.Alone();
        RecordStore store = RunFolder.Pack(together, maker.Input, together.Splits().Where(split => rows.Any(r => r.Split == split)).ToArray(), options, alone, cancellation);
        return new JudgedData(store, choice, recipe);
    }

    /// <summary>The labels of recordings, a row each.</summary>
    internal float[][] Labels(int[] records) => [.. records.Select(record =>
    {
        var labels = new float[Store.Labels.Count];
        Store.CopyLabels(record, labels);
        return labels;
    })];

    /// <summary>Of some recordings those that have a statement.</summary>
    internal int[] With(string code, int[] records)
    {
        int column = Store.Labels.ToList().IndexOf(code);
        float[][] labels = Labels(records);
        return column < 0 ? [] : [.. records.Where((_, k) => labels[k][column] > 0.5f)];
    }

    private sealed record Copy(WantedRecording Wanted, ManifestRow Of);

    private sealed record Choice(
        IReadOnlyList<ManifestRow> Learned, IReadOnlyList<ManifestRow> Tested, IReadOnlyList<string> Rare, IReadOnlyList<string> Statements, IReadOnlyList<Copy> Copies);

    private static Choice Choose(Manifest manifest, JudgingRecipe recipe, IReadOnlyList<string> signs)
    {
        IReadOnlyList<ManifestRow> train = manifest.InSplits([.. recipe.TrainSplits]), test = manifest.InSplits([.. recipe.TestSplits]);
        ManifestRow[] learned = Draw(train, recipe.TrainRecordings, 1), tested = Draw(test, recipe.TestRecordings, 2);
        string[] rare = [.. Enumerable.Range(0, manifest.Labels.Count)
            .Where(k => Count(learned, k) >= recipe.FewestPositives && Count(test, k) >= recipe.FewestPositives)
            .OrderBy(k => Count(learned, k)).ThenBy(k => k).Take(recipe.RareStatements).Select(k => manifest.Labels[k])];
        string[] statements = [.. rare.Concat(signs).Distinct().Where(manifest.Labels.Contains)];
        var copies = new List<Copy>();
        void Add(string name, ManifestRow row) => copies.Add(new(
            new(name, [.. manifest.Labels.Where((_, k) => row.Labels[k] > 0.5f)], (ulong)copies.Count), row));
        for (int k = 0; k < learned.Length; k++) Add(CopyName("train", k), learned[k]);
        for (int k = 0; k < tested.Length; k++) Add(CopyName("test", k), tested[k]);
        foreach (string code in statements)
        {
            int column = manifest.Labels.ToList().IndexOf(code);
            ManifestRow[] having = [.. train.Where(row => row.Labels[column] > 0.5f)];
            // Statements of real recordings in turn: a statement comes in the company that it has.
            ManifestRow[] drawn = Draw(having, having.Length, 3);
            for (int k = 0; k < recipe.StatementRecordings && drawn.Length > 0; k++) Add(CopyName(code, k), drawn[k % drawn.Length]);
        }

        return new(learned, tested, rare, statements, copies);

        ManifestRow[] Draw(IReadOnlyList<ManifestRow> rows, int count, ulong stream) =>
            [.. ((IRandomSource)new PhiloxRandom(recipe.Seed, stream)).Permutation(rows.Count).Take(count).Order().Select(k => rows[k])];
    }

    private static void Make(RecordingMaker maker, WantedRecording[] wanted, string folder, RunOptions options, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        WantedRecording[] missing = [.. wanted.Where(w => !File.Exists(PathOf(folder, w)))];
        int done = wanted.Length - missing.Length, place = 0;
        foreach (EcgRecord record in missing.Length == 0 ? [] : maker.Make(missing))
        {
            cancellation.ThrowIfCancellationRequested();
            // The header is written last: what has one is whole.
            WfdbWriter.Write(record, PathOf(folder, missing[place++]));
            options.Show(new(string.Create(CultureInfo.InvariantCulture, $"made {++done} of {wanted.Length} recordings"), false));
        }
    }

    private static int Count(IReadOnlyList<ManifestRow> rows, int column) => rows.Count(row => row.Labels[column] > 0.5f);

    private static string CopyName(string of, int k) => string.Create(CultureInfo.InvariantCulture, $"synthetic-{of}-{k + 1:00000}");

    private static string PathOf(string folder, WantedRecording wanted) => Path.Combine(folder, wanted.Name + ".hea");

    private int[] Present(IEnumerable<string> names) => [.. names.Where(_places.ContainsKey).Select(name => _places[name])];

    /// <summary>Closes the store.</summary>
    public void Dispose() => Store.Dispose();
}
