// CoCa's attentional pooler, which ESI builds and leaves unused: learned queries gather what an ECG's positions hold.
// Source: Yu et al., "CoCa", arXiv 2205.01917, §3.2; comp-well-org/ESI, model/esi.py.
using Einthoven.Torch;

namespace Einthoven.Models.Esi;

/// <summary>Attention of queries to positions, both normed, one shared key and value head. Names as in img_attn_pool.*.</summary>
public sealed class EsiPooler : Module
{
    private readonly SharedCrossAttention _attention;

    /// <summary>Makes a pooler with zero weights.</summary>
    /// <param name="width">Width of the queries and of the result.</param>
    /// <param name="contextWidth">Width of the positions.</param>
    /// <param name="heads">Query heads.</param>
    /// <param name="headWidth">Width of a head.</param>
    public EsiPooler(int width, int contextWidth, int heads, int headWidth) =>
        _attention = Child("", new SharedCrossAttention(width, contextWidth, heads, headWidth, 0, normContext: true));

    /// <summary>Queries [n, width] and positions [batch, m, context width] → [batch, n, width].</summary>
    public Tensor Forward(Tensor queries, Tensor positions) =>
        _attention.Forward(queries.Unsqueeze(0).Expand(positions.Size(0), queries.Size(0), queries.Size(1)), positions);
}
