// The study's targets, losses, codebooks, balanced assignments and temperatures.
using System.Globalization;
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives.Study;

namespace Einthoven.Golden.Kinds;

internal static class StudyLossKinds
{
    /// <summary>Targets from a teacher's layers.</summary>
    public static void Targets(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        TeacherTargets targets = new()
        {
            TopLayers = JepaBuild.Whole(c, "top_layers"),
            LayerNorm = Flag("layer_norm"),
            OverTime = Flag("over_time"),
            NormalizeResult = Flag("normalise_result"),
        };
        Tensor made = targets.Make(Layers(files));
        deviations.Compare("targets", "values", made.ToArray<double>(), made.Shape, files.Tensors()[golden.Array("output")!]);

        bool Flag(string name) => c.GetProperty(name).GetBoolean();
    }

    /// <summary>Loss of joint-embedding prediction, and its gradient.</summary>
    public static void Jepa(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        double beta = c.GetProperty("loss").GetString() switch
        {
            "smooth_l1" => c.GetProperty("beta").GetDouble(),
            "squared" => 0,
            var other => throw new InvalidDataException($"the loss '{other}' is none of cases.schema.md"),
        };
        CheckpointTensor positions = expected[golden.Array("target_positions")!];
        Tensor counts = Tensor.From(positions.ToFloats(), positions.Shape).Sum([1]);
        Judge(golden, files, deviations, prediction => RegressionLosses.Jepa(prediction, Target(files), counts, beta));
    }

    /// <summary>Loss of data2vec, and its gradient.</summary>
    public static void Data2Vec(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config, scale = c.GetProperty("scale");
        Judge(golden, files, deviations, prediction => RegressionLosses.Data2Vec(
            prediction, Target(files), Masked(golden, files, prediction), c.GetProperty("beta").GetDouble(), scale.ValueKind == JsonValueKind.Number ? scale.GetDouble() : null));
    }

