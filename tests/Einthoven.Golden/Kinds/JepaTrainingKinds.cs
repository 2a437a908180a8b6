// ECG-JEPA's training: two whole steps, masks from recorded draws, masks by statistics, courses of rate, decay and momentum.
using System.Text.Json;
using Einthoven.Models.Jepa;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class JepaTrainingKinds
{
    /// <summary>Stages, loss, gradients, the target's updates and the optimiser's, in the published order; twice.</summary>
    public static void Steps(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using JepaPretraining network = JepaBuild.Pretraining(c);
        Weights.Load(network, golden, files);
        CompareState("parameters", "parameters");
        GoldenArray input = files.Input();
        Tensor x = Tensor.From(input.Floats, input.Shape);
        int patches = network.Encoder.PatchesOf(x.Size(2));
        CompareStage("position_table", "position_table", network.Encoder.PositionTable(patches));
        CompareStage("predictor_position_table", "position_table", network.Predictor.PositionTable(patches));
        Unmasked();

        Dictionary<string, string> roles = Roles();
        JepaObjective objective = new(network, new()
        {
            FirstMomentum = c.GetProperty("momentum_first").GetDouble(),
            LastMomentum = c.GetProperty("momentum_last").GetDouble(),
            MomentumUpdates = c.GetProperty("momentum_steps").GetInt64(),
        })
        {
            Recorded = new(Rows("keep"), Rows("masked")),
            Stages = (stage, value) =>
            {
                if (!roles.Remove(stage, out string? name)) return;
                deviations.Compare(stage, "forward", value.ToArray<double>(), value.Shape, expected[name]);
            },
        };
        deviations.Equal("masked", string.Join(' ', objective.Recorded.Masked.SelectMany(m => m)),
            string.Join(' ', objective.Recorded.Kept.SelectMany(k => BlockMasking.Others(k, patches))));
        JsonElement betas = c.GetProperty("betas");
        using AdamW optimizer = new(
            [.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, JepaPretraining.Decays(p.Name)))],
            betas[0].GetDouble(), betas[1].GetDouble(), c.GetProperty("eps").GetDouble(), c.GetProperty("weight_decay").GetDouble());
        for (int step = 0; step < 2; step++)
        {
            network.ClearGradients();
            ObjectiveResult result = objective.Compute(new(x), new(new PhiloxRandom(0), step, golden.Training));
            Tensor loss = result.Total() / result.SampleSize;
            if (golden.Array(step == 0 ? "loss" : "loss_second_step") is string name)
                deviations.Compare(name, "loss", loss.Item(), expected[name].ToDoubles()[0]);
            CompareState(step == 0 ? "target_after_first_update" : "target_after_second_update", step == 0 ? "target_updates" : "second_update");
            loss.Backward();
            if (step == 0 && golden.Array("gradients") is string prefix) JepaNetworkKinds.Gradients(network, prefix, expected, deviations);
            optimizer.Step(c.GetProperty("learning_rate").GetDouble());
            CompareState(step == 0 ? "after_first_step" : "after_second_step", "steps");
        }

        foreach (string stage in roles.Keys) deviations.Fail($"{stage}: the network has no such stage");

        int[][] Rows(string role)
        {
            CheckpointTensor tensor = expected[golden.Array(role)!];
            return [.. tensor.ToInt64s().Select(i => (int)i).Chunk((int)tensor.Shape[1])];
        }

        // Which stage of ours a role of the case means, and the tensor it is compared with.
        Dictionary<string, string> Roles()
        {
            Dictionary<string, string> found = [];
            foreach ((string role, string stage) in new[]
            {
                ("context", "context"), ("target_all", "target_all"), ("target", "target"), ("predictor_embed", "pred_embed"),
                ("predictor_tokens", "pred_tokens"), ("predictor_norm", "pred_norm"), ("prediction", "pred"),
            })
            {
                if (golden.Array(role) is string name) found.Add(stage, name);
            }

            if (golden.Field("arrays")!.Value.GetProperty("predictor_blocks") is { ValueKind: JsonValueKind.Array } blocks)
                foreach ((int k, JsonElement block) in blocks.EnumerateArray().Index()) found.Add($"pred_block{k}", block.GetString()!);
            return found;
        }

        void Unmasked()
        {
            if (golden.Array("unmasked_stages") is not string prefix) return;
            using GradModeGuard noGrad = GradMode.Off();
            HashSet<string> left = [.. expected.Tensors.Select(t => t.Name).Where(n => n.StartsWith(prefix, StringComparison.Ordinal))];
            network.Encoder.Forward(x, observe: (stage, value) =>
            {
                if (left.Remove(prefix + stage)) deviations.Compare(prefix + stage, "forward", value.ToArray<double>(), value.Shape, expected[prefix + stage]);
            });
            foreach (string name in left) deviations.Fail($"{name}: the network has no such stage");
        }

        void CompareStage(string role, string part, Tensor value)
        {
            if (golden.Array(role) is string name) deviations.Compare(name, part, value.ToArray<double>(), value.Shape, expected[name]);
        }

        void CompareState(string role, string part)
        {
            if (golden.Array(role) is not string prefix) return;
            Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
            foreach (CheckpointTensor tensor in expected.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                if (state.TryGetValue(tensor.Name[prefix.Length..], out Tensor? own)) deviations.Compare(tensor.Name, part, own.ToArray<double>(), own.Shape, tensor);
                else deviations.Fail($"{tensor.Name}: the network has no such tensor");
            }
        }
    }

    /// <summary>Masks from the draws that were recorded.</summary>
    public static void Masks(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        int patches = JepaBuild.Whole(c, "patches"), keep = JepaBuild.Whole(c, "keep");
        BlockMasking masking = Masking(c);
        deviations.Equal("kept at the drawn share", BlockMasking.KeptAt(c.GetProperty("keep_ratio").GetDouble(), patches), keep);
        foreach ((int row, JsonElement sample) in files.Json().GetProperty("samples").EnumerateArray().Index())
        {
            Replayed draws = new(sample.GetProperty("draws"));
            int[] kept = masking.Kept(patches, keep, draws);
            deviations.Equal($"kept of row {row}", string.Join(' ', kept), string.Join(' ', sample.GetProperty("keep_index").EnumerateArray()));
            deviations.Equal($"masked of row {row}", string.Join(' ', BlockMasking.Others(kept, patches)), string.Join(' ', sample.GetProperty("mask_index").EnumerateArray()));
            deviations.Equal($"draws left of row {row}", draws.Left, 0);
        }
    }

    /// <summary>Many masks of our own draws.</summary>
    public static void MaskStatistics(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config, expected = files.Json();
        int patches = JepaBuild.Whole(c, "patches"), samples = JepaBuild.Whole(c, "samples");
        BlockMasking masking = Masking(c);
        PhiloxRandom random = new(20);
        (List<int> runs, long masks, long first, long kept) = ([], 0, 0, 0);
        for (int k = 0; k < samples; k++)
        {
            PatchSplit split = masking.Draw(1, patches, random);
            masks++;
            kept += split.Kept[0].Length;
            if (split.Kept[0][0] == 0) first++;
            int length = 0;
            for (int patch = 0; patch <= patches; patch++)
            {
                if (patch < patches && Array.BinarySearch(split.Masked[0], patch) >= 0) length++;
                else if (length > 0)
                {
                    runs.Add(length);
                    length = 0;
                }
            }
        }

        Compare("mean_masked_runs", (double)runs.Count / masks);
        Compare("mean_run_length", runs.Average());
        Compare("min_run_length", runs.Min());
        Compare("share_first_patch_kept", (double)first / masks);
        Compare("mean_keep", (double)kept / masks);

        void Compare(string figure, double value)
        {
            if (golden.HasTolerance(figure)) deviations.Compare(figure, figure, value, expected.GetProperty(figure).GetDouble());
        }
    }

    /// <summary>Points of a course.</summary>
    public static void Schedule(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        long total = c.GetProperty("total_steps").GetInt64(), warmup = c.GetProperty("warmup_steps").GetInt64();
        double first = c.GetProperty("start").GetDouble(), final = c.GetProperty("final").GetDouble(), begin = c.GetProperty("warmup_start").GetDouble();
        foreach (JsonElement point in files.Json().EnumerateArray())
        {
            long step = point[0].GetInt64();
            double value = c.GetProperty("schedule").GetString() switch
            {
                "cosine" => JepaCourses.Cosine(step, total, first, final, warmup, begin),
                "linear" => JepaCourses.Linear(step, total, first, final),
                var other => throw new InvalidDataException($"the schedule '{other}' is none of cases.schema.md"),
            };
            deviations.Compare($"step {step}", "values", value, point[1].GetDouble());
        }
    }

    private static BlockMasking Masking(JsonElement c) => new()
    {
        MinimumBlock = JepaBuild.Whole(c, "min_block"),
        KeepLow = c.GetProperty("keep_low").GetDouble(),
        KeepHigh = c.GetProperty("keep_high").GetDouble(),
    };

    private sealed class Replayed(JsonElement draws) : IBlockDraws
    {
        private int _at;

        public int Left => draws.GetArrayLength() - _at;

        public int Interval(IReadOnlyList<int> lengths) => Next("interval", d => d.GetProperty("count").GetInt32() == lengths.Count);

        public int Integer(int low, int bound) => Next("integer", d => d.GetProperty("low").GetInt32() == low && d.GetProperty("high_exclusive").GetInt32() == bound);

        public int OneOf(IReadOnlyList<int> values) => Next("side", d => d.GetProperty("choices").EnumerateArray().Select(v => v.GetInt32()).SequenceEqual(values));

        private int Next(string kind, Func<JsonElement, bool> asked)
        {
            if (Left == 0) throw new InvalidDataException($"more draws are asked for than were recorded ({kind})");
            JsonElement draw = draws[_at++];
            if (draw.GetProperty("draw").GetString() != kind || !asked(draw)) throw new InvalidDataException($"draw {_at} was recorded as {draw}, asked for as {kind}");
            return draw.GetProperty("value").GetInt32();
        }
    }
}
