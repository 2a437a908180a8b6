// Loads a network's weights as a case says: by formula from their names, or from a file.
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class Weights
{
    /// <summary>Fills every parameter and buffer of a network.</summary>
    /// <param name="network">What the case's configuration built.</param>
    /// <param name="golden">The case.</param>
    /// <param name="files">Its files.</param>
    /// <param name="rename">From a name in the file to the network's own; null: the same.</param>
    /// <param name="prefix">What precedes the network's names; null: the case's prefix.</param>
    public static void Load(Module network, GoldenCase golden, GoldenFiles files, Func<string, string>? rename = null, string? prefix = null)
    {
        prefix ??= golden.Prefix;
        using Scope scope = new();
        if (golden.Weights == "formula")
        {
            // Name by name, so that a full-size network is never held twice.
            using GradModeGuard noGrad = GradMode.Off();
            foreach ((string name, Tensor tensor) in network.State())
            {
                using Scope one = new();
                tensor.CopyFrom(Tensor.From(FormulaWeights.Values(golden.WeightRule!, prefix + name, tensor.Shape), tensor.Shape));
            }

            return;
        }

        SafeTensorsFile file = files.Tensors(golden.TryFile("weights") != null ? "weights" : "tensors");
        network.Load(file.Tensors
            .Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(
                t => rename == null ? t.Name[prefix.Length..] : rename(t.Name[prefix.Length..]),
                t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }
}
