// Training on pairs of ECG and text, from a recipe to its package.
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Esi;
using Einthoven.Models.Merl;
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Words;

/// <summary>What a run gave.</summary>
/// <param name="Folder">The package.</param>
/// <param name="Epoch">The epoch that was chosen.</param>
/// <param name="Report">How well the questions of the training texts are answered on the validation part.</param>
public sealed record WordsResult(string Folder, int Epoch, AurocReport Report);

/// <summary>
/// A run. Its folder holds recipe.json, the packed recordings (store/), log.jsonl, report.html, state.safetensors (to resume) and
/// best.safetensors; the package is written into its subfolder "model" at the end.
/// </summary>
public sealed class WordsTraining
{
    private readonly WordsRecipe _recipe;
    private readonly Manifest _manifest;
    private readonly RunOptions _options;
    private readonly Dictionary<string, RecordWords> _words;
    private readonly int _silent;

    /// <summary>Prepares a run.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="manifest">On which recordings; those of which nothing can be said are left out.</param>
    /// <param name="options">Where and how.</param>
    /// <exception cref="DatasetException">Nothing can be said of any recording.</exception>
    public WordsTraining(WordsRecipe recipe, Manifest manifest, RunOptions options)
    {
        recipe.Validate();
        IReadOnlyList<RecordWords> words = RecordWords.Of(manifest, recipe.Texts);
        (ManifestRow Row, RecordWords Words)[] said = [.. manifest.Rows.Zip(words).Where(pair => !pair.Second.IsEmpty)];
        if (said.Length == 0)
            throw new DatasetException($"{manifest.Name} has no texts: no label is present and no report is written. A table of --labels may have a column text.");
        (_recipe, _options, _silent) = (recipe, options, manifest.Rows.Count - said.Length);
        _manifest = manifest with { Rows = [.. said.Select(pair => pair.Row)] };
        _words = said.ToDictionary(pair => pair.Row.Key, pair => pair.Words, StringComparer.Ordinal);
    }

