// MERL: the residual encoder with its projections, the transformer, the losses with recorded dropout.
using System.Text.Json;
using Einthoven.Models.Merl;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class MerlKinds
{
    /// <summary>Encoder, projections, attention, losses in evaluation mode.</summary>
    public static void ResNet(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        JsonElement c = golden.Config;
        GoldenArray input = files.Input();
        SafeTensorsFile expected = files.Tensors();
        string prefix = golden.Array("prefix")!;
        using MerlNetwork network = new(new()
        {
            ResNet = new()
            {
                Leads = (int)input.Shape[1],
                Widths = Integers(c, "widths"),
                Blocks = Integers(c, "blocks"),
                Kernel = Integer(c, "kernel_size"),
                StemKernel = Integer(c, "stem_kernel_size"),
            },
            Projection = Integer(c, "projection"),
            PoolHeads = Integer(c, "pool_heads"),
            PoolPositions = Integer(c, "pool_positions"),
            TextWidth = Integer(c, "text_width"),
        });
        WordWeights.Load(network, golden, files);
        MerlPass pass = network.Forward(Tensor.From(input.Floats, input.Shape), (stage, value) => Compare($"{stage}_mean", value.Mean([2])));
        CheckpointTensor pooled = expected[golden.Array("text")!];
        Tensor text = network.ProjectText(Tensor.From(pooled.ToFloats(), pooled.Shape)), ecg = pass.Projection;
        Compare("proj_ecg", ecg);
        Compare("proj_ecg_normalized", ecg / ecg.Norm([-1], keepDimensions: true));
        Compare("att_map", pass.Attention!);
        Compare("ecg_emb1", pass.FirstView);
        Compare("ecg_emb2", pass.SecondView);
        Compare("proj_text", text);
        double temperature = c.GetProperty("temperature").GetDouble();
        Loss("cma", ecg, text);
        Loss("uma", pass.FirstView, pass.SecondView);

        void Compare(string name, Tensor value) => deviations.Compare(name, "forward", value.ToArray<double>(), value.Shape, expected[prefix + name]);

        void Loss(string name, Tensor a, Tensor b) =>
            deviations.Compare(name, "loss", MerlObjective.Contrast(a, b, temperature).Sum.Item() / a.Size(0), expected[prefix + name].ToDoubles()[0]);
    }

    /// <summary>The transformer's feature.</summary>
    public static void Vit(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        JsonElement c = golden.Config;
        GoldenArray input = files.Input();
        using MerlVit network = new(new()
        {
            Leads = (int)input.Shape[1],
            Width = Integer(c, "width"),
            Patch = Integer(c, "patch"),
            Patches = Integer(c, "patches"),
            Layers = Integer(c, "layers"),
            Heads = Integer(c, "heads"),
            HeadWidth = Integer(c, "head_width"),
            Hidden = Integer(c, "mlp"),
        });
        WordWeights.Load(network, golden, files);
        Tensor feature = network.Forward(Tensor.From(input.Floats, input.Shape));
        deviations.Compare("feature", "forward", feature.ToArray<double>(), feature.Shape, files.Tensors()[golden.Array("feature")!]);
    }

    /// <summary>Both losses and their gradients; what the dropouts kept is recorded.</summary>
    public static void Losses(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        using Scope scope = new();
        JsonElement c = golden.Config;
        (double temperature, double kept) = (c.GetProperty("temperature").GetDouble(), 1 - c.GetProperty("dropout").GetDouble());
        Dictionary<string, Tensor> leaves = [];
        foreach (string role in (string[])["feat", "proj_ecg", "proj_text", "W1", "W2"])
        {
            leaves[role] = Read(role);
            leaves[role].RequiresGrad = true;
        }

        Tensor first = View("W1", "keep1", "ecg_emb1"), second = View("W2", "keep2", "ecg_emb2");
        (Tensor uma, double umaAccuracy) = MerlObjective.Contrast(first, second, temperature);
        (Tensor cma, double cmaAccuracy) = MerlObjective.Contrast(leaves["proj_ecg"], leaves["proj_text"], temperature);
        int rows = c.GetProperty("batch").GetInt32();
        Tensor loss = (uma + cma) / rows;
        Number("uma", uma.Item() / rows);
        Number("cma", cma.Item() / rows);
        Number("loss", loss.Item());
        // The published figure is in percent.
        Number("acc1_uma", 100 * umaAccuracy);
        Number("acc1_cma", 100 * cmaAccuracy);
        loss.Backward();
        foreach ((string role, Tensor leaf) in leaves)
            deviations.Compare($"gradient of {role}", "gradients", leaf.Grad!.ToArray<double>(), leaf.Shape, Stored($"grad_{role}"));

        Tensor View(string weights, string keep, string role)
        {
            Tensor view = leaves["feat"].Matmul(leaves[weights].Transpose(0, 1)) * Read(keep) / kept;
            deviations.Compare(role, "forward", view.ToArray<double>(), view.Shape, Stored(role));
            return view;
        }

        void Number(string role, double value) => deviations.Compare(role, "loss", value, Stored(role).ToDoubles()[0]);

        CheckpointTensor Stored(string role) => files.Tensors()[golden.Array(role)!];

        Tensor Read(string role) => Tensor.From(Stored(role).ToFloats(), Stored(role).Shape);
    }

    private static int Integer(JsonElement c, string name) => c.GetProperty(name).GetInt32();

    private static int[] Integers(JsonElement c, string name) => [.. c.GetProperty(name).EnumerateArray().Select(v => v.GetInt32())];
}
