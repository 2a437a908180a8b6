// ECG-CPC: its pretraining step with recorded draws, and the full-size encoder.
using System.Text.Json;
using Einthoven.Models.EcgCpc;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class S4CpcKinds
{
    /// <summary>Every stage, loss, accuracy, gradients.</summary>
    public static void Pretraining(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using EcgCpcPretraining network = new(Config(config));
        Load(network, golden, files);
        HashSet<string> seen = [];
        CpcObjective objective = new(network, new() { StepsAhead = config.GetProperty("steps_ahead").GetInt32(), Negatives = config.GetProperty("negatives").GetInt32() })
        {
            Recorded = new RecordedDraws
            {
                Frames = [],
                Drawn = new Dictionary<NegativeSource, long[]> { [NegativeSource.SameRow] = expected[golden.Array("draws")!].ToInt64s() },
            },
            Stages = (stage, value) => S4Stages.Compare(stage, value, expected, seen, deviations),
        };
        GoldenArray input = files.Input();
        Tensor x = Tensor.From(input.Floats, input.Shape);
        x.RequiresGrad = true;
        ObjectiveResult result = objective.Compute(new(x), new(new PhiloxRandom(0), 0, config.GetProperty("batch_statistics").GetBoolean()));
        S4Stages.RequireAll(expected, seen, deviations);
        Tensor loss = result.Total() / result.SampleSize;
        deviations.Compare("loss", "values", loss.Item(), expected["loss"].ToDoubles()[0]);
        deviations.Compare("accuracy", "values", result.Metrics["accuracy"], expected["accuracy"].ToDoubles()[0]);
        loss.Backward();
        S4Stages.Gradients(network, golden.Field("input")!.Value.GetProperty("tensor").GetString()!, x, expected, deviations);
    }

    /// <summary>Full size: mean of the encoder's output, the predictor's at some positions and its mean.</summary>
    public static void Full(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgCpcPretraining network = new(Config(golden.Config));
        Weights.Load(network, golden, files);
        if (golden.Config.GetProperty("batch_statistics").GetBoolean()) network.Train(new PhiloxRandom(0));
        GoldenArray input = files.Input();
        EcgCpcFeatures features = network.Encoder.Forward(Tensor.From(input.Floats, input.Shape));
        long[] positions = [.. golden.Config.GetProperty("positions").EnumerateArray().Select(p => p.GetInt64())];
        Compare("encoder_mean", features.Encoded.Mean([1]).Squeeze(0));
        Compare("tokens", features.Context.IndexSelect(1, Tensor.From(positions, positions.Length)).Squeeze(0));
        Compare("pooled", features.Context.Mean([1]).Squeeze(0));

        void Compare(string name, Tensor value) => deviations.Compare(name, "values", value.ToArray<double>(), value.Shape, expected[name]);
    }

    private static EcgCpcConfig Config(JsonElement c)
    {
        return new()
        {
            Leads = Integer("in_channels"),
            Width = Integer("width"),
            States = Integer("state"),
            Layers = Integer("layers"),
            InternalLength = Integer("length"),
            Kernels = Integers("kernel_sizes"),
            Strides = Integers("strides"),
            PreNorm = c.GetProperty("prenorm").GetBoolean(),
            Dropout = c.GetProperty("dropout").GetDouble(),
        };

        int Integer(string name) => c.GetProperty(name).GetInt32();

        int[] Integers(string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
    }

    // Where batch statistics are used the file stores no running ones.
    private static void Load(EcgCpcPretraining network, GoldenCase golden, GoldenFiles files)
    {
        using Scope scope = new();
        Dictionary<string, Tensor> state = network.NamedBuffers().ToDictionary(b => b.Name, b => b.Tensor);
        foreach (CheckpointTensor tensor in files.Tensors().Tensors.Where(t => t.Name.StartsWith(golden.Prefix, StringComparison.Ordinal)))
            state[tensor.Name[golden.Prefix.Length..]] = Tensor.FromBytes(tensor.Data.Span, tensor.DType, tensor.Shape);
        network.Load(state);
    }
}
