// The gradients of all processes and micro-batches, added up and divided by the targets of all of them.
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>One flat buffer for all gradients: on a CPU one large message is faster than many small ones.</summary>
internal sealed class GradientSum : IDisposable
{
    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly ProcessGroup _group;
    private readonly Tensor? _flat;

    internal GradientSum(IReadOnlyList<Tensor> parameters, ProcessGroup group)
    {
        (_parameters, _group) = (parameters, group);
        if (group.Size > 1) _flat = Scope.Release(Tensor.Full([parameters.Sum(p => p.Elements)], 0, ScalarType.Float32, parameters[0].Device));
    }

    /// <summary>Leaves in every parameter the gradient of the sum of all losses, divided by the sum of all sample sizes.</summary>
    /// <returns>The gradient norm before clipping.</returns>
    internal double Finish(double sampleSize, double clipNorm)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        double total = sampleSize;
        if (_flat is not null)
        {
            Span<double> sizes = [sampleSize];
            _group.Sum(sizes);
            total = sizes[0];
            Exchange(_flat);
        }
        if (!(total > 0)) return 0;
        if (total != 1)
            foreach (Tensor parameter in _parameters) parameter.Grad?.MulInPlace(1 / total);
        return GradientNorm.Clip(_parameters, clipNorm);
    }

    private void Exchange(Tensor flat)
    {
        long at = 0;
        foreach (Tensor parameter in _parameters)
        {
            Tensor place = flat.Narrow(0, at, parameter.Elements);
            if (parameter.Grad is { } gradient) place.CopyFrom(gradient.Flatten());
            else place.ZeroInPlace();
            at += parameter.Elements;
        }
        _group.Sum(flat);
        at = 0;
        foreach (Tensor parameter in _parameters)
        {
            Tensor sum = flat.Narrow(0, at, parameter.Elements).View(parameter.Shape);
            if (parameter.Grad is { } gradient) gradient.CopyFrom(sum);
            else parameter.Grad = sum.Clone();
            at += parameter.Elements;
        }
    }

    public void Dispose() => _flat?.Dispose();
}
