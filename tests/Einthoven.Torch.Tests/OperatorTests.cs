// Operator calls: conversion by schema, errors, lifetime.
namespace Einthoven.Torch.Tests;

public sealed class OperatorTests
{
    [Fact]
    public void An_integer_given_for_a_list_of_integers_is_repeated_as_the_schema_says()
    {
        using var scope = new Scope();
        Tensor x = Tensor.Ones(1, 1, 6);
        Tensor y = new Operator("aten::max_pool1d").Call(x, 2);
        Assert.Equal([1, 1, 3], y.Shape);
    }

    [Fact]
    public void An_integer_given_for_a_float_and_a_boolean_is_converted()
    {
        using var scope = new Scope();
        Tensor x = Tensor.From([1f, 2f, 3f], 3);
        Assert.Equal([1f, 2f, 3f], new Operator("aten::dropout").Call(x, 0, 0).ToArray<float>());
    }

    [Fact]
    public void A_scalar_keeps_integer_tensors_integer_and_a_double_promotes_them()
    {
        using var scope = new Scope();
        Tensor x = Tensor.From([1L, 2L], 2);
        var multiply = new Operator("aten::mul", "Scalar");
        Assert.Equal(ScalarType.Int64, multiply.Call(x, 2).DType);
        Assert.Equal(ScalarType.Float32, multiply.Call(x, 2.0).DType);
    }

    [Fact]
    public void None_and_the_default_are_told_apart()
    {
        using var scope = new Scope();
        Tensor x = Tensor.From([1f, 2f, 3f, 4f], 2, 2);
        var clamp = new Operator("aten::clamp");
        Assert.Equal([2f, 2f, 3f, 4f], clamp.Call(x, 2.0, Argument.None).ToArray<float>());
        Assert.Equal([2f, 2f, 3f, 4f], clamp.Call(x, 2.0).ToArray<float>());
    }

    [Fact]
    public void An_error_of_libtorch_is_an_exception_that_names_the_operator_and_the_process_goes_on()
    {
        using var scope = new Scope();
        Tensor a = Tensor.Ones(2, 3), b = Tensor.Ones(2, 3);
        var e = Assert.Throws<TorchException>(() => a.Matmul(b));
        Assert.Contains("aten::matmul", e.Message, StringComparison.Ordinal);
        Assert.Equal(6, (a + b).Sum().Item() / 2);
    }

    [Fact]
    public void An_unknown_operator_and_a_missing_argument_are_reported()
    {
        Assert.False(new Operator("aten::no_such_thing").Exists);
        Assert.Throws<TorchException>(() => new Operator("aten::no_such_thing").Call());
        var e = Assert.Throws<TorchException>(() => new Operator("aten::relu").Call());
        Assert.Contains("self", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_tensors_and_several_results_cross_the_bridge()
    {
        using var scope = new Scope();
        Tensor a = Tensor.From([1f, 2f], 2), b = Tensor.From([3f], 1);
        Assert.Equal([1f, 2f, 3f], Tensor.Cat([a, b]).ToArray<float>());
        Tensor?[] parts = new Operator("aten::split", "Tensor").CallMany(Tensor.From([1f, 2f, 3f], 3), 2);
        Assert.Equal([[1f, 2f], [3f]], parts.Select(p => p!.ToArray<float>()));
        Tensor?[] maximum = new Operator("aten::max", "dim").CallMany(Tensor.From([1f, 5f, 3f], 3), 0);
        Assert.Equal(5, maximum[0]!.Item());
        Assert.Equal(1, maximum[1]!.Item());
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        Tensor x = Tensor.Ones(2);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x + 1);
    }

    [Fact]
    public void A_scope_frees_what_was_made_inside_and_keeps_what_is_moved_out()
    {
        // Other tests run beside this one, so the scope's own count is asked, not the process-wide one.
        Tensor kept, lost;
        using (var outer = new Scope())
        {
            using (var inner = new Scope())
            {
                lost = Tensor.Ones(2);
                kept = inner.Keep(Tensor.Ones(3) * 2);
                Assert.Equal(2, inner.Count);
            }
            Assert.True(lost.IsDisposed);
            Assert.False(kept.IsDisposed);
            Assert.Equal(1, outer.Count);
        }
        Assert.True(kept.IsDisposed);
    }

    [Fact]
    public void Bytes_and_types_survive_the_way_in_and_out()
    {
        using var scope = new Scope();
        Assert.Equal([1.5, -2.0], Tensor.From([1.5, -2.0], 2).ToArray<double>());
        Assert.Equal([true, false], Tensor.From([true, false], 2).ToArray<bool>());
        Assert.Equal([1f, 3f, 2f, 4f], Tensor.From([1f, 2f, 3f, 4f], 2, 2).Transpose(0, 1).ToArray<float>());
        Assert.Equal([1L, -2L], Tensor.From([1.9f, -2.9f], 2).ToArray<long>());
        Assert.Throws<ArgumentException>(() => Tensor.From([1f, 2f, 3f], 2));
    }
}
