// The trainer with networks that keep something between passes: they learn, resume bit for bit, and their packages verify.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class NetworkTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-networks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void S4_learns_resumes_bit_for_bit_and_leaves_a_package_that_verifies()
    {
        Manifest manifest = SineData.Make(_folder);
        FinetuneResult whole = Run(manifest, "whole", stopAfter: null);
        Assert.True(whole.Report.Macro.Value > 0.95, $"macro AUROC {whole.Report.Macro}");
        Assert.ThrowsAny<OperationCanceledException>(() => Run(manifest, "parts", stopAfter: 11));
        Run(manifest, "parts", stopAfter: null, resume: true);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "best.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "parts", "best.safetensors")));

        using ModelPackage package = ModelPackage.Open(whole.Folder);
        using EcgModel model = EcgModel.Load(package);
        using SafeTensorsFile check = package.OpenCheck();
        Assert.All(ModelCheck.Verify(model, check), stage => Assert.True(stage.Agrees, $"{stage.Stage} differs by {stage.Deviation}"));
    }

    private FinetuneResult Run(Manifest manifest, string name, long? stopAfter, bool resume = false)
    {
        FinetuneRecipe recipe = new()
        {
            Name = "tiny-s4",
            Family = "s4",
            Network = JsonSerializer.SerializeToElement(new { leads = 2, labels = 2, width = 8, states = 4, layers = 2, internalLength = SineData.Samples, dropout = 0.1 }),
            Input = SineData.Contract,
            TrainSplits = ["1"],
            ValidationSplits = ["2"],
            Epochs = 6,
            Batch = 8,
            LearningRate = 0.01,
            Precision = Precision.Float32,
        };
        var options = new RunOptions(Path.Combine(_folder, name), resume, "test", Device.Cpu, _ => { })
        {
            StopAfterUpdates = stopAfter,
            Group = ProcessGroup.Alone(),
        };
        return new Finetuning(recipe, manifest, options).Run(CancellationToken.None)!;
    }
}
