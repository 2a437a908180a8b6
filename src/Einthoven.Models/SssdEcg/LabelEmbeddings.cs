// The two ways in which a set of labels becomes one vector.
// Sources: Lopez Alcaraz and Strodthoff, arXiv 2301.08227 (a row a label, summed); Skorik and Avetisyan, arXiv 2407.11108, and
// ispras/EcgLib, sssd_ecg_nle.py (a row for presence and one for absence, weighted).
using Einthoven.Torch;

namespace Einthoven.Models.SssdEcg;

/// <summary>A table of vectors. Names: weight [rows, width].</summary>
internal sealed class EmbeddingTable : Module
{
    internal EmbeddingTable(int rows, int width) => Weight = Parameter("weight", rows, width);

    internal Tensor Weight { get; }

    /// <summary>Standard normal.</summary>
    protected override void InitializeOwn(IRandomSource random) => Weight.CopyFrom(random.NormalTensor(Weight.Shape));
}

/// <summary>
/// For every label one of two vectors, combined with one weight a label and one bias. Names: label_embedding.K.weight [2, width] (absent,
/// present), label_embedding_conv.weight [1, labels, 1], label_embedding_conv.bias [1]; a single label has no label_embedding_conv.
/// </summary>
internal sealed class PairedLabelEmbedding : Module
{
    private readonly List<EmbeddingTable> _pairs = [];
    private readonly Combination? _combination;
    private readonly bool _presenceLearns;

    internal PairedLabelEmbedding(int labels, int width, bool presenceLearns)
    {
        _presenceLearns = presenceLearns;
        for (int k = 0; k < labels; k++) _pairs.Add(Child($"label_embedding.{k}", new EmbeddingTable(2, width)));
        if (labels > 1) _combination = Child("label_embedding_conv", new Combination(labels));
    }

    /// <summary>[batch, labels] of 0 and 1 → [batch, width].</summary>
    internal Tensor Forward(Tensor labels, StageObserver? observe)
    {
        Tensor tables = Tensor.Stack([.. _pairs.Select(p => p.Weight)]);                                    // [labels, 2, width]
        Tensor absent = tables.Select(1, 0), present = tables.Select(1, 1);
        // The published program declares the last row, presence, to be padding: it gets no gradient.
        if (!_presenceLearns) present = present.Detach();
        Tensor picked = Tensor.Where(labels.Gt(0.5).Unsqueeze(2), present.Unsqueeze(0), absent.Unsqueeze(0)); // [batch, labels, width]
        observe?.Invoke("label_pair_embeddings", picked);
        return _combination?.Forward(picked) ?? picked.Squeeze(1);
    }

    /// <summary>The tables are standard normal already; presence begins at zero where it does not learn.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        if (_presenceLearns) return;
        foreach (EmbeddingTable pair in _pairs) pair.Weight.Select(0, 1).ZeroInPlace();
    }

    private sealed class Combination : Module
    {
        private readonly Tensor _weight;
        private readonly Tensor _bias;

        internal Combination(int labels)
        {
            _weight = Parameter("weight", 1, labels, 1);
            _bias = Parameter("bias", 1);
        }

        /// <summary>[batch, labels, width] → [batch, width].</summary>
        internal Tensor Forward(Tensor picked) => (picked * _weight).Sum([1]) + _bias;

        /// <summary>PyTorch's own start of a convolution: uniform in ±1/√labels.</summary>
        protected override void InitializeOwn(IRandomSource random)
        {
            double bound = 1 / Math.Sqrt(_weight.Size(1));
            _weight.CopyFrom(random.UniformTensor(_weight.Shape, -bound, bound));
            _bias.CopyFrom(random.UniformTensor(_bias.Shape, -bound, bound));
        }
    }
}
