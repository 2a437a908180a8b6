// Cases and tensors of the golden folders, as far as this library's tests need them.
using System.Buffers.Binary;
using System.Text.Json;

namespace Einthoven.Signals.Tests.Golden;

static class GoldenData
{
    /// <summary>Ids of the cases of one kind; a placeholder where the folder is missing or has none.</summary>
    public static TheoryData<string> Ids(string subject, string kind)
    {
        var data = new TheoryData<string>();
        string? path = SharedData.Folder is null ? null : Path.Combine(SharedData.Folder, "golden", subject, "cases.json");
        if (path is not null && File.Exists(path))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement entry in document.RootElement.GetProperty("cases").EnumerateArray())
                if (entry.GetProperty("kind").GetString() == kind) data.Add(entry.GetProperty("id").GetString()!);
        }
        if (data.Count == 0) data.Add("none");
        return data;
    }

    public static JsonElement Case(string subject, string id)
    {
        if (id == "none") Assert.Skip($"no golden case of this kind in {subject}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden", subject, "cases.json")));
        return document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("id").GetString() == id).Clone();
    }

    public static JsonElement Json(string subject, JsonElement entry, string role)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden", subject, entry.GetProperty("files").GetProperty(role).GetString()!)));
        JsonElement at = document.RootElement;
        if (entry.TryGetProperty("key", out JsonElement key))
            foreach (JsonElement step in key.EnumerateArray()) at = step.ValueKind == JsonValueKind.Number ? at[step.GetInt32()] : at.GetProperty(step.GetString()!);
        return at.Clone();
    }

    /// <summary>A tensor of the case's tensors file as float64, with its shape.</summary>
    public static (int[] Shape, double[] Values) Tensor(string subject, JsonElement entry, string name)
    {
        byte[] file = File.ReadAllBytes(SharedData.Require("golden", subject, entry.GetProperty("files").GetProperty("tensors").GetString()!));
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        using JsonDocument document = JsonDocument.Parse(file.AsMemory(8, header));
        JsonElement tensor = document.RootElement.GetProperty(name);
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        int start = 8 + header + tensor.GetProperty("data_offsets")[0].GetInt32();
        double[] values = new double[shape.Aggregate(1, (a, b) => a * b)];
        bool isDouble = tensor.GetProperty("dtype").GetString() == "F64";
        for (int i = 0; i < values.Length; i++)
            values[i] = isDouble ? BinaryPrimitives.ReadDoubleLittleEndian(file.AsSpan(start + 8 * i)) : BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(start + 4 * i));
        return (shape, values);
    }

    /// <summary>Holds values to the case's tolerance: abs + rel·|reference|.</summary>
    public static void AssertClose(JsonElement entry, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        JsonElement bound = entry.GetProperty("tolerance").GetProperty("values");
        double abs = bound.TryGetProperty("abs", out JsonElement a) ? a.GetDouble() : 0, rel = bound.TryGetProperty("rel", out JsonElement r) ? r.GetDouble() : 0;
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double tolerance = abs + rel * Math.Abs(expected[i]);
            Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance);
        }
    }
}
