// The operators this project uses, with PyTorch's names; each is one line on top of the dispatcher.
namespace Einthoven.Torch;

public sealed partial class Tensor
{
    private static class Ops
    {
        internal static readonly Operator Item = new("aten::item");
        internal static readonly Operator Empty = new("aten::empty", "memory_format");
        internal static readonly Operator Full = new("aten::full");
        internal static readonly Operator ToDType = new("aten::to", "dtype");
        internal static readonly Operator ToDevice = new("aten::to", "device");
        internal static readonly Operator Contiguous = new("aten::contiguous");
        internal static readonly Operator Clone = new("aten::clone");
        internal static readonly Operator Detach = new("aten::detach");
        internal static readonly Operator Copy = new("aten::copy_");
        internal static readonly Operator Zero = new("aten::zero_");
        internal static readonly Operator FillScalar = new("aten::fill_", "Scalar");

        internal static readonly Operator View = new("aten::view");
        internal static readonly Operator Reshape = new("aten::reshape");
        internal static readonly Operator Flatten = new("aten::flatten", "using_ints");
        internal static readonly Operator Transpose = new("aten::transpose", "int");
        internal static readonly Operator Permute = new("aten::permute");
        internal static readonly Operator Narrow = new("aten::narrow");
        internal static readonly Operator Select = new("aten::select", "int");
        internal static readonly Operator Unsqueeze = new("aten::unsqueeze");
        internal static readonly Operator Squeeze = new("aten::squeeze", "dim");
        internal static readonly Operator Expand = new("aten::expand");
        internal static readonly Operator Flip = new("aten::flip");
        internal static readonly Operator Cat = new("aten::cat");
        internal static readonly Operator Stack = new("aten::stack");
        internal static readonly Operator IndexSelect = new("aten::index_select");
        internal static readonly Operator Gather = new("aten::gather");
        internal static readonly Operator MaskedFill = new("aten::masked_fill", "Scalar");
        internal static readonly Operator Where = new("aten::where", "self");
        internal static readonly Operator Pad = new("aten::constant_pad_nd");

        internal static readonly Operator Add = new("aten::add", "Tensor");
        internal static readonly Operator AddScalar = new("aten::add", "Scalar");
        internal static readonly Operator AddInPlace = new("aten::add_", "Tensor");
        internal static readonly Operator Sub = new("aten::sub", "Tensor");
        internal static readonly Operator SubScalar = new("aten::sub", "Scalar");
        internal static readonly Operator RSubScalar = new("aten::rsub", "Scalar");
        internal static readonly Operator Mul = new("aten::mul", "Tensor");
        internal static readonly Operator MulScalar = new("aten::mul", "Scalar");
        internal static readonly Operator MulInPlace = new("aten::mul_", "Scalar");
        internal static readonly Operator MulTensorInPlace = new("aten::mul_", "Tensor");
        internal static readonly Operator Div = new("aten::div", "Tensor");
        internal static readonly Operator DivScalar = new("aten::div", "Scalar");
        internal static readonly Operator Addcmul = new("aten::addcmul_");
        internal static readonly Operator Addcdiv = new("aten::addcdiv_");
        internal static readonly Operator Neg = new("aten::neg");
        internal static readonly Operator Abs = new("aten::abs");
        internal static readonly Operator Exp = new("aten::exp");
        internal static readonly Operator Log = new("aten::log");
        internal static readonly Operator Sqrt = new("aten::sqrt");
        internal static readonly Operator Square = new("aten::square");
        internal static readonly Operator PowScalar = new("aten::pow", "Tensor_Scalar");
        internal static readonly Operator Clamp = new("aten::clamp");
        internal static readonly Operator Sigmoid = new("aten::sigmoid");
        internal static readonly Operator Tanh = new("aten::tanh");
        internal static readonly Operator Relu = new("aten::relu");
        internal static readonly Operator Silu = new("aten::silu");
        internal static readonly Operator LogSigmoid = new("aten::log_sigmoid");
        internal static readonly Operator Gelu = new("aten::gelu");
        internal static readonly Operator Softmax = new("aten::softmax", "int");
        internal static readonly Operator LogSoftmax = new("aten::log_softmax", "int");

        internal static readonly Operator Matmul = new("aten::matmul");
        internal static readonly Operator Bmm = new("aten::bmm");
        internal static readonly Operator Sum = new("aten::sum");
        internal static readonly Operator SumDims = new("aten::sum", "dim_IntList");
        internal static readonly Operator Mean = new("aten::mean");
        internal static readonly Operator MeanDims = new("aten::mean", "dim");
        internal static readonly Operator Amax = new("aten::amax");
        internal static readonly Operator Argmax = new("aten::argmax");
        internal static readonly Operator Norm = new("aten::linalg_vector_norm");

