// Attention pooling by one learned query.
// Source: the frozen-encoder head of the ECG foundation-model benchmark (Al-Masud et al., ICLR 2026, arXiv 2509.25095).
namespace Einthoven.Torch;

/// <summary>
/// A learned query attends to every position; what it gathers is projected to the outputs. Names: query [1, 1, width]; k_proj, q_proj,
/// v_proj [width, width] and c_proj [outputs, width], all without bias.
/// </summary>
public sealed class QueryAttentionPool : Module
{
    private readonly long _heads;
    private readonly Tensor _query;
    private readonly Linear _keys;
    private readonly Linear _queries;
    private readonly Linear _values;
    private readonly Linear _output;

    /// <summary>Makes a pool with zero weights.</summary>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    public QueryAttentionPool(long width, long heads, long outputs)
    {
        if (width % heads != 0) throw new ArgumentException($"{heads} heads do not divide a width of {width}.");
        _heads = heads;
        _query = Parameter("query", 1, 1, width);
        _keys = Child("k_proj", new Linear(width, width, bias: false));
        _queries = Child("q_proj", new Linear(width, width, bias: false));
        _values = Child("v_proj", new Linear(width, width, bias: false));
        _output = Child("c_proj", new Linear(width, outputs, bias: false));
    }

    /// <summary>[batch, positions, width] → [batch, outputs].</summary>
    public Tensor Forward(Tensor x)
    {
        (long batch, long positions, long width) = (x.Size(0), x.Size(1), x.Size(2));
        long perHead = width / _heads;
        Tensor query = _queries.Forward(_query).View(1, _heads, 1, perHead) * (1 / Math.Sqrt(perHead));
        Tensor keys = _keys.Forward(x).View(batch, positions, _heads, perHead).Transpose(1, 2);       // [batch, heads, positions, perHead]
        Tensor values = _values.Forward(x).View(batch, positions, _heads, perHead).Transpose(1, 2);
        Tensor weights = (keys * query).Sum([-1]).Softmax(-1);                                          // [batch, heads, positions]
        Tensor gathered = (values * weights.Unsqueeze(-1)).Sum([2]);                                    // [batch, heads, perHead]
        return _output.Forward(gathered.Reshape(batch, width));
    }

    /// <summary>The query normal with deviation 1/√width, as published; the projections begin as every dense layer does.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        float scale = (float)(1 / Math.Sqrt(_query.Elements));
        var draws = new float[_query.Elements];
        random.Normal(draws);
        for (int k = 0; k < draws.Length; k++) draws[k] *= scale;
        _query.CopyFrom(Tensor.From(draws, _query.Shape));
    }
}
