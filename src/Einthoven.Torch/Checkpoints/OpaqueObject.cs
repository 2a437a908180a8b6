// What stands in a checkpoint's tree for every Python object that is neither plain data nor a tensor.
namespace Einthoven.Torch.Checkpoints;

/// <summary>An object of a Python class this reader does not build, as inert data: nothing of it was run or imported.</summary>
/// <remarks>A class, not a record: a hostile file can make such objects contain themselves, so they compare by reference.</remarks>
public sealed class OpaqueObject
{
    internal OpaqueObject(string module, string name, IReadOnlyList<object?>? arguments) =>
        (Module, Name, Arguments) = (module, name, arguments);

    /// <summary>Python module of its class or function, as in <c>argparse</c>.</summary>
    public string Module { get; }

    /// <summary>Name of its class or function, as in <c>Namespace</c>.</summary>
    public string Name { get; }

    /// <summary>What the class or function would have been called with; null where the file names it without a call.</summary>
    public IReadOnlyList<object?>? Arguments { get; }

    /// <summary>The state that would have been restored afterwards, mostly a <see cref="CheckpointDictionary"/>; null where there is none.</summary>
    public object? State { get; internal set; }

    /// <summary>Module and name.</summary>
    public override string ToString() => $"{Module}.{Name}";
}
