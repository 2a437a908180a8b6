// ECG-FM's forward pass: every stage of a batch, in full or by summary.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmStageKinds
{
    /// <summary>Every stage that the file stores.</summary>
    public static void Stages(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        HashSet<string> seen = [];
        SafeTensorsFile expected = files.Tensors();
        Forward(golden, files, (stage, value) =>
        {
            if (Name(stage) is not { } name || !expected.TryGet(name, out CheckpointTensor? reference)) return;
            seen.Add(name);
            deviations.Compare(stage, Part(stage), value.ToArray<double>(), value.Shape, reference);
        });

        string?[] inputs = [golden.Field("input")?.GetProperty("tensor").GetString(), golden.Array("lengths")];
        foreach (CheckpointTensor tensor in expected.Tensors)
            if (!seen.Contains(tensor.Name) && !inputs.Contains(tensor.Name)) deviations.Fail($"{tensor.Name}: the network has no such stage");

        // The file may call the frames' padding by another name.
        string? Name(string stage) => stage == "feature_padding_mask" ? golden.Array("frame_padding") : stage;
    }

    /// <summary>Full size: stages by summary, pooled features and logits in full, and the weights' own summaries.</summary>
    public static void BaseStages(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement summaries = files.Json("summary");
        HashSet<string> seen = [];
        using EcgFmClassifier network = Forward(golden, files, (stage, value) =>
        {
            double[] values = value.ToArray<double>();
            if (stage is "pooled" or "logits" && golden.Array(stage) is string name)
                deviations.Compare(stage, stage, values, value.Shape, files.Tensors()[name]);
            if (stage.EndsWith("attn_weights", StringComparison.Ordinal) && golden.Array("attention_max") is string maximum && IsLast(stage))
            {
                using Tensor rows = value.Amax([-1]);
                deviations.Compare("row-wise maximum of " + stage, "attention", rows.ToArray<double>(), rows.Shape, files.Tensors()[maximum]);
            }

            if (!summaries.TryGetProperty(stage, out JsonElement summary)) return;
            seen.Add(stage);
            deviations.Equal($"shape of {stage}", string.Join(',', value.Shape), string.Join(',', summary.GetProperty("shape").EnumerateArray()));
            JsonElement[] rowsExpected = [.. summary.GetProperty("per_input").EnumerateArray()];
            int each = values.Length / rowsExpected.Length;
            for (int row = 0; row < rowsExpected.Length; row++)
                deviations.Summary($"{stage} of input {row}", Part(stage), values.AsSpan(row * each, each), rowsExpected[row]);
        });

        foreach (JsonProperty stage in summaries.EnumerateObject())
            if (!seen.Contains(stage.Name)) deviations.Fail($"{stage.Name}: the network has no such stage");
        CheckWeights(golden, files, deviations, network);

        bool IsLast(string stage) => stage == $"layer{golden.Config.GetProperty("layers").GetInt32() - 1}_attn_weights";
    }

    private static void CheckWeights(GoldenCase golden, GoldenFiles files, Deviations deviations, EcgFmClassifier network)
    {
        if (!files.Json("summary", atKey: false).TryGetProperty("weight_checks", out JsonElement checks)) return;
        Dictionary<string, Tensor> parameters = network.NamedParameters().ToDictionary(p => EcgFmBuild.Root(golden) + p.Name, p => p.Tensor);
        foreach (JsonProperty check in checks.EnumerateObject())
        {
            if (!parameters.TryGetValue(check.Name, out Tensor? tensor))
            {
                deviations.Fail($"{check.Name}: the network has no such parameter");
                continue;
            }

            deviations.Summary(check.Name, "weight_checks", tensor.ToArray<double>(), check.Value);
        }
    }

    private static EcgFmClassifier Forward(GoldenCase golden, GoldenFiles files, Action<string, Tensor> stages)
    {
        EcgFmClassifier network = EcgFmBuild.Classifier(golden, files, golden.Config);
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        GoldenArray input = files.Input();
        long[]? lengths = EcgFmBuild.Lengths(golden, files);
        if (lengths != null) input = InputEdits.ZeroFrom(input, lengths);
        network.Forward(Tensor.From(input.Floats, input.Shape), lengths, (stage, value) => stages(stage, value));
        return network;
    }

    private static string Part(string stage) => stage switch
    {
        "pooled" or "logits" or "probabilities" => stage,
        "feature_padding_mask" => "integers",
        _ => stage.EndsWith("attn_weights", StringComparison.Ordinal) ? "attention" : "stages",
    };
}
