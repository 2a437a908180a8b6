// The formula rules against stored tensors: where a tree holds both, they must be the same numbers.
using System.Text.Json;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden;

public sealed class FormulaTests
{
    private static readonly GoldenTree? Tree = GoldenTree.Find();

    [Theory]
    [InlineData("", 14695981039346656037)]
    [InlineData("a", 12638187200555641996)]
    public void The_hash_of_a_name_is_fnv1a(string name, ulong hash) => Assert.Equal(hash, FormulaNumbers.Hash(name));

    [Fact]
    public void The_first_numbers_of_a_name_are_those_documented()
    {
        FormulaNumbers u = new("a");
        Assert.Equal([-0.25653815f, 0.99624455f, 0.984213f, 0.37188172f], [u[0], u[1], u[2], u[3]]);
    }

    [Fact]
    public void Stored_inputs_equal_their_formulas()
    {
        Assert.SkipWhen(Tree == null, GoldenTree.Missing);
        int compared = 0;
        foreach (GoldenCase golden in Tree.Sets.SelectMany(s => s.Cases))
        {
            foreach (string field in (string[])["input", "target"])
            {
                if (golden.Field(field) is not { ValueKind: JsonValueKind.Object } entry || golden.TryFile("tensors") is not string path) continue;
                if (!entry.TryGetProperty("formula", out JsonElement formula) || !entry.TryGetProperty("tensor", out JsonElement name)) continue;
                using SafeTensorsFile file = SafeTensorsFile.Open(path);
                if (name.GetString() is null || !file.TryGet(name.GetString()!, out CheckpointTensor? stored)) continue;
                GoldenArray actual = new(FormulaInputs.Values(entry.GetProperty("rule").GetString()!, formula.GetString()!, stored.Shape), stored.Shape);
                if (entry.TryGetProperty("zero_from", out JsonElement lengths)
                    && file.TryGet(lengths.GetString()!, out CheckpointTensor? valid)) actual = InputEdits.ZeroFrom(actual, valid.ToInt64s());
                else if (lengths.ValueKind != JsonValueKind.Undefined) continue;
                Assert.True(stored.ToDoubles().SequenceEqual(actual.Values), $"{golden.Path}: {field}");
                compared++;
            }
        }

        Assert.SkipWhen(compared == 0, "This tree stores no input that also has a formula.");
    }

    [Fact]
    public void Stored_parameters_equal_their_formulas()
    {
        Assert.SkipWhen(Tree == null, GoldenTree.Missing);
        int compared = 0;
        foreach (GoldenCase golden in Tree.Sets.SelectMany(s => s.Cases).Where(c => c.Weights == "formula"))
        {
            if (golden.Array("parameters") is not string prefix || golden.TryFile("tensors") is not string path) continue;
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            foreach (CheckpointTensor stored in file.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                string name = stored.Name[prefix.Length..];
                if (name.Contains("pos_embed", StringComparison.Ordinal)) continue; // tables of sines stay tables
                Assert.True(
                    stored.ToFloats().SequenceEqual(FormulaWeights.Values(golden.WeightRule!, golden.Prefix + name, stored.Shape)),
                    $"{golden.Path}: {stored}");
                compared++;
            }
        }

        Assert.SkipWhen(compared == 0, "This tree stores no parameters that also have a formula.");
    }
}
