// Weights in eight bits: half the size of half precision, for packages of several networks. They are numbers in single precision again before anything computes.
// A row (all weights of one output) has one scale, its largest weight over 127; what is rounded away is at most 1/254 of that.
using System.Runtime.InteropServices;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Packages;

/// <summary>Packs matrices and kernels into whole numbers from −127 to 127 with a scale a row, stored beside them as <c>NAME.scale</c>, and restores them.</summary>
public static class EightBitWeights
{
    private const string ScaleSuffix = ".scale";
    private const int Largest = 127;

    // Smaller ones save nothing that counts; heads are such.
    private const int FewestValues = 100_000;

    /// <summary>The tensor packed and its scales; or the tensor alone, where it is a vector, small, or holds no floating-point numbers.</summary>
    /// <param name="tensor">[outputs, …].</param>
    public static IEnumerable<CheckpointTensor> Pack(CheckpointTensor tensor)
    {
        if (tensor.Shape.Length < 2 || tensor.Count < FewestValues || tensor.DType is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16)) return [tensor];
        float[] values = tensor.ToFloats();
        int rows = (int)tensor.Shape[0], width = values.Length / rows;
        var scales = new float[rows];
        var packed = new sbyte[values.Length];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> from = values.AsSpan(row * width, width);
            float largest = 0;
            foreach (float value in from) largest = Math.Max(largest, Math.Abs(value));
            // A row of zeros has any scale.
            float scale = scales[row] = largest > 0 ? largest / Largest : 1;
            for (int k = 0; k < width; k++) packed[(row * width) + k] = (sbyte)Math.Round(from[k] / scale);
        }
        return [CheckpointTensor.From<sbyte>(tensor.Name, tensor.Shape, packed), CheckpointTensor.From<float>(tensor.Name + ScaleSuffix, [rows], scales)];
    }

    /// <summary>The tensors in single precision where they were packed, as they are otherwise.</summary>
    /// <exception cref="CheckpointException">A tensor of eight bits has no scales, or not one a row.</exception>
    public static IReadOnlyList<CheckpointTensor> Restore(IEnumerable<CheckpointTensor> tensors)
    {
        CheckpointTensor[] all = [.. tensors];
        HashSet<string> expected = [.. all.Where(t => t.DType == ScalarType.Int8).Select(t => t.Name + ScaleSuffix)];
        if (expected.Count == 0) return all;
        Dictionary<string, CheckpointTensor> scales = all.Where(t => expected.Contains(t.Name)).ToDictionary(t => t.Name, StringComparer.Ordinal);
        return [.. all.Where(t => !scales.ContainsKey(t.Name)).Select(t => t.DType == ScalarType.Int8 ? Restore(t, scales.GetValueOrDefault(t.Name + ScaleSuffix)) : t)];
    }

    private static CheckpointTensor Restore(CheckpointTensor tensor, CheckpointTensor? scales)
    {
        if (scales is null || tensor.Shape.Length < 2 || scales.Count != tensor.Shape[0])
            throw new CheckpointException($"{tensor.Name} is stored in eight bits, and {tensor.Name}{ScaleSuffix} has no scale for each of its rows.");
        float[] byRow = scales.ToFloats();
        ReadOnlySpan<sbyte> packed = MemoryMarshal.Cast<byte, sbyte>(tensor.Data.Span);
        int width = packed.Length / byRow.Length;
        var values = new float[packed.Length];
        for (int k = 0; k < values.Length; k++) values[k] = packed[k] * byRow[k / width];
        return CheckpointTensor.From<float>(tensor.Name, tensor.Shape, values);
    }
}
