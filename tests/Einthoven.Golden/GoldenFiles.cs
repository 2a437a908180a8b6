// The files of one case while a check runs: tensors, JSON, inputs by formula or from a file.
using System.Text.Json;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden;

/// <summary>Values with a shape, in double precision, row-major.</summary>
internal sealed record GoldenArray(double[] Values, long[] Shape)
{
    public float[] Floats => [.. Values.Select(v => (float)v)];

    public static GoldenArray Of(CheckpointTensor tensor) => new(tensor.ToDoubles(), tensor.Shape);
}

internal sealed class GoldenFiles(GoldenCase golden) : IDisposable
{
    private readonly Dictionary<string, SafeTensorsFile> tensors = [];
    private readonly List<JsonDocument> documents = [];

    /// <summary>The safetensors file in that role.</summary>
    public SafeTensorsFile Tensors(string role = "tensors") => OpenTensors(golden.File(role));

    /// <summary>The part of a JSON file that <c>key</c> names: keys and indices; the whole where there is no key.</summary>
    public JsonElement Json(string role = "expected", bool atKey = true)
    {
        JsonElement at = ReadJson(role);
        if (!atKey || golden.Field("key") is not { } key) return at;
        foreach (JsonElement step in key.EnumerateArray())
            at = step.ValueKind == JsonValueKind.Number ? at[step.GetInt32()] : at.GetProperty(step.GetString()!);
        return at;
    }

    /// <summary>Input or target as the network sees it: from the file where it is stored, else by its formula, then cut, masked and shaped.</summary>
    public GoldenArray Input(string field = "input")
    {
        JsonElement entry = golden.Field(field) ?? throw new InvalidDataException($"{golden.Path}: cases.json gives no {field}.");
        long[]? shape = entry.TryGetProperty("shape", out JsonElement sizes) ? [.. sizes.EnumerateArray().Select(s => s.GetInt64())] : null;
        string? file = entry.TryGetProperty("file", out JsonElement named) ? golden.Beside(named.GetString()!) : golden.TryFile("tensors");
        GoldenArray array;
        if (entry.TryGetProperty("tensor", out JsonElement tensor) && tensor.GetString() is string name
            && file != null && OpenTensors(file).TryGet(name, out CheckpointTensor? stored))
            array = GoldenArray.Of(stored);
        else if (entry.TryGetProperty("formula", out JsonElement formula) && shape != null)
            array = new(FormulaInputs.Values(entry.GetProperty("rule").GetString()!, formula.GetString()!, shape), shape);
        else
            throw new InvalidDataException($"{golden.Path}: {field} is neither stored nor given by a formula with a shape.");

        array = InputEdits.Cut(array, entry);
        if (shape != null) array = array with { Shape = shape };
        if (entry.TryGetProperty("times", out JsonElement factor))
            array = InputEdits.TimesLeads(array, OpenTensors(file!)[factor.GetString()!].ToDoubles());
        if (entry.TryGetProperty("zero_from", out JsonElement lengths)) array = InputEdits.ZeroFrom(array, Lengths(lengths.GetString()!));
        return array;
    }

    public void Dispose()
    {
        foreach (SafeTensorsFile file in tensors.Values) file.Dispose();
        foreach (JsonDocument document in documents) document.Dispose();
    }

    // Lengths lie in the case's own file, or are part of the configuration.
    private long[] Lengths(string name) =>
        golden.TryFile("tensors") is string own && OpenTensors(own).TryGet(name, out CheckpointTensor? tensor)
            ? tensor.ToInt64s()
            : [.. golden.Config.GetProperty(name).EnumerateArray().Select(l => l.GetInt64())];

    private JsonElement ReadJson(string role)
    {
        JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(golden.File(role)));
        documents.Add(document);
        return document.RootElement;
    }

    private SafeTensorsFile OpenTensors(string path)
    {
        if (!tensors.TryGetValue(path, out SafeTensorsFile? file)) tensors.Add(path, file = SafeTensorsFile.Open(path));
        return file;
    }
}
