// Checkpoints that hold S4 layers: the training framework's prefix, the node tables, and the internal length that only they betray.
// Source: AI4HealthUOL/ecg-fm-benchmarking and tmehari/ssm_ecg, whose S4 modules save the tables omega and z.
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.S4;

/// <summary>The tensors of such a checkpoint under the network's own names, without the tables.</summary>
internal sealed class S4Checkpoint
{
    private const string Table = ".kernel.kernel.omega";
    private const string OtherTable = ".kernel.kernel.z";
    private readonly string _path;
    private readonly Dictionary<string, CheckpointTensor> _all;

    private S4Checkpoint(string path, IEnumerable<CheckpointTensor> tensors) => (_path, _all) = (path, tensors.ToDictionary(t => t.Name));

    /// <summary>What the network loads.</summary>
    internal IReadOnlyList<CheckpointTensor> Tensors => [.. _all.Values.Where(t => !IsTable(t.Name))];

    /// <summary>Reads <c>state_dict</c>, or the root, and takes a prefix off every name.</summary>
    internal static S4Checkpoint Read(TorchCheckpoint file, string prefix)
    {
        IReadOnlyList<CheckpointTensor> tensors = file.Find("state_dict") is CheckpointDictionary ? file.Tensors("state_dict") : file.Tensors();
        return Of(file.Path, tensors, prefix);
    }

    /// <summary>Takes tensors as they were found, and a prefix off every name.</summary>
    internal static S4Checkpoint Of(string path, IEnumerable<CheckpointTensor> tensors, string prefix = "") =>
        new(path, tensors.Select(t => t.Name.StartsWith(prefix, StringComparison.Ordinal) ? t with { Name = t.Name[prefix.Length..] } : t));

    /// <summary>A tensor's shape.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor: it belongs to another network.</exception>
    internal int[] Shape(string name) => _all.TryGetValue(name, out CheckpointTensor? tensor)
        ? [.. tensor.Shape.Select(s => checked((int)s))]
        : throw new CheckpointException($"{_path}: has no tensor {name}, so it is not a network of this family.");

    /// <summary>Whether there is a tensor of that name.</summary>
    internal bool Has(string name) => _all.ContainsKey(name);

    /// <summary>How many of a numbered tensor there are.</summary>
    internal int Count(Func<int, string> name)
    {
        int count = 0;
        while (_all.ContainsKey(name(count))) count++;
        return count;
    }

    /// <summary>
    /// The internal length: the second node of the table is exp(−2πi/L). Its number of rows, ⌊L/2⌋ + 1, leaves odd and even open.
    /// </summary>
    /// <exception cref="CheckpointException">The table is missing or is none.</exception>
    internal int InternalLength(string layer)
    {
        if (!_all.TryGetValue(layer + Table, out CheckpointTensor? table))
            throw new CheckpointException($"{_path}: has no table {layer + Table}, which alone tells for which length its kernels are stored. Save the model's whole state.");
        double[] nodes = table.ToDoubles();
        if (table.Shape is not [> 0 and var rows, 2]) throw new CheckpointException($"{_path}: {layer + Table} has shape [{string.Join(", ", table.Shape)}], expected [nodes, 2].");
        if (rows == 1) return 1;
        long even = 2 * (rows - 1);
        double turns = -Math.Atan2(nodes[3], nodes[2]) / (2 * Math.PI);
        // Two rows: ω = −1 for a length of two; the sign of its rounding error must not matter.
        return Math.Abs((Math.Abs(turns) * even) - 1) <= Math.Abs((Math.Abs(turns) * (even + 1)) - 1) ? checked((int)even) : checked((int)even + 1);
    }

    /// <summary>The names of a published file, tables included, each with the shape it has there.</summary>
    internal static IEnumerable<(string Name, long[] Shape)> PublishedNames(IEnumerable<(string Name, long[] Shape)> own, int internalLength)
    {
        foreach ((string name, long[] shape) in own)
        {
            yield return (name, shape);
            if (!name.EndsWith(".kernel.kernel.C", StringComparison.Ordinal)) continue;
            string layer = name[..^".kernel.kernel.C".Length];
            yield return (layer + Table, [(internalLength / 2) + 1, 2]);
            yield return (layer + OtherTable, [(internalLength / 2) + 1, 2]);
        }
    }

    private static bool IsTable(string name) => name.EndsWith(Table, StringComparison.Ordinal) || name.EndsWith(OtherTable, StringComparison.Ordinal);
}
