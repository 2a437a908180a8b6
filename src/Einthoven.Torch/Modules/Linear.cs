// The dense layer.
namespace Einthoven.Torch;

/// <summary>y = x Wᵀ + b, over the last dimension. Names: weight [outputs, inputs], bias [outputs].</summary>
public sealed class Linear : Module
{
    // On oneDNN's float32 product where libtorch shows it: see native/linear.cpp.
    private static readonly Operator s_linear = new("einthoven::linear");

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
        return Apply(x, Weight.To(type), Bias?.To(type));
    }

    /// <summary>The same with weights from elsewhere, of the input's type.</summary>
    /// <param name="x">[.., inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null.</param>
    public static Tensor Apply(Tensor x, Tensor weight, Tensor? bias = null) => s_linear.Call(x, weight, bias);

    /// <summary>PyTorch's own start: weights and bias uniform in ±1/√inputs.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        double bound = 1 / Math.Sqrt(Weight.Size(1));
        Weight.CopyFrom(random.UniformTensor(Weight.Shape, -bound, bound));
        Bias?.CopyFrom(random.UniformTensor(Bias.Shape, -bound, bound));
    }
}
