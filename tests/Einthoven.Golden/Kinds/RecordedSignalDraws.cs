// The recorded draws of an operation, given back in the order in which they were made.
using System.Text.Json;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;

namespace Einthoven.Golden.Kinds;

internal sealed class RecordedSignalDraws(JsonElement record, SafeTensorsFile tensors) : ISignalDraws
{
    private const string TensorMark = "tensor ";
    private int _next;

    /// <summary>Draws that nobody asked for.</summary>
    public int Left => record.GetArrayLength() - _next;

    public double Uniform(double low, double high) => Next("uniform", "rand").GetDouble();

    public int Integer(int bound) => Next("randint").GetInt32();

    public int Sign() => Next("choice").GetInt32();

    public int[] Choose(int count, int bound)
    {
        int[] chosen = [.. Deviations.Numbers(Next("choice")).Select(v => (int)v)];
        return chosen.Length == count ? chosen : throw new InvalidDataException($"{chosen.Length} draws are recorded where {count} are asked for");
    }

    public void Normal(Span<float> destination)
    {
        string name = Next("randn").GetString()!;
        tensors[name[TensorMark.Length..]].ToFloats().CopyTo(destination);
    }

    private JsonElement Next(params ReadOnlySpan<string> functions)
    {
        JsonElement draw = record[_next++];
        string function = draw[0].GetString()!;
        return functions.Contains(function) ? draw[1] : throw new InvalidDataException($"draw {_next} is a {function}, asked for was {functions[0]}");
    }
}
