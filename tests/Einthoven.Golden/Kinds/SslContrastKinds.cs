// Contrasts, one step of MoCo v3 and of BYOL, LARS, and the courses of rates and momenta.
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;
using Einthoven.Training.Trainer;

namespace Einthoven.Golden.Kinds;

internal static class SslContrastKinds
{
    /// <summary>A loss and its gradient with respect to each input, or to the interleaved rows.</summary>
    public static void Loss(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, arrays = golden.Field("arrays")!.Value;
        SafeTensorsFile stored = files.Tensors();
        using Scope scope = new();
        Tensor[] inputs = [.. Names("inputs").Select(name => Tensor.FromBytes(stored[name].Data.Span, stored[name].DType, stored[name].Shape))];
        if (config.GetProperty("interleaved").GetBoolean()) inputs = [Tensor.Stack(inputs, 1).Reshape(2 * inputs[0].Size(0), -1)];
        foreach (Tensor input in inputs) input.RequiresGrad = true;
        Tensor loss = Loss(config, inputs);
        deviations.Compare("loss", "loss", loss.Item(), files.Json().GetDouble());
        loss.Backward();
        foreach ((string name, int k) in Names("gradients").Select((name, k) => (name, k)))
            deviations.Compare(name, "gradients", inputs[k].Grad!.ToArray<double>(), inputs[k].Shape, stored[name]);

        string[] Names(string role) => [.. arrays.GetProperty(role).EnumerateArray().Select(n => n.GetString()!)];
    }

    private static Tensor Loss(JsonElement config, Tensor[] inputs)
    {
        string loss = config.GetProperty("loss").GetString()!;
        double temperature = config.GetProperty("temperature").GetDouble();
        long[]? patients = Integers("patient_ids"), segments = Integers("segments");
        var rows = (int)inputs[0].Size(0);
        ClocsOptions clocs = new() { Temperature = temperature };
        return loss switch
        {
            "ntxent" => NtXent(NtXentVariant.Standard) / (2 * rows),
            "ntxent_bolts" => NtXent(NtXentVariant.Bolts) / (2 * rows),
            // Two means, of both halves, added up.
            "pclr" => NtXent(NtXentVariant.Standard) / rows,
            "simclr_fairseq" => SimClrObjective.NtXentSum(
                inputs[0], [.. Enumerable.Range(0, rows).Select(r => r ^ 1)], new() { Temperature = temperature, DetachNorm = true }).Sum,
            "clip" => CrossContrast.Symmetric(inputs[0], inputs[1], temperature),
            "moco" => CrossContrast.Moco(inputs[0], inputs[1], temperature),
            "three_kg" => PatientContrast.Compute(inputs[0], patients!, new() { Temperature = temperature }).Sum,
            "cmsc_fairseq" => SegmentContrast.Compute(
                inputs[0], new(inputs[0], RecordIds: patients, Segments: [.. segments!.Select(s => (int)s)]), new() { Temperature = temperature }).Loss,
            "clocs_cmc" => ClocsLoss.Compute(inputs[0], null, clocs),
            "clocs_simclr" => ClocsSimClr(inputs[0], temperature),
            "clocs_cmsc" => ClocsLoss.Compute(inputs[0], patients, clocs),
            // The published program counts the last pair of views alone.
            "clocs_cmlc" or "clocs_cmsmlc" => ClocsLoss.Compute(inputs[0], patients, clocs with { LastPairOnly = true }),
            _ => throw new InvalidDataException($"the loss '{loss}' is none of cases.schema.md"),
        };

        Tensor NtXent(NtXentVariant variant) => SimClrObjective.NtXentSum(
            Tensor.Cat(inputs), [.. Enumerable.Range(0, 2 * rows).Select(r => (r + rows) % (2 * rows))], new() { Temperature = temperature, Variant = variant }).Sum;

        long[]? Integers(string name) => config.GetProperty(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(v => v.GetInt64())] : null;
    }

    private static Tensor ClocsSimClr(Tensor views, double temperature)
    {
        (int rows, int count) = ((int)views.Size(0), (int)views.Size(2));
        int[] partners = [.. Enumerable.Range(0, 2 * rows).Select(r => (r + rows) % (2 * rows))];
        Tensor[] pairs = [.. Enumerable.Range(0, count).SelectMany(a => Enumerable.Range(a + 1, count - a - 1).Select(b =>
            SimClrObjective.NtXentSum(Tensor.Cat([views.Select(2, a), views.Select(2, b)]), partners, new() { Temperature = temperature }).Sum / (2 * rows)))];
        return Tensor.Stack(pairs).Mean();
    }

