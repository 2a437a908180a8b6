// A generator of a few thousand random weights, for tests.
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.Generating;

internal static class SmallGenerator
{
    public static SssdEcgConfig Config { get; } = new()
    {
        Leads = 8,
        Labels = 4,
        Width = 6,
        SkipWidth = 5,
        Blocks = 2,
        StepWaves = 8,
        StepHidden = 12,
        StepWidth = 10,
        InternalLength = 50,
        States = 4,
        LabelWidth = 6,
        Steps = 8,
    };

    public static ModelDescription Description(SssdEcgConfig config) => new()
    {
        Name = "small-generator",
        Family = "sssd-ecg",
        Configuration = SssdEcgFamily.Write(config),
        Input = SssdEcgCheckpoint.Signals(config.PairedLabels ? SssdEcgCheckpoint.NleLeads : SssdEcgCheckpoint.OriginalLeads, config.InternalLength),
        Labels = [Label("normal ECG", "NORM"), Label("atrial fibrillation", "AFIB"), Label("left ventricular hypertrophy", "LVH"), Label("sinus rhythm", "SR")],
    };

    /// <summary>A network whose output does not begin at zero.</summary>
    public static SssdEcgNetwork Network(SssdEcgConfig config)
    {
        var network = new SssdEcgNetwork(config);
        network.Initialize(new PhiloxRandom(5));
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in network.NamedParameters())
            if (name.StartsWith("final_conv.2.", StringComparison.Ordinal)) tensor.CopyFrom(new PhiloxRandom(6).NormalTensor(tensor.Shape, 0.3));
        return network;
    }

    public static EcgGenerator Create(SssdEcgConfig config)
    {
        using SssdEcgNetwork network = Network(config);
        IReadOnlyList<CheckpointTensor> weights = ModelPackage.WeightsOf(network);
        return EcgGenerator.Create(Description(config), weights);
    }

    private static ModelLabel Label(string name, string code) => new() { Name = name, Code = "SCP:" + code };
}
