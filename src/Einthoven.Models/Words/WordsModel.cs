// A loaded model of words: recordings and questions become vectors, and a recording becomes a text.
using Einthoven.Models.Embedding;
using Einthoven.Models.Packages;
using Einthoven.Models.Probes;
using Einthoven.Models.Text;
using Einthoven.Torch;

namespace Einthoven.Models.Words;

/// <summary>A recording in the common space.</summary>
/// <param name="Record">Which.</param>
/// <param name="Vector">Its unit vector, the mean over its windows.</param>
public sealed record EcgVector(RecordFacts Record, float[] Vector);

/// <summary>A question in the common space.</summary>
/// <param name="Text">As it was asked.</param>
/// <param name="Vector">Its unit vector.</param>
/// <param name="Label">The package's label of that name or code, with its calibration; null where it has none.</param>
/// <param name="Warnings">What is to be said about the question.</param>
public sealed record AskedQuestion(string Text, float[] Vector, ModelLabel? Label, IReadOnlyList<string> Warnings);

/// <summary>A package of one of the <see cref="WordsFamilies"/>, ready to be asked. One compute thread at a time may use it.</summary>
public sealed class WordsModel : IDisposable
{
    private const int BatchOfTexts = 64;
    private readonly AskedNetwork _network;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly NamedWords _named;

    private WordsModel(EcgModel model, AskedNetwork network, WordPieceTokenizer tokenizer, NamedWords named)
    {
        (Model, _network, _tokenizer, _named) = (model, network, tokenizer, named);
        using Scope scope = new();
        Reference = Rows(network.Reference.Detach());
    }

    /// <summary>The package as a classifier of its own questions.</summary>
    public EcgModel Model { get; }

    /// <summary>Unit vectors of the package's reference recordings.</summary>
    public IReadOnlyList<float[]> Reference { get; }

    /// <summary>Whether it writes texts.</summary>
    public bool Writes => _network.Words is EcgTextNetwork { Writes: true };

    /// <summary>Loads a model by name or by the path of its package.</summary>
    /// <exception cref="ModelPackageException">There is no such model, it cannot be asked in words, or it is damaged.</exception>
    public static WordsModel Load(string nameOrPath, Device? device = null)
    {
        using ModelPackage package = ModelCatalog.Open(nameOrPath);
        ModelDescription description = package.Description;
        if (WordsFamilies.Find(description.Family) is null)
            throw new ModelPackageException($"{description.Name} is of the family {description.Family}, which cannot be asked in words. Families that can: {string.Join(", ", WordsFamilies.All.Select(f => f.Name))}; train-words makes such a model.");
        string vocabulary = package.Text(ModelPackage.VocabularyFile)
            ?? throw new ModelPackageException($"{package.Path}: {ModelPackage.VocabularyFile} is missing: without its pieces no text can be read.");
        try
        {
            var tokenizer = new WordPieceTokenizer(WordPieceVocabulary.Parse(vocabulary, Path.Combine(package.Path, ModelPackage.VocabularyFile)));
            EcgModel model = EcgModel.Load(package, device);
            return new WordsModel(model, (AskedNetwork)model.Network, tokenizer, NamedWords.Parse(package.Text(ModelPackage.NamedFile) ?? ""));
        }
        catch (VocabularyException wrong)
        {
            throw new ModelPackageException(wrong.Message, wrong);
        }
    }

    /// <summary>Brings questions into the common space.</summary>
    /// <param name="questions">Such as "atrial fibrillation"; each is put into the layout of the training texts.</param>
    /// <exception cref="ArgumentException">A question is empty, or none of it can be read.</exception>
    public IReadOnlyList<AskedQuestion> Ask(IReadOnlyList<string> questions)
    {
        ModelLabel?[] labels = [.. questions.Select(question => Find(question.Trim()))];
        // A code stands for its label's name.
        IReadOnlyList<float[]> vectors = EmbedTexts([.. questions.Select((question, k) => Checked(labels[k]?.Name ?? question))]);
        return [.. questions.Select((question, k) => new AskedQuestion(question.Trim(), vectors[k], labels[k], labels[k] is null ? Warnings(question) : []))];
    }

    /// <summary>Unit vectors of whole texts, as they are; what is too long is cut.</summary>
    public IReadOnlyList<float[]> EmbedTexts(IReadOnlyList<string> texts) => Embed(_network.Words, _tokenizer, texts, Model.Device);