    /// <summary>One step of MoCo v3: loss, gradients, the copy and all running statistics afterwards.</summary>
    public static void MocoStep(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        OutputNorm last = config.GetProperty("last_norm_affine").GetBoolean() ? OutputNorm.Affine : OutputNorm.Plain;
        using Scope scope = new();
        using MomentumNetwork network = new(
            () => new(null, new ProjectionHead(Integers(config, "widths_projector"), false, false, last)), new ProjectionHead(Integers(config, "widths_predictor"), false, false, last));
        Load(network, files, golden.Array("before")!, Rename);
        MocoV3Objective objective = new(network, new() { Temperature = config.GetProperty("temperature").GetDouble(), Momentum = config.GetProperty("momentum").GetDouble(), Ramp = false });
        Step(objective, golden, files, deviations, Rename);
        Compare(network, files, golden.Array("after")!, Rename, "state", deviations);

        static string Rename(string name) => name
            .Replace("base_encoder.head.", "projector.", StringComparison.Ordinal)
            .Replace("momentum_encoder.head.", "momentum.projector.", StringComparison.Ordinal);
    }

    /// <summary>One pass of BYOL, and the copy after it has followed in either form.</summary>
    public static void ByolStep(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        string before = golden.Array("before")!;
        using Scope scope = new();
        using MomentumNetwork network = new(() => new(null, ProjectionHead.Byol(Integers(config, "widths_projector"))), ProjectionHead.Byol(Integers(config, "widths_predictor")));
        Load(network, files, before, Rename);
        network.Train(new PhiloxRandom(0));
        (Tensor x1, Tensor x2) = Views(golden, files);
        string stem = golden.Prefix;
        foreach ((string name, Tensor value) in new[] { ("h1", network.Query(x1)), ("h2", network.Query(x2)), ("zt_of_x2", network.Key(x2)), ("zt_of_x1", network.Key(x1)) })
        {
            if (files.Tensors().TryGet(stem + name, out CheckpointTensor? expected)) deviations.Compare(name, "forward", value.ToArray<double>(), value.Shape, expected);
        }

        Step(new ByolObjective(network, new()), golden, files, deviations, Rename);
        double tau = config.GetProperty("tau").GetDouble();
        foreach ((FollowedTensors which, string role) in new[] { (FollowedTensors.All, "ema_all"), (FollowedTensors.Weights, "ema_weight_only") })
        {
            foreach (string part in new[] { "projector", "predictor" })
            {
                using MomentumNetwork alone = new(() => new(null, ProjectionHead.Byol(Integers(config, $"widths_{part}"))), null);
                Load(alone, files, before, name => name.StartsWith($"online.{part}.", StringComparison.Ordinal) || name.StartsWith($"target.{part}.", StringComparison.Ordinal)
                    ? Rename(name).Replace($"{part}.", "projector.", StringComparison.Ordinal)
                    : "");
                alone.Follow(tau, which);
                Compare(alone, files, $"{golden.Array(role)}{part}.model.", name => $"momentum.projector.{name}", "state", deviations);
            }
        }

        static string Rename(string name) => name
            .Replace("online.", "", StringComparison.Ordinal)
            .Replace("target.", "momentum.", StringComparison.Ordinal)
            .Replace(".model.", ".", StringComparison.Ordinal);
    }

