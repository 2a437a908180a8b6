// A tensor that is made again only when what it was made of has changed.
namespace Einthoven.Torch;

/// <summary>
/// Remembers a result together with copies of its inputs. Comparing a few thousand numbers costs microseconds and sees every way in which
/// weights change: optimiser steps, loading, exchange with an average, another device.
/// </summary>
internal sealed class KeptTensor : IDisposable
{
    private static readonly Operator s_equal = new("aten::equal");
    private Tensor[] _inputs = [];
    private long _size;
    private Tensor? _result;

    /// <summary>The result for these inputs and this size; made without recording where it is new.</summary>
    internal Tensor Get(Tensor[] inputs, long size, Func<Tensor> make)
    {
        if (_result is not null && size == _size && Same(inputs)) return _result;
        using var noGrad = GradMode.Off();
        Tensor result;
        using (new Scope()) result = Scope.Release(make());
        Dispose();
        _inputs = [.. inputs.Select(t => Scope.Release(t.Detach().Clone()))];
        (_size, _result) = (size, result);
        return result;
    }

    private bool Same(Tensor[] inputs)
    {
        for (int k = 0; k < inputs.Length; k++)
            if (inputs[k].Device != _inputs[k].Device || inputs[k].DType != _inputs[k].DType || s_equal.CallNumber(inputs[k], _inputs[k]) == 0) return false;
        return inputs.Length == _inputs.Length;
    }

    public void Dispose()
    {
        foreach (Tensor input in _inputs) input.Dispose();
        _result?.Dispose();
        (_inputs, _result) = ([], null);
    }
}