    /// <summary>Trains, keeps the weights of the epoch that answers best, and writes the package.</summary>
    /// <returns>The result; null in every process but the first.</returns>
    /// <exception cref="DatasetException">The data cannot be used, or the folder holds a run already.</exception>
    /// <exception cref="CheckpointException">The state in the folder cannot be resumed.</exception>
    /// <exception cref="OperationCanceledException">The run was ended; its state was saved.</exception>
    public WordsResult? Run(CancellationToken cancellation)
    {
        string recipeText = RecipeJson.Write(_recipe);
        using ProcessGroup group = RunFolder.Begin(_options, recipeText);
        using RecordStore store = RunFolder.Pack(_manifest, _recipe.Input, [.. _recipe.TrainSplits, .. _recipe.ValidationSplits], _options, group, cancellation);
        int[] training = store.InSplits([.. _recipe.TrainSplits]), validation = store.InSplits([.. _recipe.ValidationSplits]);
        RecordWords[] trainingWords = [.. training.Select(r => WordsOf(store, r))], validationWords = [.. validation.Select(r => WordsOf(store, r))];
        WordPieceVocabulary vocabulary = Vocabulary(trainingWords);
        JsonElement configuration = WordsFamilies.WithVocabulary(_recipe.Network, vocabulary.Pieces.Count);
        WordsNetwork network = Create(configuration);
        if (group.IsFirst) Tell(training.Length, validation.Length, vocabulary, network);
        using IObjective objective = Objective(network);
        network.Initialize(Streams.Initialization(_recipe.Seed));
        if (_recipe.StartFrom.Length > 0) LoadEncoder(network, configuration);
        network.To(_options.Device);
        var tokenizer = new WordPieceTokenizer(vocabulary);
        int longest = LongestWritten(network);
        WordsRecipe cut = Cut(network);
        var batches = new PairTextBatches(store, training, trainingWords, tokenizer, cut, longest, _recipe.Batch, group.Size);
        var judged = new WordsValidation(
            store, validation, validationWords, WordsQuestions.Of(trainingWords), tokenizer,
            new PairTextBatches(store, validation, validationWords, tokenizer, cut with { Augmentation = new() }, longest, Math.Min(_recipe.Batch, validation.Length), 1),
            _options.Device, _recipe.Seed);
        var loop = new TrainingLoop(new TrainingTask(
            _recipe, recipeText, objective, batches, () => judged.Judge(network, objective), type => network.ComputeType = type, group, _options));
        Progress progress = loop.Run(_options.Resume, cancellation);
        if (!group.IsFirst) return null;
        TrainingReport.Write(_options.Folder, _recipe.Name);
        using SafeTensorsFile best = SafeTensorsFile.Open(TrainingLoop.BestFile(_options.Folder));
        using (var scope = new Scope())
        {
            // Scored with the weights as they will be shipped, rounding included.
            network.Load(best.Tensors.Select(PackageWriter.Halve).ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        }

        var texts = new TextDraws(_recipe.Texts);
        NamedWords named = NamedWords.Of(trainingWords.SelectMany(w => w.Statements).Distinct(), trainingWords.SelectMany(texts.All).Distinct());
        var package = new WordsPackage(_recipe, configuration, _manifest.Name, _options, progress);
        return package.Write(Path.Combine(_options.Folder, "model"), network, judged, vocabulary, named, store.Row(validation[0]).Path);
    }

    /// <summary>What a run would take, in a few lines; windows are random, texts are the training recordings'.</summary>
    /// <param name="recipe">What would be done.</param>
    /// <param name="manifest">On which recordings.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="DatasetException">Nothing can be said of any recording, the splits are empty, or the recipe's network cannot be built.</exception>
    public static IReadOnlyList<string> Describe(WordsRecipe recipe, Manifest manifest, Device device) =>
        new WordsTraining(recipe, manifest, new RunOptions("", false, "", device, _ => { })).Describe(device);

    private IReadOnlyList<string> Describe(Device device)
    {
        RecordWords[] training = [.. _manifest.InSplits([.. _recipe.TrainSplits]).Select(row => _words[row.Key])];
        int validation = _manifest.InSplits([.. _recipe.ValidationSplits]).Count;
        WordPieceVocabulary vocabulary = Vocabulary(training);
        WordsNetwork network = Create(WordsFamilies.WithVocabulary(_recipe.Network, vocabulary.Pieces.Count));
        using IObjective objective = Objective(network);
        network.Initialize(Streams.Initialization(_recipe.Seed));
        var tokenizer = new WordPieceTokenizer(vocabulary);
        var draws = new TextDraws(_recipe.Texts);
        (int leads, int samples) = (_recipe.Input.Leads.Count, _recipe.Augmentation.SamplesOf(_recipe.Input));
        (int longest, WordsRecipe cut) = (LongestWritten(network), Cut(network));
        UpdateProbe probe = UpdateProbe.Measure(_recipe, objective, type => network.ComputeType = type, device, rows =>
        {
            RecordWords[] said = [.. Enumerable.Range(0, rows).Select(k => training[k % training.Length])];
            PhiloxRandom random = Streams.MicroBatch(_recipe.Seed, 0);
            bool full = draws.DrawFull(random);
            return new HostBatch(rows, leads, samples, DryRun.Windows(rows * leads * samples, _recipe.Seed))
            {
                Texts = tokenizer.EncodeBatch([.. said.Select(words => draws.Draw(words, full, random).Text)], cut.LongestText),
                Written = longest == 0 ? null : tokenizer.EncodeBatch([.. said.Take(cut.EcgText.WrittenOf(rows)).Select(words => words.ToWrite)], longest),
                AlsoTrue = new bool[rows * rows],
            };
        });
        return
        [
            $"{training.Length} training and {validation} validation pairs, {vocabulary.Pieces.Count} pieces{Silent}",
            .. DryRun.Needs(_recipe, network.ParameterCount, training.Length, probe, "pairs"),
        ];
    }

    // Tokens of a text to write at most; 0: none is learned.
    private int LongestWritten(WordsNetwork network) =>
        network is EcgTextNetwork { Writes: true } writer && _recipe.EcgText.WriterWeight > 0 ? writer.LongestWritten : 0;

    private WordsRecipe Cut(WordsNetwork network) => _recipe with { LongestText = Math.Min(_recipe.LongestText, network.LongestText) };

    private RecordWords WordsOf(RecordStore store, int record) => _words[store.Row(record).Key];

    private WordPieceVocabulary Vocabulary(RecordWords[] training)
    {
        try
        {
            var texts = new TextDraws(_recipe.Texts);
            WordPieceVocabulary vocabulary = _recipe.VocabularyFile.Length > 0
                ? WordPieceVocabulary.Read(_recipe.VocabularyFile)
                : WordPieceTrainer.Train(training.SelectMany(texts.All), _recipe.Vocabulary);
            return vocabulary.Padding == 0 ? vocabulary : throw new VocabularyException($"{_recipe.VocabularyFile}: [PAD] stands in line {vocabulary.Padding + 1}; it must be the first.");
        }
        catch (Exception error) when (error is VocabularyException or IOException)
        {
            throw new DatasetException(error.Message, error);
        }
    }

    private WordsNetwork Create(JsonElement configuration)
    {
        try
        {
            return WordsFamilies.Get(_recipe.Family).Create(configuration);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new DatasetException($"The recipe's network is none of the family {_recipe.Family}: {error.Message}", error);
        }
    }

    /// <summary>The ECG encoder's weights from a model that has one of the same family and size.</summary>
    private void LoadEncoder(WordsNetwork network, JsonElement configuration)
    {
        InnerEncoder inner = WordsFamilies.Get(_recipe.Family).Encoder(configuration);
        EncoderSource source = EncoderSource.Find(_recipe.StartFrom);
        if (source.Family != inner.Family) throw new DatasetException($"startFrom: {_recipe.StartFrom} is of the family {source.Family}, but the recipe's ECG encoder is of {inner.Family}.");
        using var scope = new Scope();
        using EcgNetwork body = ModelFamilies.Get(inner.Family).Create(inner.Configuration, 1);
        EncoderSource.LoadWeights(_recipe.StartFrom, body, head: false);
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        foreach ((string name, Tensor tensor) in body.State().Where(s => !s.Name.StartsWith(body.HeadPrefix, StringComparison.Ordinal))) state[inner.Prefix + name] = tensor;
        network.Load(state);
        _options.Show(new($"begins with the ECG encoder of {source.Name}", true));
    }

    private IObjective Objective(WordsNetwork network) => network switch
    {
        EcgTextNetwork own => new EcgTextObjective(own, _recipe.EcgText),
        EsiPretraining esi => new EsiObjective(esi, _recipe.Esi),
        MerlNetwork merl => new MerlObjective(merl, _recipe.Merl),
        _ => throw new ArgumentException($"No objective trains {network.GetType().Name}."),
    };

    private void Tell(int training, int validation, WordPieceVocabulary vocabulary, WordsNetwork network)
    {
        _options.Show(new($"{training} training and {validation} validation pairs, {vocabulary.Pieces.Count} pieces, {network.ParameterCount} parameters{Silent}", true));
    }

    private string Silent => _silent == 0 ? "" : $"; {_silent} recordings without any text are left out";
}