        internal static readonly Operator Equal = new("aten::eq", "Tensor");
        internal static readonly Operator EqualScalar = new("aten::eq", "Scalar");
        internal static readonly Operator NotEqualScalar = new("aten::ne", "Scalar");
        internal static readonly Operator GreaterScalar = new("aten::gt", "Scalar");
        internal static readonly Operator GreaterEqual = new("aten::ge", "Tensor");
        internal static readonly Operator LessScalar = new("aten::lt", "Scalar");
        internal static readonly Operator Not = new("aten::logical_not");

        internal static readonly Operator Rfft = new("aten::fft_rfft");
        internal static readonly Operator Irfft = new("aten::fft_irfft");
    }

    /// <summary>A tensor of undefined content.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, ScalarType type = ScalarType.Float32, Device? device = null) =>
        Ops.Empty.Call(shape.ToArray(), type, Argument.None, device ?? Device.Cpu, Argument.None, Argument.None);

    /// <summary>A tensor of one value.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, ScalarType type = ScalarType.Float32, Device? device = null) =>
        Ops.Full.Call(shape.ToArray(), value, type, Argument.None, device ?? Device.Cpu, Argument.None);

    /// <summary>A tensor of zeros.</summary>
    public static Tensor Zeros(params ReadOnlySpan<long> shape) => Full(shape, 0);

    /// <summary>A tensor of ones.</summary>
    public static Tensor Ones(params ReadOnlySpan<long> shape) => Full(shape, 1);

    /// <summary>Converts the elements; the tensor itself where they have that type already.</summary>
    public Tensor To(ScalarType type) => Ops.ToDType.Call(this, type);

    /// <summary>Moves to a device; the tensor itself where it is there already.</summary>
    public Tensor To(Device device) => Ops.ToDevice.Call(this, device, DType);

    /// <summary>Dense row-major elements, copied only where they are not.</summary>
    public Tensor Contiguous() => Ops.Contiguous.Call(this);

    /// <summary>A copy.</summary>
    public Tensor Clone() => Ops.Clone.Call(this);

    /// <summary>The same data outside the graph.</summary>
    public Tensor Detach() => Ops.Detach.Call(this);

    /// <summary>Copies another tensor's elements into this one.</summary>
    public Tensor CopyFrom(Tensor source) => InPlace(Ops.Copy.Call(this, source));

    /// <summary>Sets every element to zero.</summary>
    public Tensor ZeroInPlace() => InPlace(Ops.Zero.Call(this));

    /// <summary>Sets every element to a value.</summary>
    public Tensor FillInPlace(double value) => InPlace(Ops.FillScalar.Call(this, value));

    /// <summary>The same elements in another shape, without a copy; one size may be -1.</summary>
    public Tensor View(params ReadOnlySpan<long> shape) => Ops.View.Call(this, shape.ToArray());

    /// <summary>The same elements in another shape, copied only where needed; one size may be -1.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => Ops.Reshape.Call(this, shape.ToArray());

    /// <summary>Joins dimensions <paramref name="start"/> to <paramref name="end"/> into one.</summary>
    public Tensor Flatten(int start = 0, int end = -1) => Ops.Flatten.Call(this, start, end);

    /// <summary>Swaps two dimensions.</summary>
    public Tensor Transpose(int a, int b) => Ops.Transpose.Call(this, a, b);

    /// <summary>Orders the dimensions anew.</summary>
    public Tensor Permute(params ReadOnlySpan<long> order) => Ops.Permute.Call(this, order.ToArray());

    /// <summary>A stretch of one dimension.</summary>
    public Tensor Narrow(int dimension, long start, long length) => Ops.Narrow.Call(this, dimension, start, length);

    /// <summary>One position of a dimension, which disappears.</summary>
    public Tensor Select(int dimension, long index) => Ops.Select.Call(this, dimension, index);

    /// <summary>Adds a dimension of size 1.</summary>
    public Tensor Unsqueeze(int dimension) => Ops.Unsqueeze.Call(this, dimension);

    /// <summary>Removes a dimension of size 1.</summary>
    public Tensor Squeeze(int dimension) => Ops.Squeeze.Call(this, dimension);

    /// <summary>Repeats dimensions of size 1 without copying; -1 keeps a size.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape) => Ops.Expand.Call(this, shape.ToArray());

