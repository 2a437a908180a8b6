// Where a tensor lives.
namespace Einthoven.Torch;

/// <summary>The kinds of device, with libtorch's numbers.</summary>
public enum DeviceType
{
    /// <summary>Main memory.</summary>
    Cpu = 0,
    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}

/// <summary>A device: kind and index (-1: the current one).</summary>
public readonly record struct Device(DeviceType Type, int Index = -1)
{
    /// <summary>Main memory.</summary>
    public static Device Cpu => new(DeviceType.Cpu);

    /// <summary>The first GPU.</summary>
    public static Device Cuda => new(DeviceType.Cuda, 0);

    /// <summary>Reads "cpu", "cuda" or "cuda:1".</summary>
    /// <exception cref="ArgumentException">Anything else, or a GPU where libtorch sees none.</exception>
    public static Device Parse(string text)
    {
        if (text == "cpu") return Cpu;
        int index = 0;
        bool cuda = text == "cuda" || (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out index) && index >= 0);
        if (!cuda) throw new ArgumentException($"'{text}' is no device; use cpu, cuda or cuda:N.");
        int devices = TorchRuntime.CudaDevices;
        if (index >= devices)
            throw new ArgumentException($"device '{text}' is not there: this libtorch ({TorchRuntime.Version}) sees {devices} GPUs. Use cpu, or set LIBTORCH to a CUDA build.");
        return new Device(DeviceType.Cuda, index);
    }

    /// <inheritdoc/>
    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : Index < 0 ? "cuda" : $"cuda:{Index}";
}
