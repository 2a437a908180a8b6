// The classifier on ECG-JEPA's encoder: attention pooling by a learned query, or a linear map of the register or of the mean.
// Source: kweimann/ECG-JEPA, models/vit_classifier.py and modules.py.
using Einthoven.Models.Contracts;
using Einthoven.Torch;

namespace Einthoven.Models.Jepa;

/// <summary>Names: encoder.*, and attn_pool.* or fc.weight.</summary>
public sealed class JepaClassifier : EcgNetwork
{
    private readonly JepaConfig _config;
    private readonly JepaEncoder _encoder;
    private readonly QueryPool? _pool;
    private readonly Linear? _map;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public JepaClassifier(JepaConfig config)
    {
        _config = config;
        _encoder = Child("encoder", new JepaEncoder(config));
        if (config.Head == JepaHead.Attention) _pool = Child("attn_pool", new QueryPool(config));
        else _map = Child("fc", new Linear(config.Width, config.Labels, config.HeadBias));
    }

    /// <inheritdoc/>
    public override string HeadPrefix => _pool is null ? "fc." : "attn_pool.";

    /// <summary>The blocks' outputs, registers first, and what the head is given.</summary>
    public override IReadOnlyList<FeatureLayer> Layers => [.. Enumerable.Range(0, _config.Depth).Select(k => new FeatureLayer($"block{k}")), new("features")];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Tensor features = _encoder.Forward(windows, null, _config.KeepRegisters, ComputeType, observe);
        observe?.Invoke("features", features);
        Tensor logits = _pool is { } pool ? pool.Forward(features)
            : _map!.Forward(_config.Head == JepaHead.FirstRegister ? features.Select(1, 0) : features.Mean([1]));
        observe?.Invoke("logits", logits);
        return scope.Keep(logits);
    }

    /// <summary>
    /// Logits of every window of recordings, as the published evaluation cuts them. A recording's logits are their mean: logits are averaged,
    /// not probabilities.
    /// </summary>
    /// <param name="recordings">Float32 [recordings, leads, samples].</param>
    /// <param name="window">Samples of a window.</param>
    /// <param name="stride">Samples from one start to the next.</param>
    /// <returns>[recordings, windows, labels].</returns>
    /// <exception cref="ArgumentException">The recordings are shorter than a window.</exception>
    public Tensor ForwardWindows(Tensor recordings, int window, int stride)
    {
        int samples = (int)recordings.Size(2);
        if (samples < window) throw new ArgumentException($"The recordings have {samples} samples, a window has {window}.");
        using var scope = new Scope();
        Tensor[] logits = [.. WindowCuts.Of(samples, window, stride, window).Select(cut => Forward(recordings.Narrow(2, cut.Start, window)))];
        return scope.Keep(Tensor.Stack(logits, 1));
    }

    /// <summary>The linear map normal with deviation 0.02, as published.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        if (_map is not null) JepaBlock.Draw(_map, JepaBlock.InitialDeviation, random);
    }

    /// <summary>Names: query_token [1, 1, width], cross_attention_block.q, .kv, .proj.</summary>
    private sealed class QueryPool : Module
    {
        private readonly int _heads;
        private readonly Tensor _query;
        private readonly Linear _queries;
        private readonly Linear _keysValues;
        private readonly Linear _project;

        internal QueryPool(JepaConfig config)
        {
            _heads = config.Heads;
            _query = Parameter("query_token", 1, 1, config.Width);
            _queries = Child("cross_attention_block.q", new Linear(config.Width, config.Width, config.QkvBias));
            _keysValues = Child("cross_attention_block.kv", new Linear(config.Width, 2 * config.Width, config.QkvBias));
            _project = Child("cross_attention_block.proj", new Linear(config.Width, config.Labels, config.Bias));
        }

        /// <summary>[batch, tokens, width] → [batch, labels].</summary>
        internal Tensor Forward(Tensor x)
        {
            (long batch, long tokens, long width) = (x.Size(0), x.Size(1), x.Size(2));
            long each = width / _heads;
            Tensor query = _queries.Forward(_query).View(1, _heads, 1, each) * (1 / Math.Sqrt(each));
            Tensor projected = _keysValues.Forward(x).View(batch, tokens, 2, _heads, each).Permute(2, 0, 3, 1, 4);
            Tensor keys = projected.Select(0, 0), values = projected.Select(0, 1);            // [batch, heads, tokens, each]
            Tensor weights = (keys * query).Sum([-1]).Softmax(-1);                            // [batch, heads, tokens]
            return _project.Forward((values * weights.Unsqueeze(-1)).Sum([2]).Reshape(batch, width));
        }

        /// <summary>Everything normal with deviation 0.02, as published.</summary>
        protected override void InitializeOwn(IRandomSource random)
        {
            _query.CopyFrom(random.NormalTensor(_query.Shape, JepaBlock.InitialDeviation));
            foreach (Linear linear in (Linear[])[_queries, _keysValues, _project]) JepaBlock.Draw(linear, JepaBlock.InitialDeviation, random);
        }
    }
}
