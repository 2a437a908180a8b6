// This project's own network of ECG and text: any family's encoder, a small text encoder, and a writer.
// Sources: contrast of pairs, Radford et al., ICML 2021; contrast and captioning on one network, Yu et al., "CoCa", arXiv 2205.01917.
using Einthoven.Models.Esi;
using Einthoven.Torch;

namespace Einthoven.Models.Words;

/// <summary>What the network makes of pairs.</summary>
/// <param name="Ecgs">Unit vectors of the ECGs [B, common width].</param>
/// <param name="Texts">Unit vectors of the texts [B, common width].</param>
/// <param name="Logits">Of the token after each of the texts to write [R, W, vocabulary]; null where nothing is to be written.</param>
public sealed record EcgTextPass(Tensor Ecgs, Tensor Texts, Tensor? Logits);

/// <summary>ECGs and texts in one space. Names: temperature, ecg.*, to_common, text.*, text_to_common, writer.*.</summary>
public sealed class EcgTextNetwork : WordsNetwork
{
    private const double InitialTemperature = 0.07;
    private readonly EcgTextConfig _config;
    private readonly EcgNetwork _ecg;
    private readonly Linear _ecgToCommon;
    private readonly BertEncoder _text;
    private readonly Linear _textToCommon;
    private readonly EcgTextWriter? _writer;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgTextNetwork(EcgTextConfig config)
    {
        config.Validate();
        _config = config;
        LogFactor = Parameter("temperature", 1);
        _ecg = Child("ecg", ModelFamilies.Get(config.EcgFamily).Create(config.Ecg, 1));
        _ecgToCommon = Child("to_common", new Linear(2 * config.EcgWidth, config.Width));
        _text = Child("text", new BertEncoder(config.Text));
        _textToCommon = Child("text_to_common", new Linear(config.Text.Width, config.Width));
        if (config.WriterLayers > 0) _writer = Child("writer", new EcgTextWriter(config));
    }

    /// <summary>Similarities are multiplied by its exponential, which begins at 1 / 0.07.</summary>
    public Tensor LogFactor { get; }

    /// <inheritdoc/>
    public override int CommonWidth => _config.Width;

    /// <inheritdoc/>
    public override int LongestText => _config.Text.Positions;

    /// <summary>Tokens of a written text at most.</summary>
    public int LongestWritten => _config.LongestWritten;

    /// <summary>Whether the network writes.</summary>
    public bool Writes => _writer is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> EcgLayers => _ecg.Layers;

    /// <summary>Embeds pairs, and predicts texts word by word.</summary>
    /// <param name="windows">Float32 [B, leads, samples].</param>
    /// <param name="ids">Int64 [B, T]: the texts of the contrast.</param>
    /// <param name="mask">Int64 [B, T]: 1 for a token, 0 for padding.</param>
    /// <param name="written">Int64 [R, W]: texts to write from the first R ECGs, without their last column; null: none.</param>
    public EcgTextPass Forward(Tensor windows, Tensor ids, Tensor mask, Tensor? written)
    {
        using Scope scope = new();
        Tensor map = Map(windows, null);
        Tensor? logits = written is null || _writer is null ? null : scope.Keep(_writer.Forward(written, map.Narrow(0, 0, written.Size(0))));
        return new(scope.Keep(Embed(map)), scope.Keep(EmbedText(ids, mask)), logits);
    }

    /// <inheritdoc/>
    public override Tensor EmbedEcg(Tensor windows, StageObserver? observe = null)
    {
        using Scope scope = new();
        return scope.Keep(Embed(Map(windows, observe)));
    }

    /// <inheritdoc/>
    public override Tensor EmbedText(Tensor ids, Tensor mask)
    {
        // The mean over the tokens, not the first token: a small encoder learns at once which word a text differs by.
        using Scope scope = new();
        Tensor real = mask.To(ScalarType.Float32).Unsqueeze(2);                                                  // [texts, tokens, 1]
        Tensor mean = (_text.Forward(ids, mask) * real).Sum([1]) / real.Sum([1]).Clamp(1, null);
        return scope.Keep(UnitRows(_textToCommon.Forward(mean)));
    }

    /// <summary>Writes a text for each ECG, always the likeliest token next.</summary>
    /// <param name="map">What the last of <see cref="EcgLayers"/> gives [B, positions, width].</param>
    /// <param name="start">Id of the first token.</param>
    /// <param name="end">Id of the last one.</param>
    /// <returns>Ids without both ends; a text that never ended is as long as it may be.</returns>
    /// <exception cref="InvalidOperationException">The network has no writer.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Write(Tensor map, int start, int end)
    {
        if (_writer is null) throw new InvalidOperationException("This network was made without a writer.");
        int rows = (int)map.Size(0);
        List<int>[] texts = [.. Enumerable.Range(0, rows).Select(_ => new List<int> { start })];
        bool[] ended = new bool[rows];
        for (int length = 1; length < LongestWritten && !ended.All(e => e); length++)
        {
            using Scope scope = new();
            long[] ids = [.. texts.SelectMany(text => text.Select(id => (long)id))];
            Tensor logits = _writer.Forward(Tensor.From(ids, rows, length).To(map.Device), map).Select(1, length - 1);
            long[] next = logits.Argmax(1).ToArray<long>();
            for (int row = 0; row < rows; row++)
            {
                texts[row].Add((int)next[row]);
                ended[row] |= next[row] == end;
            }
        }

        return [.. texts.Select(text => (IReadOnlyList<int>)[.. text.Skip(1).TakeWhile(id => id != end)])];
    }

    private Tensor Map(Tensor windows, StageObserver? observe)
    {
        _ecg.ComputeType = ComputeType;
        return _ecg.Encode(windows, observe: observe);                  // [B, positions, ECG width]
    }

    private Tensor Embed(Tensor map)
    {
        if (map.Size(2) != _config.EcgWidth)
            throw new ArgumentException($"ecgWidth is {_config.EcgWidth}, but the last layer of {_config.EcgFamily} is {map.Size(2)} wide.");
        return UnitRows(_ecgToCommon.Forward(Tensor.Cat([map.Mean([1]), map.Amax([1])], 1)));
    }

    /// <summary>The factor begins at 1 / 0.07; every part begins as its own kind does.</summary>
    protected override void InitializeOwn(IRandomSource random) => LogFactor.FillInPlace(-Math.Log(InitialTemperature));
}
