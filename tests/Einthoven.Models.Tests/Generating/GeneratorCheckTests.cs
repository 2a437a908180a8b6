// The check of a generator's package: it agrees with the generator that made it, and names the first stage of another.
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.SssdEcg;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.Generating;

public sealed class GeneratorCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-generator-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_generator_agrees_with_its_own_check()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config);
        IReadOnlyList<StageComparison> stages = Verify(generator, generator);
        Assert.All(stages, stage => Assert.True(stage.Agrees, $"{stage.Stage} differs by {stage.Deviation}"));
        Assert.Equal("signals", stages[^1].Stage);
        Assert.Contains(stages, stage => stage.Stage == "stage.init_conv");
    }

    [Fact]
    public void The_first_stage_of_a_changed_weight_is_named()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config), other = SmallGenerator.Create(SmallGenerator.Config);
        using (GradMode.Off())
            other.Network.NamedParameters().Single(p => p.Name == "residual_layer.residual_blocks.1.res_conv.parametrizations.weight.original0").Tensor.MulInPlace(1.5);
        IReadOnlyList<StageComparison> stages = Verify(generator, other);
        Assert.Equal("stage.block1.res", stages.First(stage => !stage.Agrees).Stage);
    }

    [Fact]
    public void A_check_of_another_generator_is_refused()
    {
        using EcgGenerator generator = SmallGenerator.Create(SmallGenerator.Config), longer = SmallGenerator.Create(SmallGenerator.Config with { InternalLength = 60 });
        Assert.Contains("no check of it", Assert.Throws<ModelPackageException>(() => Verify(generator, longer)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<StageComparison> Verify(EcgGenerator recorded, EcgGenerator verified)
    {
        string path = Path.Combine(_folder, "check.safetensors");
        ModelCheck check = GeneratorCheck.Record(recorded);
        SafeTensorsWriter.Write(path, check.Tensors, check.Metadata);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        return GeneratorCheck.Verify(verified, file);
    }
}