    /// <summary>Reverses dimensions.</summary>
    public Tensor Flip(params ReadOnlySpan<long> dimensions) => Ops.Flip.Call(this, dimensions.ToArray());

    /// <summary>Joins tensors along a dimension.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int dimension = 0) => Ops.Cat.Call(Argument.List(tensors), dimension);

    /// <summary>Joins tensors along a new dimension.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors, int dimension = 0) => Ops.Stack.Call(Argument.List(tensors), dimension);

    /// <summary>The given positions of one dimension; index: Int64 [n].</summary>
    public Tensor IndexSelect(int dimension, Tensor index) => Ops.IndexSelect.Call(this, dimension, index);

    /// <summary>Picks elements along one dimension; index: Int64 of the result's shape.</summary>
    public Tensor Gather(int dimension, Tensor index) => Ops.Gather.Call(this, dimension, index);

    /// <summary>A value where the mask is true.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => Ops.MaskedFill.Call(this, mask, value);

    /// <summary>One tensor's elements where the condition holds, the other's elsewhere.</summary>
    public static Tensor Where(Tensor condition, Tensor yes, Tensor no) => Ops.Where.Call(condition, yes, no);

    /// <summary>Pads with a value: before and after the last dimension, then the last but one, …</summary>
    public Tensor Pad(ReadOnlySpan<long> amounts, double value = 0) => Ops.Pad.Call(this, amounts.ToArray(), value);

    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => Ops.Add.Call(a, b);
    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor a, double b) => Ops.AddScalar.Call(a, b);
    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => Ops.Sub.Call(a, b);
    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor a, double b) => Ops.SubScalar.Call(a, b);
    /// <summary>Difference.</summary>
    public static Tensor operator -(double a, Tensor b) => Ops.RSubScalar.Call(b, a);
    /// <summary>Negation.</summary>
    public static Tensor operator -(Tensor a) => Ops.Neg.Call(a);
    /// <summary>Product, element by element.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => Ops.Mul.Call(a, b);
    /// <summary>Product.</summary>
    public static Tensor operator *(Tensor a, double b) => Ops.MulScalar.Call(a, b);
    /// <summary>Product.</summary>
    public static Tensor operator *(double a, Tensor b) => Ops.MulScalar.Call(b, a);
    /// <summary>Quotient, element by element.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => Ops.Div.Call(a, b);
    /// <summary>Quotient.</summary>
    public static Tensor operator /(Tensor a, double b) => Ops.DivScalar.Call(a, b);

    /// <summary>this += other · alpha.</summary>
    public Tensor AddInPlace(Tensor other, double alpha = 1) => InPlace(Ops.AddInPlace.Call(this, other, alpha));

    /// <summary>this *= factor.</summary>
    public Tensor MulInPlace(double factor) => InPlace(Ops.MulInPlace.Call(this, factor));

    /// <summary>this *= other.</summary>
    public Tensor MulInPlace(Tensor other) => InPlace(Ops.MulTensorInPlace.Call(this, other));

    /// <summary>this += value · a · b.</summary>
    public Tensor AddcmulInPlace(Tensor a, Tensor b, double value = 1) => InPlace(Ops.Addcmul.Call(this, a, b, value));

    /// <summary>this += value · a / b.</summary>
    public Tensor AddcdivInPlace(Tensor a, Tensor b, double value = 1) => InPlace(Ops.Addcdiv.Call(this, a, b, value));

    /// <summary>Absolute values.</summary>
    public Tensor Abs() => Ops.Abs.Call(this);

    /// <summary>e to the power of each element.</summary>
    public Tensor Exp() => Ops.Exp.Call(this);

    /// <summary>Natural logarithm.</summary>
    public Tensor Log() => Ops.Log.Call(this);

    /// <summary>Square root.</summary>
    public Tensor Sqrt() => Ops.Sqrt.Call(this);

    /// <summary>Square.</summary>
    public Tensor Square() => Ops.Square.Call(this);

    /// <summary>Power.</summary>
    public Tensor Pow(double exponent) => Ops.PowScalar.Call(this, exponent);

    /// <summary>Limits to a range; a null bound is open.</summary>
    public Tensor Clamp(double? min, double? max) => Ops.Clamp.Call(this, min is { } a ? a : Argument.None, max is { } b ? b : Argument.None);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => Ops.Sigmoid.Call(this);

    /// <summary>ln(1 / (1 + e^-x)).</summary>
    public Tensor LogSigmoid() => Ops.LogSigmoid.Call(this);

    /// <summary>x / (1 + e^-x), also called swish.</summary>
    public Tensor Silu() => Ops.Silu.Call(this);

    /// <summary>Hyperbolic tangent.</summary>
    public Tensor Tanh() => Ops.Tanh.Call(this);

    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => Ops.Relu.Call(this);

    /// <summary>
    /// Exact (erf) GELU. Computed on the flattened tensor: oneDNN's GELU backward in Debian's build ignores the strides of a
    /// permuted gradient and returns garbage; the backward of the view makes it contiguous first.
    /// </summary>
    public Tensor Gelu()
    {
        long[] shape = Shape;
        return Ops.Gelu.Call(Flatten()).View(shape);
    }

    /// <summary>Softmax over a dimension.</summary>
    public Tensor Softmax(int dimension) => Ops.Softmax.Call(this, dimension);

    /// <summary>Logarithm of the softmax over a dimension.</summary>
    public Tensor LogSoftmax(int dimension) => Ops.LogSoftmax.Call(this, dimension);

    /// <summary>Matrix product, broadcast over leading dimensions.</summary>
    public Tensor Matmul(Tensor other) => Ops.Matmul.Call(this, other);

    /// <summary>Matrix products of a batch: [n, a, b] · [n, b, c] → [n, a, c].</summary>
    public Tensor Bmm(Tensor other) => Ops.Bmm.Call(this, other);

    /// <summary>Sum of all elements.</summary>
    public Tensor Sum() => Ops.Sum.Call(this);

    /// <summary>Sum over dimensions.</summary>
    public Tensor Sum(ReadOnlySpan<long> dimensions, bool keepDimensions = false) => Ops.SumDims.Call(this, dimensions.ToArray(), keepDimensions);

    /// <summary>Mean of all elements.</summary>
    public Tensor Mean() => Ops.Mean.Call(this);

    /// <summary>Mean over dimensions.</summary>
    public Tensor Mean(ReadOnlySpan<long> dimensions, bool keepDimensions = false) => Ops.MeanDims.Call(this, dimensions.ToArray(), keepDimensions);

    /// <summary>Largest element over dimensions.</summary>
    public Tensor Amax(ReadOnlySpan<long> dimensions, bool keepDimensions = false) => Ops.Amax.Call(this, dimensions.ToArray(), keepDimensions);

    /// <summary>Position of the largest element of a dimension, Int64.</summary>
    public Tensor Argmax(int dimension) => Ops.Argmax.Call(this, dimension);

    /// <summary>Euclidean norm over dimensions (all where empty).</summary>
    public Tensor Norm(ReadOnlySpan<long> dimensions = default, bool keepDimensions = false) =>
        Ops.Norm.Call(this, 2.0, dimensions.IsEmpty ? Argument.None : dimensions.ToArray(), keepDimensions);

    /// <summary>Element-wise equality, Bool.</summary>
    public Tensor Eq(Tensor other) => Ops.Equal.Call(this, other);

    /// <summary>Element-wise equality with a number, Bool.</summary>
    public Tensor Eq(double value) => Ops.EqualScalar.Call(this, value);

    /// <summary>Element-wise inequality with a number, Bool.</summary>
    public Tensor Ne(double value) => Ops.NotEqualScalar.Call(this, value);

    /// <summary>Element-wise greater-than, Bool.</summary>
    public Tensor Gt(double value) => Ops.GreaterScalar.Call(this, value);

    /// <summary>Element-wise less-than, Bool.</summary>
    public Tensor Lt(double value) => Ops.LessScalar.Call(this, value);

    /// <summary>Element-wise at-least, Bool.</summary>
    public Tensor Ge(Tensor other) => Ops.GreaterEqual.Call(this, other);

    /// <summary>Element-wise negation, Bool.</summary>
    public Tensor LogicalNot() => Ops.Not.Call(this);

    /// <summary>Spectrum of real signals along the last dimension, zero-padded or cut to n samples: [.., n/2+1], complex.</summary>
    public Tensor Rfft(long n) => Ops.Rfft.Call(this, n);

    /// <summary>Real signals of n samples from their spectrum.</summary>
    public Tensor Irfft(long n) => Ops.Irfft.Call(this, n);

    /// <summary>An in-place operator returns the tensor it changed once more: that second handle is dropped.</summary>
    private Tensor InPlace(Tensor same)
    {
        Scope.Release(same).Dispose();
        return this;
    }
}
