// The base of every network and layer: named parameters and buffers, in the order and under the names of published checkpoints.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Torch;

/// <summary>
/// A part of a network. Parameters and buffers have the names that PyTorch's state dictionaries give them; the order of declaration
/// is the order of the state dictionary. Newly made parameters are zero: load a state or call <see cref="Initialize"/>.
/// </summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Tensor Tensor)> _parameters = [];
    private readonly List<(string Name, Tensor Tensor)> _buffers = [];
    private readonly List<(string Name, Module Module)> _children = [];

    /// <summary>Whether dropout drops and batch norm measures its own batch. Starts as false.</summary>
    public bool Training { get; private set; }

    /// <summary>Where dropout and the like draw from; needed in training mode only.</summary>
    public IRandomSource? Random { get; private set; }

    /// <summary>Declares a parameter of zeros that requires a gradient.</summary>
    protected Tensor Parameter(string name, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Scope.Release(Tensor.Zeros(shape));
        tensor.RequiresGrad = true;
        _parameters.Add((name, tensor));
        return tensor;
    }

    /// <summary>Declares a buffer: part of the state, without a gradient.</summary>
    protected Tensor Buffer(string name, Tensor initial)
    {
        _buffers.Add((name, Scope.Release(initial)));
        return initial;
    }

    /// <summary>Declares a part under a name; dots are allowed where a published name skips a level ("0.0"), and an empty name adds none.</summary>
    protected T Child<T>(string name, T module) where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    /// <summary>All parameters with their full names, in order.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedParameters() => Named("", m => m._parameters);

    /// <summary>All buffers with their full names, in order.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedBuffers() => Named("", m => m._buffers);

    /// <summary>Parameters and buffers with their full names, in the order of a PyTorch state dictionary.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State() => Named("", m => m._parameters.Concat(m._buffers));

    /// <summary>Number of elements of all parameters.</summary>
    public long ParameterCount => NamedParameters().Sum(p => p.Tensor.Elements);

    private IEnumerable<(string Name, Tensor Tensor)> Named(string prefix, Func<Module, IEnumerable<(string Name, Tensor Tensor)>> own) =>
        own(this).Select(t => (prefix + t.Name, t.Tensor))
            .Concat(_children.SelectMany(c => c.Module.Named(c.Name.Length == 0 ? prefix : $"{prefix}{c.Name}.", own)));

    /// <summary>Switches to training, with the source that random layers draw from.</summary>
    public void Train(IRandomSource random) => Switch(true, random);

    /// <summary>Switches to evaluation.</summary>
    public void Eval() => Switch(false, null);

    private void Switch(bool training, IRandomSource? random)
    {
        Training = training;
        Random = random;
        foreach ((_, Module module) in _children) module.Switch(training, random);
    }

    /// <summary>Draws the initial weights, part by part in order of declaration.</summary>
    public void Initialize(IRandomSource random)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((_, Module module) in _children) module.Initialize(random);
        InitializeOwn(random);
    }

    /// <summary>Draws this part's own parameters; its children are done already. Runs without recording.</summary>
    protected virtual void InitializeOwn(IRandomSource random) { }

    /// <summary>Copies a state into the parameters and buffers.</summary>
    /// <param name="state">Tensors by full name.</param>
    /// <exception cref="CheckpointException">Names are missing or left over, or shapes differ: all of them are named.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        var problems = new List<string>();
        var own = State().ToList();
        foreach ((string name, Tensor tensor) in own)
        {
            if (!state.TryGetValue(name, out Tensor? value)) problems.Add($"{name} is missing");
            else if (!value.Shape.SequenceEqual(tensor.Shape))
                problems.Add($"{name} has shape [{string.Join(", ", value.Shape)}], expected [{string.Join(", ", tensor.Shape)}]");
        }
        var known = own.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(state.Keys.Where(name => !known.Contains(name)).Select(name => $"{name} is not part of this network"));
        if (problems.Count > 0)
            throw new CheckpointException($"The weights do not fit the network: {string.Join("; ", problems.Take(8))}{(problems.Count > 8 ? $"; and {problems.Count - 8} more" : "")}.");

        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in own) tensor.CopyFrom(state[name]);
    }

    /// <summary>Moves parameters and buffers to a device.</summary>
    public void To(Device device)
    {
        for (int k = 0; k < _parameters.Count; k++) Move(_parameters[k].Tensor, device);
        for (int k = 0; k < _buffers.Count; k++) Move(_buffers[k].Tensor, device);
        foreach ((_, Module module) in _children) module.To(device);
    }

    // The handle stays the same, so that layers and optimisers that hold it see the moved data.
    private static void Move(Tensor tensor, Device device)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        tensor.SetData(tensor.Detach().To(device));
    }

    /// <summary>
    /// Readies this part and all below it for inference; the weights must not change afterwards. Kernels are laid in channels-last order, which convolutions of inputs in that
    /// order otherwise copy them into at every call.
    /// </summary>
    public void PrepareForInference()
    {
        PrepareOwn();
        foreach ((_, Module module) in _children) module.PrepareForInference();
    }

    /// <summary>Readies this part's own weights.</summary>
    protected virtual void PrepareOwn() { }

    /// <summary>Makes the parameters of this part and of all below it buffers: state that is stored and moved, but that no optimiser changes.</summary>
    public void MakeFixed()
    {
        foreach ((_, Tensor tensor) in _parameters) tensor.RequiresGrad = false;
        _buffers.InsertRange(0, _parameters);
        _parameters.Clear();
        foreach ((_, Module module) in _children) module.MakeFixed();
    }

    /// <summary>Removes all gradients.</summary>
    public void ClearGradients()
    {
        foreach ((_, Tensor tensor) in NamedParameters()) tensor.Grad = null;
    }

    /// <summary>Frees parameters and buffers.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what a part owns beside its declared parameters; call the base.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach ((_, Tensor tensor) in _parameters.Concat(_buffers)) tensor.Dispose();
        foreach ((_, Module module) in _children) module.Dispose();
    }
}
