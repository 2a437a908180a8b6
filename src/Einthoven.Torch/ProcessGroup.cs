// Several processes that train one network: libtorch's c10d groups (Gloo on CPUs, NCCL on GPUs).
using System.Globalization;
using Einthoven.Torch.Native;

namespace Einthoven.Torch;

/// <summary>
/// The processes of one run. A process alone is a group of one, in which every operation is a no-op, so that code is written once.
/// All processes must call the same operations in the same order. A failed operation (a killed or hanging peer) leaves the group dead.
/// </summary>
public sealed unsafe class ProcessGroup : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);
    private IntPtr _group;

    private ProcessGroup(int rank, int size, IntPtr group) => (Rank, Size, _group) = (rank, size, group);

    /// <summary>This process's number, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of processes.</summary>
    public int Size { get; }

    /// <summary>Whether this process writes files and speaks to people.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>A process alone.</summary>
    public static ProcessGroup Alone() => new(0, 1, IntPtr.Zero);

    /// <summary>
    /// Joins the group that the environment names, as every launcher sets it: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT
    /// (and EINTHOVEN_INTERFACE, a network interface for Gloo). Alone where WORLD_SIZE is not set or 1.
    /// </summary>
    /// <param name="device">CUDA devices use NCCL, everything else Gloo.</param>
    /// <exception cref="TorchException">A variable is missing or wrong, or the other processes do not come within a minute.</exception>
    public static ProcessGroup FromEnvironment(Device device)
    {
        if (Environment.GetEnvironmentVariable("WORLD_SIZE") is not { Length: > 0 }) return Alone();
        int size = Number("WORLD_SIZE", 1, 4096);
        if (size == 1) return Alone();
        int rank = Number("RANK", 0, size - 1);
        string address = Environment.GetEnvironmentVariable("MASTER_ADDR") is { Length: > 0 } a ? a : throw Missing("MASTER_ADDR");
        return Join(rank, size, address, Number("MASTER_PORT", 1, 65535), device);
    }

    /// <summary>Joins a group whose first process listens at an address and port.</summary>
    /// <exception cref="TorchException">The group cannot be formed.</exception>
    public static ProcessGroup Join(int rank, int size, string address, int port, Device device)
    {
        _ = TorchRuntime.Version;
        IntPtr group;
        string? network = Environment.GetEnvironmentVariable("EINTHOVEN_INTERFACE") ?? (address is "127.0.0.1" or "localhost" ? "lo" : null);
        try
        {
            DistributedBridge.Check(DistributedBridge.et_group_create(
                rank, size, address, port, (int)s_timeout.TotalSeconds, device.Type == DeviceType.Cuda ? 1 : 0, network, &group));
        }
        catch (DllNotFoundException e)
        {
            throw new TorchException("Several processes need the bridge's second library. Install libgloo-dev and rebuild: native/build.sh.", e);
        }
        catch (TorchException e)
        {
            throw new TorchException($"Process {rank} of {size} could not join the group at {address}:{port}: {e.Message}", e);
        }
        return new ProcessGroup(rank, size, group);
    }

    /// <summary>Sums a contiguous tensor over all processes, in place.</summary>
    /// <exception cref="TorchException">A peer is gone.</exception>
    public void Sum(Tensor tensor)
    {
        if (Size > 1) Guard(DistributedBridge.et_group_sum(_group, tensor.Handle));
    }

    /// <summary>Sums numbers over all processes, in place.</summary>
    public void Sum(Span<double> values)
    {
        if (Size == 1) return;
        using Tensor tensor = Scope.Release(Tensor.From((ReadOnlySpan<double>)values, values.Length));
        Sum(tensor);
        tensor.CopyTo(values);
    }

    /// <summary>Gives every process the first one's tensor, in place.</summary>
    public void Broadcast(Tensor tensor)
    {
        if (Size > 1) Guard(DistributedBridge.et_group_broadcast(_group, tensor.Handle, 0));
    }

    /// <summary>Waits for all processes.</summary>
    public void Barrier()
    {
        if (Size > 1) Guard(DistributedBridge.et_group_barrier(_group));
    }

    private void Guard(int status)
    {
        try
        {
            DistributedBridge.Check(status);
        }
        catch (TorchException e)
        {
            throw new TorchException($"Process {Rank} of {Size} lost the others: {e.Message.Split('\n')[0]} Resume the run when all of them can run again.", e);
        }
    }

    private static int Number(string variable, int low, int high)
    {
        string text = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } t ? t : throw Missing(variable);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high
            ? value
            : throw new TorchException($"{variable} is '{text}', not a number from {low} to {high}.");
    }

    private static TorchException Missing(string variable) => new($"WORLD_SIZE is set but {variable} is not: a launcher sets both.");

    /// <summary>Leaves the group.</summary>
    public void Dispose()
    {
        IntPtr group = Interlocked.Exchange(ref _group, IntPtr.Zero);
        if (group != IntPtr.Zero) DistributedBridge.et_group_free(group);
    }
}
