// ECGFounder's fine-tuning: trajectories of its optimiser, its losses, its learning rate on a plateau.
using System.Text.Json;
using Einthoven.Models.EcgFounder;
using Einthoven.Torch;
using Einthoven.Training.Trainer;

namespace Einthoven.Golden.Kinds;

internal static class FounderTrainingKinds
{
    /// <summary>Loss before each step on one batch, and the first values of some parameters after the last.</summary>
    public static void Finetune(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        string optimizer = config.GetProperty("optimizer").GetString()!, loss = config.GetProperty("loss").GetString()!;
        if (optimizer != "adam" || loss != "bce_with_logits_mean")
            throw new InvalidDataException($"the optimizer '{optimizer}' or loss '{loss}' is none of cases.schema.md");
        using Scope scope = new();
        using Net1D network = FounderNetworkKinds.Build(golden, files);
        bool probe = config.GetProperty("linear_probe").GetBoolean();
        foreach ((string name, Tensor parameter) in network.NamedParameters())
            parameter.RequiresGrad = !probe || name.StartsWith(network.HeadPrefix, StringComparison.Ordinal);
        using Adam adam = new(
            [.. network.NamedParameters().Select(p => new OptimizedParameter(p.Name, p.Tensor, Decay: true))],
            config.GetProperty("betas")[0].GetDouble(), config.GetProperty("betas")[1].GetDouble(),
            config.GetProperty("eps").GetDouble(), config.GetProperty("weight_decay").GetDouble());
        GoldenArray input = files.Input(), target = files.Input("target");
        Tensor x = Tensor.From(input.Floats, input.Shape), y = Tensor.From(target.Floats, target.Shape);
        double[] losses = expected.Numbers("losses");
        deviations.Equal("steps", config.GetProperty("steps").GetInt32(), losses.Length);
        for (int step = 0; step < losses.Length; step++)
        {
            using Scope one = new();
            Tensor mean = Losses.BinaryCrossEntropyMean(network.Forward(x), y);
            network.ClearGradients();
            mean.Backward();
            adam.Step(config.GetProperty("learning_rate").GetDouble());
            deviations.Compare($"loss of step {step}", "losses", mean.Item(), losses[step]);
        }

        Dictionary<string, Tensor> state = network.State().ToDictionary(t => t.Name, t => t.Tensor);
        foreach (JsonProperty after in expected.GetProperty("params_after_first8").EnumerateObject())
        {
            double[] first = Deviations.Numbers(after.Value);
            deviations.Compare(after.Name, "parameters", state[after.Name].ToArray<double>().AsSpan(0, first.Length), first);
        }
    }

    /// <summary>Losses and their gradients in double precision, each variant by its name.</summary>
    public static void HillLosses(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, expected = files.Json();
        double gamma = config.GetProperty("gamma").GetDouble();
        HillLoss plain = new(gamma), focal = new(gamma, config.GetProperty("focal_margin").GetDouble(), config.GetProperty("focal_exponent").GetDouble());
        double[] values = expected.Numbers("logits"), targets = expected.Numbers("target");
        long rows = expected.GetProperty("logits").GetArrayLength();
        foreach (JsonProperty variant in expected.EnumerateObject())
        {
            if (variant.Name is "logits" or "target") continue;
            using Scope scope = new();
            Tensor logits = Tensor.From(values, rows, values.Length / rows), target = Tensor.From(targets, logits.Shape);
            logits.RequiresGrad = true;
            Tensor loss = variant.Name switch
            {
                "bce_mean" => Losses.BinaryCrossEntropyMean(logits, target),
                "pu_hill_plain_sum" => plain.Sum(logits, target),
                "pu_hill_plain_mean" => plain.Sum(logits, target) / logits.Elements,
                "hill_focal_margin_sum" => focal.Sum(logits, target),
                _ => throw new InvalidDataException($"the loss '{variant.Name}' is none that is described"),
            };
            loss.Backward();
            deviations.Compare(variant.Name, "values", loss.Item(), variant.Value.GetProperty("loss").GetDouble());
            deviations.Compare($"gradient of {variant.Name}", "values", logits.Grad!.ToArray<double>(), variant.Value.Numbers("grad"));
        }
    }

    /// <summary>The rate after each figure.</summary>
    public static void Plateau(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonElement course in files.Json().EnumerateArray())
        {
            if (course.GetProperty("threshold_mode").GetString() != "rel") throw new InvalidDataException("only the relative threshold is described");
            PlateauOptions options = new(
                course.Number("factor"), course.GetProperty("patience").GetInt32(), course.GetProperty("mode").GetString() == "max",
                course.Number("threshold"), course.GetProperty("cooldown").GetInt32(), course.Number("eps"));
            PlateauRate state = PlateauRate.Begin(course.Number("lr0"), options);
            List<double> rates = [];
            foreach (double figure in course.Numbers("metric"))
            {
                state = state.After(figure, options);
                rates.Add(state.Rate);
            }

            deviations.Compare($"rates with patience {options.Patience}", "values", [.. rates], course.Numbers("lr_after"));
        }
    }
}