    /// <summary>Unit vectors of texts by a network that may still be training; it is in evaluation mode.</summary>
    public static IReadOnlyList<float[]> Embed(WordsNetwork network, WordPieceTokenizer tokenizer, IReadOnlyList<string> texts, Device device)
    {
        var vectors = new List<float[]>();
        foreach (string[] some in texts.Chunk(BatchOfTexts))
        {
            using Scope scope = new();
            using GradModeGuard noGrad = GradMode.Off();
            TokenBatch tokens = tokenizer.EncodeBatch(some, network.LongestText);
            vectors.AddRange(Rows(network.EmbedText(
                Tensor.From(tokens.Ids, tokens.Rows, tokens.Tokens).To(device), Tensor.From(tokens.Mask, tokens.Rows, tokens.Tokens).To(device))));
        }

        return vectors;
    }

    /// <summary>Brings prepared recordings into the common space as they come, in order.</summary>
    public IEnumerable<EcgVector> EmbedMany(IEnumerable<PreparedRecord> records, int batch = EcgModel.DefaultBatch)
    {
        foreach (RecordFeatures features in Model.EncodeMany(records, AskedNetwork.CommonLayer, batch))
            yield return new EcgVector(features.Record, Unit(features.Pool(FeaturePooling.Mean)));
    }

    /// <summary>Writes a text for each prepared recording from its first window, as they come, in order.</summary>
    /// <exception cref="InvalidOperationException">The model does not write.</exception>
    public IEnumerable<(RecordFacts Record, string Text)> WriteMany(IEnumerable<PreparedRecord> records, int batch = EcgModel.DefaultBatch)
    {
        if (_network.Words is not EcgTextNetwork { Writes: true } writer) throw new InvalidOperationException($"{Model.Description.Name} does not write texts.");
        return Texts();

        IEnumerable<(RecordFacts, string)> Texts()
        {
            foreach (RecordFeatures[] some in Model.EncodeMany(records, batch: batch).Chunk(batch))
            {
                IReadOnlyList<IReadOnlyList<int>> written;
                using (Scope scope = new())
                using (GradModeGuard noGrad = GradMode.Off())
                {
                    Tensor map = Tensor.From([.. some.SelectMany(features => features.Windows[0])], some.Length, some[0].Positions, some[0].Width).To(Model.Device);
                    written = writer.Write(map, _tokenizer.Vocabulary.Start, _tokenizer.Vocabulary.End);
                }

                for (int k = 0; k < some.Length; k++) yield return (some[k].Record, _tokenizer.Decode(written[k]));
            }
        }
    }

    /// <summary>A text as <see cref="WriteMany"/> would spell it: lower case, pieces joined, punctuation between spaces.</summary>
    public string Spell(string text) => _tokenizer.Decode(_tokenizer.Encode(text));

    /// <summary>The cosine of two unit vectors.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Model.Dispose();

    private string Checked(string question)
    {
        if (string.IsNullOrWhiteSpace(question)) throw new ArgumentException("A question is empty. Ask for a finding in words, such as \"atrial fibrillation\".");
        IReadOnlyList<int> ids = _tokenizer.Encode(question.Trim());
        return ids.Skip(1).SkipLast(1).All(id => id == _tokenizer.Vocabulary.Unknown)
            ? throw new ArgumentException($"Nothing of \"{Short(question)}\" can be read: the model's vocabulary spells none of its words.")
            : EcgTextGenerator.Prompt(question.Trim().TrimEnd('.'));
    }

    private List<string> Warnings(string question)
    {
        var warnings = new List<string>();
        int tokens = _tokenizer.Encode(EcgTextGenerator.Prompt(question)).Count;
        if (tokens > _network.Words.LongestText) warnings.Add($"\"{Short(question)}\" has {tokens} tokens; only the first {_network.Words.LongestText} are read.");
        Familiarity known = _named.Of(question);
        if (known.UnknownWords.Count > 0)
            warnings.Add($"\"{Short(question)}\": no training text had the word{(known.UnknownWords.Count > 1 ? "s" : "")} {string.Join(", ", known.UnknownWords.Take(5))}: the answer may mean nothing.");
        else if (!known.IsNamed)
            warnings.Add($"\"{Short(question)}\": training texts had these words, but named nothing in just this way.");
        return warnings;
    }

    private ModelLabel? Find(string question) => Model.Description.Labels.FirstOrDefault(label =>
        Same(label.Name, question) || (label.Code.Length > 0 && (Same(label.Code, question) || Same(label.Key, question))));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "…";

    private static float[] Unit(float[] vector)
    {
        double norm = Math.Sqrt(Cosine(vector, vector));
        return norm > 0 ? [.. vector.Select(x => (float)(x / norm))] : vector;
    }

    private static float[][] Rows(Tensor matrix)
    {
        int width = (int)matrix.Size(1);
        return [.. matrix.ToArray<float>().Chunk(width)];
    }
}
