// Gradients: modes of the calling thread, and the backward pass.
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>Whether operators on this thread record a graph. The mode belongs to the thread: never keep one open across an await.</summary>
public static class GradMode
{
    /// <summary>Whether this thread records now.</summary>
    public static bool IsOn
    {
        get
        {
            int before = Bridge.et_set_grad_mode(0);
            _ = Bridge.et_set_grad_mode(before);
            return before != 0;
        }
    }

    /// <summary>Stops recording until disposed: <c>using var noGrad = GradMode.Off();</c></summary>
    public static GradModeGuard Off() => new(false);

    /// <summary>Records until disposed, inside a stretch where recording is off.</summary>
    public static GradModeGuard On() => new(true);

    /// <summary>
    /// Inference mode until disposed: a little cheaper than <see cref="Off"/>; tensors made inside can never take part in training.
    /// </summary>
    public static InferenceModeGuard Inference() => new(Bridge.et_enter_inference_mode());
}

/// <summary>Restores the grad mode that was.</summary>
public readonly ref struct GradModeGuard
{
    private readonly int _before;

    internal GradModeGuard(bool on) => _before = Bridge.et_set_grad_mode(on ? 1 : 0);

    /// <summary>Restores the mode.</summary>
    public void Dispose() => _ = Bridge.et_set_grad_mode(_before);
}

/// <summary>Leaves inference mode.</summary>
public readonly ref struct InferenceModeGuard
{
    private readonly IntPtr _guard;

    internal InferenceModeGuard(IntPtr guard) => _guard = guard;

    /// <summary>Restores the mode.</summary>
    public void Dispose() => Bridge.et_leave_inference_mode(_guard);
}

public sealed unsafe partial class Tensor
{
    /// <summary>Whether operators record this tensor for gradients. Set it on leaves only.</summary>
    public bool RequiresGrad
    {
        get
        {
            Describe(out TensorInfo info);
            return info.RequiresGrad != 0;
        }
        set => Bridge.Check(Bridge.et_set_requires_grad(Handle, value ? 1 : 0));
    }

    /// <summary>Puts other data (another device, another storage) behind this handle; gradients and references to it stay valid.</summary>
    internal void SetData(Tensor data)
    {
        Bridge.Check(Bridge.et_set_data(Handle, data.Handle));
        GC.KeepAlive(data);
    }

    /// <summary>A new handle on the gradient accumulated in this leaf, or null where there is none. Setting replaces or, with null, clears it.</summary>
    public Tensor? Grad
    {
        get
        {
            IntPtr found;
            Bridge.Check(Bridge.et_get_grad(Handle, &found));
            GC.KeepAlive(this);
            return found == IntPtr.Zero ? null : new Tensor(found);
        }
        set
        {
            Bridge.Check(Bridge.et_set_grad(Handle, value?.Handle ?? IntPtr.Zero));
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Adds d(this)/d(leaf) to the gradient of every leaf below this one-element tensor.</summary>
    public void Backward(bool retainGraph = false)
    {
        IntPtr root = Handle;
        Bridge.Check(Bridge.et_backward(&root, null, 1, retainGraph ? 1 : 0, 0));
        GC.KeepAlive(this);
    }

    /// <summary>Gradients of one output (weighted by <paramref name="outputGradient"/>, null: 1) for given inputs; null where an input has no part.</summary>
    public Tensor?[] GradientsFor(IReadOnlyList<Tensor> inputs, Tensor? outputGradient = null, bool retainGraph = false)
    {
        IntPtr output = Handle;
        IntPtr gradient = outputGradient?.Handle ?? IntPtr.Zero;
        var handles = new IntPtr[inputs.Count];
        var found = new IntPtr[inputs.Count];
        for (int k = 0; k < handles.Length; k++) handles[k] = inputs[k].Handle;
        fixed (IntPtr* p = handles)
        fixed (IntPtr* q = found)
        {
            Bridge.Check(Bridge.et_grad(
                &output, gradient == IntPtr.Zero ? null : &gradient, 1, p, handles.Length, retainGraph ? 1 : 0, 0, q));
        }
        GC.KeepAlive(inputs);
        GC.KeepAlive(outputGradient);
        GC.KeepAlive(this);
        return [.. found.Select(h => h == IntPtr.Zero ? null : new Tensor(h))];
    }
}
