// The dense layer.
namespace Einthoven.Torch;

/// <summary>y = x Wᵀ + b, over the last dimension. Names: weight [outputs, inputs], bias [outputs].</summary>
public sealed class Linear : Module
{
    private static readonly Operator s_linear = new("aten::linear");

    /// <summary>Makes a layer with zero weights.</summary>
    public Linear(long inputs, long outputs, bool bias = true)
    {
        Weight = Parameter("weight", outputs, inputs);
        if (bias) Bias = Parameter("bias", outputs);
    }

    /// <summary>[outputs, inputs].</summary>
    public Tensor Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>[.., inputs] → [.., outputs]. Weights are cast to the input's type inside the graph.</summary>
    public Tensor Forward(Tensor x)
    {
        ScalarType type = x.DType;
        return s_linear.Call(x, Weight.To(type), Bias?.To(type));
    }

    /// <summary>PyTorch's own start: weights and bias uniform in ±1/√inputs.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(Weight.Size(1));
        Weight.CopyFrom(random.UniformTensor(Weight.Shape, -bound, bound));
        Bias?.CopyFrom(random.UniformTensor(Bias.Shape, -bound, bound));
    }
}
