// A network of a few thousand weights with fixed random values, as a package in a temporary folder.

using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.SeResNet;
using Einthoven.Models.Tests.Contracts;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Packages;

/// <summary>Owns the folder; every test gets its own.</summary>
internal sealed class SmallModel : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("einthoven-test-").FullName;

    public SmallModel(bool withCheck = true)
    {
        using var network = new SeResNetwork(Config);
        network.Initialize(new PhiloxRandom(7));
        Randomize(network);
        Folder = Path.Combine(_root, "small");
        Directory.CreateDirectory(Folder);
        using EcgModel model = EcgModel.Create(Description, ModelPackage.WeightsOf(network));
        ModelCheck? check = withCheck ? ModelCheck.Record(model, Records.Sines(200, 100, "I", "II", "V1")) : null;
        ModelPackage.Save(Folder, Description, ModelPackage.WeightsOf(network), "# A card\n", check);
    }

    public static SeResNetConfig Config { get; } = new() { Leads = 2, Labels = 3, Stem = [8], Stages = [8, 16], BlocksPerStage = 1, Reduction = 4 };

    public static ModelDescription Description { get; } = new()
    {
        Name = "small",
        Summary = "For tests.",
        Family = "se-resnet",
        Configuration = SeResNetFamily.Write(Config),
        Input = Records.Contract() with { InterpolatedGapSeconds = 0.05, LongGaps = LongGapPolicy.Zero },
        Labels =
        [
            new ModelLabel { Name = "atrial fibrillation", Code = "SCP:AFIB", Snomed = "164889003", Category = "rhythm", Threshold = 0.3 },
            new ModelLabel { Name = "premature ventricular complex", Code = "SCP:PVC", Category = "form", Aggregation = Aggregation.Max },
            new ModelLabel { Name = "normal ECG" },
        ],
        Provenance = new Dictionary<string, string> { ["source"] = "random weights" },
    };

    public string Folder { get; }

    public string Root => _root;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // The head starts at zero and every branch at a gain of zero: without this all inputs would give the same logits.
    private static void Randomize(SeResNetwork network)
    {
        var random = new PhiloxRandom(11);
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        foreach ((string name, Tensor tensor) in network.NamedParameters())
        {
            if (name.StartsWith("head.", StringComparison.Ordinal) || name.EndsWith("norm.weight", StringComparison.Ordinal))
                tensor.CopyFrom(random.UniformTensor(tensor.Shape, -1, 1));
        }
    }
}