    /// <summary>Codes, sums, counts and codebook of every update.</summary>
    public static void Codebook(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config, arrays = golden.Field("arrays")!.Value, start = arrays.GetProperty("codebook_start");
        SafeTensorsFile expected = files.Tensors();
        Tensor layer = Layers(files)[JepaBuild.Whole(c, "feature_layer")];
        if (c.GetProperty("layer_norm").GetBoolean()) layer = new TeacherTargets { NormalizeResult = false }.Make([layer]);
        Tensor rows = layer.Flatten(0, 1);
        int codes = JepaBuild.Whole(c, "codes");
        using OnlineCodebook codebook = new(codes, (int)rows.Size(1), c.GetProperty("momentum").GetDouble());
        long[] shape = [.. start.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
        double[] first = FormulaInputs.Values(start.GetProperty("rule").GetString()!, start.GetProperty("formula").GetString()!, shape);
        codebook.Begin(Tensor.From([.. first.Select(v => (float)v)], shape));
        Compare("start", "values", codebook.Codes, start.GetProperty("tensor").GetString()!);
        for (int update = 0; update < JepaBuild.Whole(c, "updates"); update++)
        {
            Tensor assigned = codebook.Assign(rows, learn: true).View(layer.Size(0), layer.Size(1));
            Compare("codes", "integers", assigned, Name("codes"));
            Compare("sums", "values", codebook.Sums, Name("sums"));
            Compare("counts", "values", codebook.Counts, Name("counts"));
            Compare("codebook", "values", codebook.Codes, Name("codebooks"));
            if (c.GetProperty("reverse_rows_after_update").GetBoolean())
            {
                rows = rows.Flip(0);
            }

            string Name(string role) => arrays.GetProperty(role)[update].GetString()!;
        }

        void Compare(string what, string part, Tensor value, string name) => deviations.Compare($"{what} ({name})", part, value.ToArray<double>(), value.Shape, expected[name]);
    }

    /// <summary>Loss of the codes, and its gradient.</summary>
    public static void Codes(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        Tensor[] codes = [.. Names(golden, "codes").Select(n => Tensor.From(expected[n!].ToInt64s(), expected[n!].Shape))];
        int[] sizes = [.. c.GetProperty("codebook_sizes").EnumerateArray().Select(s => s.GetInt32())];
        Judge(golden, files, deviations, logits => CodeLosses.CrossEntropy(logits, codes, sizes, Masked(golden, files, logits), c.GetProperty("temperature").GetDouble()));
    }

    /// <summary>Balanced assignments.</summary>
    public static void Sinkhorn(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        GoldenArray input = files.Input();
        Tensor balanced = SphericalKMeans.Sinkhorn(
            Tensor.From(input.Floats, input.Shape), JepaBuild.Whole(golden.Config, "rounds"), golden.Config.GetProperty("eps").GetDouble());
        deviations.Compare("assignments", "values", balanced.ToArray<double>(), balanced.Shape, files.Tensors()[golden.Array("output")!]);
    }

    /// <summary>First centres from the recorded rows, then assignments and centres of every update.</summary>
    public static void KMeans(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        GoldenArray input = files.Input();
        CheckpointTensor other = expected[golden.Field("input")!.Value.GetProperty("second").GetProperty("tensor").GetString()!];
        int width = (int)input.Shape[^1], centres = JepaBuild.Whole(c, "centres");
        Tensor[] rows = [Tensor.From(input.Floats, input.Shape).Flatten(0, 1), Tensor.From(other.ToFloats(), other.Shape).Flatten(0, 1)];
        int[] chosen = [.. files.Json().EnumerateArray().Select(r => r.GetInt32())];
        if (golden.Array("last_pick_probability") is string last)
            deviations.Compare(last, "values", SphericalKMeans.PickProbabilities(input.Floats, width, chosen[..^1]), expected[last].ToDoubles());
        CosineTemperature temperature = new(c.GetProperty("temperature_first").GetDouble(), c.GetProperty("temperature_last").GetDouble(), JepaBuild.Whole(c, "temperature_steps"));
        using SphericalKMeans clustering = new(centres, width, c.GetProperty("momentum").GetDouble(), temperature);
        clustering.Begin(rows[0].IndexSelect(0, Tensor.From([.. chosen.Select(r => (long)r)], chosen.Length)));
        Compare(clustering.Centres, golden.Array("centres_start")!);
        (string?[] assignments, string?[] after) = (Names(golden, "assignments"), Names(golden, "centres"));
        for (int update = 0; update < JepaBuild.Whole(c, "updates"); update++)
        {
            Tensor assigned = clustering.Assign(rows[update % 2], learn: true, new PhiloxRandom(0));
            Compare(assigned.View(input.Shape[0], input.Shape[1], centres), assignments[update]!);
            Compare(clustering.Centres, after[update]!);
        }

        void Compare(Tensor value, string name) => deviations.Compare(name, "values", value.ToArray<double>(), value.Shape, expected[name]);
    }

    /// <summary>Total loss of every step over all codebooks, gradients where given, and the parts of some steps.</summary>
    public static void KMeansLoss(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        int[] centres = [.. c.GetProperty("centres").EnumerateArray().Select(s => s.GetInt32())];
        Tensor[] targets = [.. Names(golden, "assignments").Select(n => Tensor.From(expected[n!].ToFloats(), expected[n!].Shape))];
        SoftCodeLosses losses = new() { Alpha = c.GetProperty("alpha").GetDouble(), EntropyWeight = c.GetProperty("entropy_weight").GetDouble() };
        CosineTemperature temperature = new(c.GetProperty("temperature_first").GetDouble(), c.GetProperty("temperature_last").GetDouble(), JepaBuild.Whole(c, "temperature_steps"));
        (string?[] totals, string?[] gradients) = (Names(golden, "loss"), Names(golden, "gradients"));
        for (int step = 0; step < JepaBuild.Whole(c, "steps"); step++)
        {
            GoldenArray input = files.Input();
            Tensor logits = Tensor.From(input.Floats, input.Shape);
            logits.RequiresGrad = true;
            Tensor masked = Masked(golden, files, logits);
            Tensor? total = null;
            long offset = 0;
            for (int k = 0; k < centres.Length; k++)
            {
                SoftCodeLoss loss = losses.Compute(logits.Narrow(2, offset, centres[k]), targets[k], masked, temperature.At(step));
                total = total is null ? loss.Total() : total + loss.Total();
                offset += centres[k];
                Parts(step, k, loss);
            }

            deviations.Compare(totals[step]!, "loss", total!.Item(), expected[totals[step]!].ToDoubles()[0]);
            total.Backward();
            if (gradients.ElementAtOrDefault(step) is string name) deviations.Compare(name, "gradients", logits.Grad!.ToArray<double>(), logits.Shape, expected[name]);
        }

        void Parts(int step, int codebook, SoftCodeLoss loss)
        {
            if (golden.Field("key") is null || !files.Json().TryGetProperty((step + 1).ToString(CultureInfo.InvariantCulture), out JsonElement parts)) return;
            Part("loss_masked", loss.Masked);
            Part("loss_nonmasked", loss.Unmasked);
            Part("loss_entropy_regularization", loss.Entropy);

            void Part(string part, Tensor? value)
            {
                if (value is not null && parts.TryGetProperty($"{part}0_{codebook}", out JsonElement reference))
                    deviations.Compare($"{part} of step {step + 1}, codebook {codebook}", "loss", value.Item(), reference.GetDouble());
            }
        }
    }

    /// <summary>Points of a temperature's course.</summary>
    public static void Temperature(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        CosineTemperature temperature = new(c.GetProperty("first").GetDouble(), c.GetProperty("last").GetDouble(), c.GetProperty("steps").GetInt64());
        foreach (JsonElement point in files.Json().EnumerateArray())
            deviations.Compare($"step {point[0]}", "values", temperature.At(point[0].GetInt64()), point[1].GetDouble());
    }

    // A loss of the input, compared with its gradient.
    private static void Judge(GoldenCase golden, GoldenFiles files, Deviations deviations, Func<Tensor, Tensor> loss)
    {
        SafeTensorsFile expected = files.Tensors();
        GoldenArray input = files.Input();
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        Tensor value = loss(x);
        deviations.Compare("loss", "loss", value.Item(), expected[golden.Array("loss")!].ToDoubles()[0]);
        value.Backward();
        foreach (string? name in Names(golden, "gradients"))
            if (name is not null) deviations.Compare(name, "gradients", x.Grad!.ToArray<double>(), x.Shape, expected[name]);
    }

    private static string?[] Names(GoldenCase golden, string role) => [.. golden.Field("arrays")!.Value.GetProperty(role).EnumerateArray().Select(n => n.GetString())];

    private static Tensor Target(GoldenFiles files)
    {
        GoldenArray target = files.Input("target");
        return Tensor.From(target.Floats, target.Shape);
    }

    private static Tensor[] Layers(GoldenFiles files)
    {
        GoldenArray input = files.Input();
        Tensor all = Tensor.From(input.Floats, input.Shape);
        return [.. Enumerable.Range(0, (int)input.Shape[0]).Select(k => all.Select(0, k))];
    }

    // [batch, positions], 1 at the stored pairs of row and position.
    private static Tensor Masked(GoldenCase golden, GoldenFiles files, Tensor like)
    {
        (long rows, long positions) = (like.Size(0), like.Size(1));
        var masked = new float[rows * positions];
        foreach (long[] pair in files.Tensors()[golden.Array("mask_ids")!].ToInt64s().Chunk(2)) masked[(pair[0] * positions) + pair[1]] = 1;
        return Tensor.From(masked, rows, positions);
    }
}
