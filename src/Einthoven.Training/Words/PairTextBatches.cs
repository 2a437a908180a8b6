// Micro-batches of pairs: one varied window a recording, and a text drawn for it.
using Einthoven.Models.Text;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Words;

/// <summary>Pairs of a store's recordings and their texts.</summary>
internal sealed class PairTextBatches : IBatchSource
{
    private readonly RecordStore _store;
    private readonly int[] _records;
    private readonly IReadOnlyList<RecordWords> _words;
    private readonly HashSet<string>[] _statements;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly TextDraws _draws;
    private readonly WordsRecipe _recipe;
    private readonly int _longestWritten;
    private readonly int _rowsToWrite;
    private readonly int _samples;
    private readonly EpochOrder _order;

    /// <summary>Prepares batches.</summary>
    /// <param name="store">Where the recordings lie.</param>
    /// <param name="records">Which.</param>
    /// <param name="words">What is known of each of them, in the same order.</param>
    /// <param name="tokenizer">Reads the texts.</param>
    /// <param name="recipe">How texts and windows are drawn; where not varied, the augmentation is left out.</param>
    /// <param name="longestWritten">Tokens of a text to write at most; 0: none is to be written.</param>
    /// <param name="batch">Pairs of a micro-batch, over all processes.</param>
    /// <param name="processes">Processes.</param>
    internal PairTextBatches(
        RecordStore store, int[] records, IReadOnlyList<RecordWords> words, WordPieceTokenizer tokenizer, WordsRecipe recipe, int longestWritten, int batch, int processes)
    {
        (_store, _records, _words, _tokenizer, _recipe, _longestWritten) = (store, records, words, tokenizer, recipe, longestWritten);
        _statements = [.. words.Select(w => w.Statements.ToHashSet(StringComparer.OrdinalIgnoreCase))];
        _draws = new TextDraws(recipe.Texts);
        _samples = recipe.Augmentation.SamplesOf(recipe.Input);
        _rowsToWrite = recipe.EcgText.WrittenOf(batch / processes);
        _order = new EpochOrder(records.Length, batch, processes, recipe.Seed);
    }

    /// <inheritdoc/>
    public long PerEpoch => _order.PerEpoch;

    /// <inheritdoc/>
    public HostBatch Make(long microBatch, int rank)
    {
        int[] examples = _order.Examples(microBatch);
        int rows = _order.RowsOfProcess, leads = _store.LeadCount, size = leads * _samples, window = _recipe.Input.WindowSamples;
        var values = new float[rows * size];
        var whole = new float[leads * window];
        bool full = _draws.DrawFull(Streams.MicroBatch(_recipe.Seed, microBatch));
        int[] own = examples[(rank * rows)..((rank + 1) * rows)];
        var texts = new DrawnText[rows];
        for (int row = 0; row < rows; row++)
        {
            int record = _records[own[row]];
            PhiloxRandom random = Streams.Example(_recipe.Seed, microBatch, (rank * rows) + row);
            int spare = Math.Max(0, _store.Samples(record) - window);
            _store.Read(record, spare > 0 ? (int)random.Integer(spare + 1) : 0, window, whole);
            _recipe.Augmentation.CopyVaried(whole, values.AsSpan(row * size, size), leads, _samples, random);
            texts[row] = _draws.Draw(_words[own[row]], full, random);
        }

        return new HostBatch(rows, leads, _samples, values)
        {
            Texts = _tokenizer.EncodeBatch([.. texts.Select(t => t.Text)], _recipe.LongestText),
            Written = _longestWritten == 0 ? null : _tokenizer.EncodeBatch([.. own.Take(_rowsToWrite).Select(k => _words[k].ToWrite)], _longestWritten),
            AlsoTrue = AlsoTrue(texts, own),
        };
    }

    private bool[] AlsoTrue(DrawnText[] texts, int[] own)
    {
        var also = new bool[own.Length * own.Length];
        for (int ecg = 0; ecg < own.Length; ecg++)
        {
            for (int text = 0; text < own.Length; text++)
                also[(ecg * own.Length) + text] = ecg != text && texts[text].Claims is { } claims && claims.All(_statements[own[ecg]].Contains);
        }

        return also;
    }
}
