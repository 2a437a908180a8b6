// A value of libtorch that has no form outside it, such as weights packed for one kind of processor.
using System.Runtime.InteropServices;
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>What an operator returned that is neither tensor nor number; only operators can do something with it.</summary>
public sealed class OpaqueValue : SafeHandle
{
    internal OpaqueValue(IntPtr handle) : base(IntPtr.Zero, ownsHandle: true) => SetHandle(handle);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == IntPtr.Zero;

    internal IntPtr Handle => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        Bridge.et_free_opaque(handle);
        return true;
    }
}
