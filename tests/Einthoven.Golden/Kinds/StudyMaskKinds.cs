// The study's masks: blocks from recorded starts, block lengths from recorded draws, spans around recorded midpoints.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives.Study;

namespace Einthoven.Golden.Kinds;

internal static class StudyMaskKinds
{
    /// <summary>Block lengths, masks, hidden positions, and the sequence with the mask vector in their place.</summary>
    public static void MultiBlock(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config, recorded = files.Json();
        SafeTensorsFile expected = files.Tensors();
        MultiBlockMasking masking = Masking(c) with
        {
            ContextBlocks = JepaBuild.Whole(c, "context_blocks"),
            TargetBlocks = JepaBuild.Whole(c, "target_blocks"),
            AllowOverlap = c.GetProperty("allow_overlap").GetBoolean(),
        };
        int length = JepaBuild.Whole(c, "length");
        double[] draws = Deviations.Numbers(recorded.GetProperty("size_draws"));
        (int Target, int Context) lengths = masking.BlockLengths(draws[0], draws[1], length);
        deviations.Equal("length of a target block", lengths.Target, recorded.GetProperty("pred_block").GetInt32());
        deviations.Equal("length of a context block", lengths.Context, recorded.GetProperty("enc_block").GetInt32());
        Dictionary<(int, int), int[]> replaced = recorded.GetProperty("replaced").EnumerateArray().ToDictionary(
            r => (r.GetProperty("batch").GetInt32(), r.GetProperty("block").GetInt32()),
            r => r.GetProperty("positions").EnumerateArray().Select(p => p.GetInt32()).ToArray());
        MultiBlockMask mask = masking.Make(length, lengths, Starts("target_starts"), Starts("context_starts"), (row, block) =>
            replaced.Remove((row, block), out int[]? positions) ? positions : throw new InvalidDataException($"block {block} of row {row} was not replaced when it was recorded"));
        deviations.Equal("replaced blocks left", replaced.Count, 0);
        Compare("targets", mask.Targets);
        Compare("contexts", mask.Contexts);
        deviations.Compare("mask_ids", "integers", [.. mask.Hidden.SelectMany(h => new double[] { h.Row, h.Position })], expected[golden.Array("mask_ids")!].ToDoubles());
        JsonElement vector = golden.Field("arrays")!.Value.GetProperty("mask_vector");
        if (golden.Array("output") is not string output || vector.ValueKind != JsonValueKind.Object) return;
        using Scope scope = new();
        GoldenArray input = files.Input();
        long width = input.Shape[^1];
        double[] values = FormulaInputs.Values(vector.GetProperty("rule").GetString()!, vector.GetProperty("formula").GetString()!, [width]);
        Tensor sequence = HiddenPositions.Replace(
            Tensor.From(input.Floats, input.Shape), mask.HiddenOn(Device.Cpu), Tensor.From([.. values.Select(v => (float)v)], width));
        deviations.Compare("sequence", "values", sequence.ToArray<double>(), sequence.Shape, expected[output]);

        int[][] Starts(string role)
        {
            CheckpointTensor tensor = expected[golden.Array(role)!];
            return [.. tensor.ToInt64s().Select(s => (int)s).Chunk((int)tensor.Shape[1])];
        }

        void Compare(string role, IReadOnlyList<bool[][]> blocks) =>
            deviations.Compare(role, "integers", [.. blocks.SelectMany(b => b.SelectMany(p => p)).Select(p => p ? 1.0 : 0)], expected[golden.Array(role)!].ToDoubles());
    }

    /// <summary>Block lengths of the recorded draws.</summary>
    public static void BlockSizes(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        int length = JepaBuild.Whole(golden.Config, "length");
        MultiBlockMasking masking = Masking(golden.Config);
        (int Target, int Context)[] lengths =
            [.. expected.GetProperty("draws").EnumerateArray().Select(d => masking.BlockLengths(d[0].GetDouble(), d[1].GetDouble(), length))];
        foreach (JsonProperty list in expected.EnumerateObject())
        {
            if (list.Name.StartsWith("pred_block", StringComparison.Ordinal)) Compare(list, [.. lengths.Select(l => (double)l.Target)]);
            else if (list.Name.StartsWith("enc_block", StringComparison.Ordinal)) Compare(list, [.. lengths.Select(l => (double)l.Context)]);
        }

        void Compare(JsonProperty list, double[] actual) => deviations.Compare(list.Name, "integers", actual, Deviations.Numbers(list.Value));
    }

    /// <summary>Spans around midpoints.</summary>
    public static void Spans(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        MidpointSpans spans = new() { Span = JepaBuild.Whole(golden.Config, "span") };
        double[] masked =
            [.. files.Input().Values.Chunk(JepaBuild.Whole(golden.Config, "length")).SelectMany(row => spans.Around([.. row.Select(v => v != 0)])).Select(m => m ? 1.0 : 0)];
        deviations.Compare("mask", "integers", masked, files.Tensors()[golden.Array("output")!].ToDoubles());
    }

    private static MultiBlockMasking Masking(JsonElement c)
    {
        double[] context = Deviations.Numbers(c.GetProperty("context_scale")), target = Deviations.Numbers(c.GetProperty("target_scale"));
        return new()
        {
            ContextLow = context[0],
            ContextHigh = context[1],
            TargetLow = target[0],
            TargetHigh = target[1],
            MinimumKept = JepaBuild.Whole(c, "min_keep"),
        };
    }
}
