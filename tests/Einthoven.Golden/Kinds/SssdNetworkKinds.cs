// SSSD-ECG's networks: every stage and gradient of small ones, outputs and blocks of full-size ones, names of checkpoints.
using System.Text.Json;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class SssdNetworkKinds
{
    private const string Gradient = "grad.";

    /// <summary>Every stage, loss, gradients.</summary>
    public static void Network(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using SssdEcgNetwork network = SssdBuild.Network(golden, files);
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        HashSet<string> seen = [];
        Tensor output = network.Forward(
            x, expected[golden.Array("step")!].ToInt64s(), SssdBuild.Conditions(golden, files),
            (stage, value) => S4Stages.Compare(stage, value, expected, seen, deviations));
        S4Stages.RequireAll(expected, seen, deviations);
        Tensor loss = Losses.SquaredErrorSum(output, Tensor.From(target.Floats, target.Shape)) / output.Elements;
        deviations.Compare("loss", "values", loss.Item(), expected["loss"].ToDoubles()[0]);
        loss.Backward();
        Gradients(network, golden.Field("input")!.Value.GetProperty("tensor").GetString()!, x, expected, deviations);
    }

    /// <summary>Full size: output, statistics and a corner of every block.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        CheckpointTensor corner = expected[golden.Array("block_corner")!];                   // [blocks, channels, samples]
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using SssdEcgNetwork network = SssdBuild.Network(golden, files);
        network.ObservesLayers = false;
        GoldenArray input = files.Input();
        List<double> statistics = [], corners = [];
        Tensor output = network.Forward(
            Tensor.From(input.Floats, input.Shape), expected[golden.Array("step")!].ToInt64s(), SssdBuild.Conditions(golden, files), (stage, value) =>
            {
                if (!stage.StartsWith("block", StringComparison.Ordinal)) return;
                if (stage.EndsWith(".skip", StringComparison.Ordinal)) Describe(value);
                if (!stage.EndsWith(".out", StringComparison.Ordinal)) return;
                // The block's output comes before its skip in the file, though behind it in time.
                Describe(value);
                (double[] skip, double[] own) = ([statistics[^4], statistics[^3]], [statistics[^2], statistics[^1]]);
                statistics.RemoveRange(statistics.Count - 4, 4);
                statistics.AddRange([.. own, .. skip]);
                corners.AddRange(value.Select(0, 0).Narrow(0, 0, corner.Shape[1]).Narrow(1, 0, corner.Shape[2]).Contiguous().ToArray<double>());
            });
        CheckpointTensor reference = expected[golden.Array("output")!];
        using Tensor shaped = reference.Shape.Length == output.Dim ? output.Contiguous() : output.Squeeze(0);
        deviations.Compare("output", "values", shaped.ToArray<double>(), shaped.Shape, reference);
        deviations.Compare("block statistics", "values", [.. statistics], expected[golden.Array("block_statistics")!].ToDoubles());
        deviations.Compare("block corner", "values", [.. corners], corner.ToDoubles());

        void Describe(Tensor value)
        {
            double[] values = value.Contiguous().ToArray<double>();
            statistics.AddRange([SummaryStatistics.Of("mean", values), SummaryStatistics.Of("std", values)]);
        }
    }

    /// <summary>Names, shapes and roles of the published checkpoints.</summary>
    public static void CheckpointNames(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (string name in golden.Config.GetProperty("networks").EnumerateArray().Select(n => n.GetString()!))
        {
            JsonElement expected = files.Json().GetProperty(name), tensors = expected.GetProperty("tensors");
            SssdEcgConfig config = new() { PairedLabels = !tensors.TryGetProperty("embedding.weight", out _) };
            using SssdEcgNetwork network = new(config);
            HashSet<string> trained = [.. network.NamedParameters().Select(p => config.PairedLabels ? p.Name : SssdEcgCheckpoint.OldName(p.Name))], seen = [];
            deviations.Equal($"trained values of {name}", network.ParameterCount, expected.GetProperty("trainable_values").GetInt64());
            foreach ((string tensor, long[] shape) in SssdEcgCheckpoint.PublishedNames(config))
            {
                string pattern = tensors.TryGetProperty(tensor, out _) ? tensor : string.Join('.', tensor.Split('.').Select((p, k) => k > 0 && Counts(tensor, k) ? "{n}" : p));
                seen.Add(pattern);
                if (!tensors.TryGetProperty(pattern, out JsonElement listed))
                {
                    deviations.Fail($"{name}: {tensor} is not published");
                    continue;
                }

                deviations.Equal($"shape of {tensor}", string.Join(',', shape), string.Join(',', listed.GetProperty("shape").EnumerateArray()));
                deviations.Equal($"role of {tensor}", trained.Contains(tensor) ? "trainable" : "buffer", listed.GetProperty("role").GetString());
            }

            foreach (JsonProperty listed in tensors.EnumerateObject())
                if (!seen.Contains(listed.Name)) deviations.Fail($"{name}: the network lacks {listed.Name}");
        }
    }

    // A number that stands for all blocks or all labels.
    private static bool Counts(string name, int part) => name.Split('.')[part - 1] is "residual_blocks" or "label_embedding";

    private static void Gradients(SssdEcgNetwork network, string inputName, Tensor input, SafeTensorsFile expected, Deviations deviations)
    {
        Compare(inputName, input);
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Compare(SssdEcgCheckpoint.OldName(name), parameter);

        void Compare(string name, Tensor leaf)
        {
            Tensor? gradient = leaf.Grad;
            bool listed = expected.TryGet(Gradient + name, out CheckpointTensor? reference)
                || expected.TryGet(Gradient + SssdEcgCheckpoint.OwnName(name), out reference);
            // What the last block hands on goes nowhere.
            if (gradient is null || !listed) deviations.Equal($"{name} has a gradient", gradient is not null, listed);
            else deviations.Compare($"gradient of {name}", "gradients", gradient.ToArray<double>(), leaf.Shape, reference!);
        }
    }
}
