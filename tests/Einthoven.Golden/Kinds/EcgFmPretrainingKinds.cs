// ECG-FM's pretraining step with recorded draws: intermediate results, loss terms, gradients.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmPretrainingKinds
{
    // The terms in the order of the files' lists; what each is called in the objects begins with the second.
    private static readonly (string Term, string Stored)[] s_terms =
        [("contrastive", "infonce"), ("diversity", "diversity"), ("feature_penalty", "features_pen"), ("cmsc", "cmsc")];

    /// <summary>The whole of WCR: every stage, each loss term, the gradients of W2V, of CMSC and of the sum.</summary>
    public static void Pretrain(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using EcgFmPretraining network = EcgFmPretrainingBuild.Network(golden, files);
        TrainingBatch batch = EcgFmPretrainingBuild.Batch(golden, files);
        ObjectiveResult result = Wcr(golden, files, deviations, network, batch);
        JsonElement expected = files.Json();
        Terms(deviations, result, expected.GetProperty("terms_sum"));
        Figures(golden, deviations, result, expected);
        Tensor w2v = result.Terms.Where(t => t.Name != "cmsc").Select(t => t.Sum).Aggregate((a, b) => a + b);
        if (expected.TryGetProperty("w2v_only_loss_sum", out JsonElement alone)) deviations.Compare("W2V loss", "loss", w2v.Item(), alone.GetDouble());
        deviations.Compare("loss per target", "loss", result.Total().Item() / result.SampleSize, expected.GetProperty("loss_total_per_target").GetDouble());

        Backward(w2v, "gradients_w2v", mayBeAbsent: false);
        Backward(result.Terms.Single(t => t.Name == "cmsc").Sum, "gradients_cmsc", mayBeAbsent: true);
        Backward(result.Total(), "gradients_wcr", mayBeAbsent: false);

        void Backward(Tensor sum, string role, bool mayBeAbsent)
        {
            if (golden.TryFile(role) == null) return;
            network.ClearGradients();
            (sum / result.SampleSize).Backward(retainGraph: true);
            Gradients(golden, deviations, network, files.Tensors(role), "", mayBeAbsent);
        }
    }

    /// <summary>The same with padded rows.</summary>
    public static void Padded(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using EcgFmPretraining network = EcgFmPretrainingBuild.Network(golden, files);
        ObjectiveResult result = Wcr(golden, files, deviations, network, EcgFmPretrainingBuild.Batch(golden, files));
        JsonElement expected = files.Json();
        Terms(deviations, result, expected.GetProperty(golden.Array("loss_terms") ?? "terms_sum"));
        Figures(golden, deviations, result, expected);
        (result.Total() / result.SampleSize).Backward();
        Gradients(golden, deviations, network, files.Tensors(), "grad.", mayBeAbsent: true, onlyStored: true);
    }

    /// <summary>W2V alone, in training and in evaluation mode.</summary>
    public static void MaskedOnly(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using EcgFmPretraining network = EcgFmPretrainingBuild.Network(golden, files);
        TrainingBatch batch = EcgFmPretrainingBuild.Batch(golden, files);
        JsonElement expected = files.Json();
        foreach (bool training in (bool[])[true, false])
        {
            if (!expected.TryGetProperty(training ? "train" : "eval", out JsonElement figures)) continue;
            // Not disposed here: the network is used again.
            Wav2VecObjective objective = new(network, EcgFmPretrainingBuild.Options(golden.Config))
            {
                Recorded = EcgFmPretrainingBuild.Draws(golden, files),
                Stages = Compare(golden, deviations, files.Tensors(), training ? stage => stage : stage => stage == "logits" ? "eval_logits" : null),
            };
            ObjectiveResult result = objective.Compute(batch, Context(golden, training));
            for (int k = 0; k < result.Terms.Count; k++)
                deviations.Compare(result.Terms[k].Name, "loss", result.Terms[k].Sum.Item(), figures.GetProperty($"loss_{k}").GetDouble());
            deviations.Compare("loss", "loss", result.Total().Item(), figures.GetProperty("loss_sum").GetDouble());
            Figures(golden, deviations, result, figures);
            if (!training) break;
            (result.Total() / result.SampleSize).Backward();
            Gradients(golden, deviations, network, files.Tensors(), "grad.", mayBeAbsent: false);
        }
    }

    /// <summary>CMSC alone, without masks.</summary>
    public static void Contrast(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using EcgFmEncoder encoder = new(EcgFmBuild.Config(golden.Config));
        LoadEncoder(encoder, golden, files);
        TrainingBatch batch = EcgFmPretrainingBuild.Batch(golden, files);
        SegmentContrastOptions options = EcgFmPretrainingBuild.Contrast(golden.Config);
        SegmentContrastObjective objective = new(encoder, options);
        ObjectiveResult result = objective.Compute(batch, Context(golden, golden.Training, updates: 0));
        (result.Total() / result.SampleSize).Backward();
        deviations.Compare("loss", "loss", result.Total().Item() / result.SampleSize, files.Json().GetProperty("loss").GetDouble());
        Gradients(golden, deviations, encoder, files.Tensors(), "grad.", mayBeAbsent: true, onlyStored: true);
        using GradModeGuard noGrad = GradMode.Off();
        Tensor pooled = EcgFmPooling.Mean(encoder.Forward(batch.Windows, batch.ValidSamples));
        deviations.Compare("pooled", "pooled", pooled.ToArray<double>(), pooled.Shape, files.Tensors()["pooled"]);
    }

    /// <summary>Full size in evaluation mode, a given mask, negatives by formula.</summary>
    public static void BaseModel(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgFmPretraining network = EcgFmPretrainingBuild.Network(golden, files);
        JsonElement expected = files.Json("summary");
        int[][] frames = [.. expected.GetProperty("mask_indices").EnumerateArray().Select(r => r.EnumerateArray().Select(t => t.GetInt32()).ToArray())];
        deviations.Equal("masked per row", frames[0].Length, golden.Config.GetProperty("masked_per_row").GetInt32());
        FormulaNumbers formula = new(golden.Config.GetProperty("negatives_formula").GetString()!);
        ulong modulus = golden.Config.GetProperty("negatives_modulus").GetUInt64();
        Wav2VecOptions options = EcgFmPretrainingBuild.Options(golden.Config);
        long[] drawn = [.. Enumerable.Range(0, frames.Sum(f => f.Length) * options.Negatives).Select(i => (long)(formula.Raw(i) % modulus))];

        double[] logits = [];
        Wav2VecObjective objective = new(network, options)
        {
            Recorded = new RecordedDraws { Frames = frames, Drawn = new Dictionary<NegativeSource, long[]> { [NegativeSource.SameRow] = drawn } },
            Stages = (stage, value) => logits = stage == "logits" ? value.ToArray<double>() : logits,
        };
        TrainingBatch batch = EcgFmPretrainingBuild.Batch(golden, files);
        ObjectiveResult result = objective.Compute(batch, Context(golden, golden.Training, updates: 0));
        Terms(deviations, result, expected.GetProperty("terms_sum"));
        deviations.Compare("loss", "loss", result.Total().Item(), expected.GetProperty("loss_sum").GetDouble());
        Figures(golden, deviations, result, expected);
        double[] first = Deviations.Numbers(expected.GetProperty("logits_first_target"));
        deviations.Compare("logits of the first target", "logits", logits.AsSpan(0, first.Length), first);
        if (expected.TryGetProperty("equal_negatives_float64", out JsonElement equal))
            deviations.Equal("negatives like their target", logits.Count(double.IsNegativeInfinity), equal.GetInt32());
        Tensor codes = network.Codes(batch.Windows);
        long[] masked = [.. codes.Select(0, 0).IndexSelect(0, Tensor.From([.. frames[0].Select(t => (long)t)], frames[0].Length)).ToArray<long>()];
        deviations.Equal("codes of the first row", string.Join(',', masked), string.Join(',', Deviations.Numbers(expected.GetProperty("codes_first_row"))));
    }

    private static ObjectiveResult Wcr(GoldenCase golden, GoldenFiles files, Deviations deviations, EcgFmPretraining network, TrainingBatch batch)
    {
        StageObserver compare = Compare(golden, deviations, files.Tensors(), stage => stage);
        JsonElement expected = files.Json();
        WcrObjective objective = new(
            network, EcgFmPretrainingBuild.Options(golden.Config), EcgFmPretrainingBuild.Contrast(golden.Config), EcgFmPretrainingBuild.Draws(golden, files),
            (stage, value) =>
            {
                compare(stage, value);
                string? outside = golden.Array("not_in_loss");
                if (stage == "pooled" && outside != "cmsc" && expected.TryGetProperty("cmsc", out JsonElement cmsc)) Cmsc(golden, deviations, value, batch, cmsc);
            });
        return objective.Compute(batch, Context(golden, golden.Training));
    }

    private static void Cmsc(GoldenCase golden, Deviations deviations, Tensor pooled, TrainingBatch batch, JsonElement expected)
    {
        SegmentContrastValue value = SegmentContrast.Compute(pooled, batch, EcgFmPretrainingBuild.Contrast(golden.Config));
        Tensor unit = pooled / pooled.Norm([-1], keepDimensions: true);
        Each("pooled", "stages", pooled);
        Each("normalised", "stages", unit);
        Each("logits", "logits", value.Logits);
        Each("loss_1", "loss", value.First);
        Each("loss_2", "loss", value.Second);
        Each("loss", "loss", value.Loss);

        void Each(string name, string part, Tensor actual)
        {
            if (expected.TryGetProperty(name, out JsonElement stored))
                deviations.Compare($"cmsc {name}", part, actual.ToArray<double>(), Deviations.Numbers(stored));
        }
    }

    private static ObjectiveContext Context(GoldenCase golden, bool training, long? updates = null) =>
        new(new PhiloxRandom(0), updates ?? golden.Config.GetProperty("num_updates").GetInt64(), training);

    /// <summary>Compares every stage that the file stores under the name that <paramref name="stored"/> gives it.</summary>
    private static StageObserver Compare(GoldenCase golden, Deviations deviations, SafeTensorsFile file, Func<string, string?> stored) => (stage, value) =>
    {
        string? name = stage == "feature_padding_mask" ? golden.Array("frame_padding") : stored(stage);
        if (name == null || !file.TryGet(name, out CheckpointTensor? reference)) return;
        // Files hold logits with the candidates first.
        Tensor shaped = stage == "logits" ? value.Permute(2, 0, 1) : value;
        string part = stage switch { "logits" => "logits", "feature_padding_mask" => "integers", _ => "stages" };
        deviations.Compare(name, part, shaped.ToArray<double>(), shaped.Shape, reference);
    };

    private static void Terms(Deviations deviations, ObjectiveResult result, JsonElement expected)
    {
        for (int k = 0; k < s_terms.Length; k++)
        {
            JsonElement stored = expected.ValueKind == JsonValueKind.Array
                ? expected[k]
                : expected.EnumerateObject().First(p => p.Name.StartsWith(s_terms[k].Stored, StringComparison.Ordinal)).Value;
            LossTerm? term = result.Terms.FirstOrDefault(t => t.Name == s_terms[k].Term);
            if (term == null) deviations.Equal(s_terms[k].Term, 0, stored.GetDouble());
            else deviations.Compare(s_terms[k].Term, "loss", term.Sum.Item(), stored.GetDouble());
        }
    }

    private static void Figures(GoldenCase golden, Deviations deviations, ObjectiveResult result, JsonElement expected)
    {
        deviations.Equal("sample size", result.SampleSize, expected.GetProperty("sample_size").GetDouble());
        Each("prob_perplexity", "perplexities", result.Metrics["prob_perplexity"]);
        Each("code_perplexity", "perplexities", result.Metrics["code_perplexity"]);
        Each("correct", "integers", Math.Round(result.Metrics["accuracy"] * result.SampleSize));
        Each("loss_total_sum", "loss", result.Total().Item());
        if (golden.Config.TryGetProperty("gumbel_temperature", out JsonElement temperature))
            deviations.Compare("temperature", "perplexities", result.Metrics["temperature"], temperature.GetDouble());

        void Each(string name, string part, double actual)
        {
            if (expected.TryGetProperty(name, out JsonElement stored)) deviations.Compare(name, part, actual, stored.GetDouble());
        }
    }

    private static void Gradients(
        GoldenCase golden, Deviations deviations, Module network, SafeTensorsFile reference, string prefix, bool mayBeAbsent, bool onlyStored = false)
    {
        foreach ((string name, Tensor parameter) in network.NamedParameters())
        {
            using Scope scope = new();
            Tensor? gradient = parameter.Grad;
            if (!reference.TryGet(prefix + name, out CheckpointTensor? stored)) reference.TryGet(prefix + EcgFmTrainingKinds.OldName(name), out stored);
            double[] actual = gradient?.ToArray<double>() ?? new double[parameter.Elements];
            bool zero = name.EndsWith("self_attn.k_proj.bias", StringComparison.Ordinal) && golden.HasTolerance("k_proj_bias_gradients");
            string part = zero ? "k_proj_bias_gradients" : "gradients";
            if (stored is not null) deviations.Compare($"gradient of {name}", part, actual, parameter.Shape, stored);
            else if (!mayBeAbsent) deviations.Fail($"gradient of {name}: the file has none");
            else if (!onlyStored) deviations.Compare($"gradient of {name}", part, actual, new double[actual.Length]);
        }
    }

    /// <summary>Fills an encoder from a file that may hold the pretraining network's heads too.</summary>
    private static void LoadEncoder(EcgFmEncoder encoder, GoldenCase golden, GoldenFiles files)
    {
        if (golden.Weights == "formula")
        {
            Weights.Load(encoder, golden, files);
            return;
        }

        HashSet<string> own = [.. encoder.State().Select(s => s.Name)];
        using Scope scope = new();
        encoder.Load(files.Tensors("weights").Tensors
            .Select(t => (Name: WeightNormConv1d.ModernName(t.Name[golden.Prefix.Length..]), Tensor: t))
            .Where(t => own.Contains(t.Name))
            .ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Tensor.Data.Span, t.Tensor.DType, t.Tensor.Shape)));
    }
}