    /// <summary>Parameters after each step with given gradients.</summary>
    public static void Lars(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, arrays = golden.Field("arrays")!.Value;
        SafeTensorsFile stored = files.Tensors();
        using Scope scope = new();
        Tensor[] parameters = [.. Names(arrays.GetProperty("parameters")).Select(Read)];
        foreach (Tensor parameter in parameters) parameter.RequiresGrad = true;
        using LarsOptimizer lars = new(
            [.. parameters.Select((p, k) => new OptimizedParameter($"{k}", p, Decay: true))],
            config.GetProperty("momentum").GetDouble(), config.GetProperty("weight_decay").GetDouble(), config.GetProperty("trust").GetDouble());
        for (int step = 0; step < config.GetProperty("steps").GetInt32(); step++)
        {
            string[] gradients = Names(arrays.GetProperty("gradients")[step]), after = Names(arrays.GetProperty("after")[step]);
            for (int k = 0; k < parameters.Length; k++) parameters[k].Grad = Read(gradients[k]);
            lars.Step(config.GetProperty("learning_rate").GetDouble());
            for (int k = 0; k < parameters.Length; k++) deviations.Compare(after[k], "parameters", parameters[k].ToArray<double>(), parameters[k].Shape, stored[after[k]]);
        }

        Tensor Read(string name) => Tensor.FromBytes(stored[name].Data.Span, stored[name].DType, stored[name].Shape);

        static string[] Names(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetString()!)];
    }

    /// <summary>Rates and momenta at the stored points.</summary>
    public static void Schedule(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        double first = Number("base") ?? 0, warmup = Number("warmup") ?? 0, total = Number("total") ?? 0, minimum = Number("minimum") ?? 0;
        string schedule = c.GetProperty("schedule").GetString()!;
        Func<double, double> at = schedule switch
        {
            "warmup_cosine" => point => Ramps.WarmupCosine(first, point, warmup, total, minimum),
            "cosine_to_one" => point => Ramps.CosineToOne(first, point, total),
            "cosine_warm_restarts" => point => Ramps.CosineRestarts(first, point, Number("period")!.Value, Number("period_factor") ?? 1, minimum),
            "warmup_linear" => point => Ramps.WarmupLinear(first, point, warmup, total),
            _ => throw new InvalidDataException($"the schedule '{schedule}' is none of cases.schema.md"),
        };
        foreach (JsonElement point in files.Json().EnumerateArray())
            deviations.Compare($"at {point[0]}", "values", at(point[0].GetDouble()), point[1].GetDouble());

        double? Number(string name) => c.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    }

    private static void Step(MomentumObjective objective, GoldenCase golden, GoldenFiles files, Deviations deviations, Func<string, string> rename)
    {
        (Tensor x1, Tensor x2) = Views(golden, files);
        (x1.RequiresGrad, x2.RequiresGrad) = (true, true);
        var rows = (int)x1.Size(0);
        TrainingBatch batch = new(
            Tensor.Stack([x1, x2], 1).Reshape(2 * rows, -1), RecordIds: [.. Enumerable.Range(0, 2 * rows).Select(r => (long)(r / 2))], Segments: [.. Enumerable.Range(0, 2 * rows).Select(r => r % 2)]);
        ObjectiveResult result = objective.Compute(batch, new(new PhiloxRandom(0), 0, golden.Training));
        Tensor loss = result.Total() / result.SampleSize;
        deviations.Compare("loss", "loss", loss.Item(), files.Json().GetDouble());
        loss.Backward();
        string prefix = golden.Array("gradients")!;
        Dictionary<string, Tensor> named = objective.Network.NamedParameters().ToDictionary(p => p.Name, p => p.Tensor);
        named["x1"] = x1;
        named["x2"] = x2;
        foreach (CheckpointTensor expected in files.Tensors().Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string name = expected.Name[prefix.Length..], own = name is "x1" or "x2" ? name : rename(name);
            if (!named.TryGetValue(own, out Tensor? tensor) || tensor.Grad is not { } gradient) deviations.Fail($"{own} has no gradient");
            else deviations.Compare(expected.Name, "gradients", gradient.ToArray<double>(), gradient.Shape, expected);
        }
    }

    private static (Tensor First, Tensor Second) Views(GoldenCase golden, GoldenFiles files)
    {
        GoldenArray first = files.Input();
        JsonElement second = golden.Field("input")!.Value.GetProperty("second");
        CheckpointTensor other = files.Tensors()[second.GetProperty("tensor").GetString()!];
        return (Tensor.From(first.Floats, first.Shape), Tensor.FromBytes(other.Data.Span, other.DType, other.Shape));
    }

    // What the file does not hold, counters of batches among it, stays as it is.
    private static void Load(Module network, GoldenFiles files, string prefix, Func<string, string> rename)
    {
        Dictionary<string, Tensor> own = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        foreach (CheckpointTensor stored in files.Tensors().Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (own.Remove(rename(stored.Name[prefix.Length..]), out Tensor? tensor)) tensor.CopyFrom(Tensor.FromBytes(stored.Data.Span, stored.DType, stored.Shape));
        }

        string[] missing = [.. own.Keys.Where(name => !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))];
        if (missing.Length > 0) throw new InvalidDataException($"the file holds no {string.Join(", ", missing)}");
    }

    private static void Compare(Module network, GoldenFiles files, string prefix, Func<string, string> rename, string part, Deviations deviations)
    {
        Dictionary<string, Tensor> own = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        foreach (CheckpointTensor expected in files.Tensors().Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string name = rename(expected.Name[prefix.Length..]);
            if (own.TryGetValue(name, out Tensor? tensor)) deviations.Compare(expected.Name, part, tensor.ToArray<double>(), tensor.Shape, expected);
            else deviations.Fail($"the network has no {name}");
        }
    }

    private static int[] Integers(JsonElement config, string name) => [.. config.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
}
