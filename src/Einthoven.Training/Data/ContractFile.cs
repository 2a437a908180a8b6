// An input contract in a file of its own, or the part "input" of a model.json or of a recipe.
using System.Text.Json;
using Einthoven.Models.Contracts;

namespace Einthoven.Training.Data;

/// <summary>Reads input contracts.</summary>
public static class ContractFile
{
    /// <summary>Reads a contract.</summary>
    /// <exception cref="ArgumentException">The file is missing or holds no contract that can be carried out; the message says why.</exception>
    public static InputContract Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("input", out JsonElement input)) root = input;
            InputContract contract = root.Deserialize<InputContract>(StoreDescription.Json) ?? throw new JsonException("null");
            contract.Validate();
            return contract;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ArgumentException($"{path} is no input contract: {e.Message}", e);
        }
    }
}
