// Several processes: what they compute together equals what one computes alone.
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class DistributedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-ranks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_ranks_equal_one_rank_with_the_whole_batch()
    {
        Manifest manifest = SineData.Make(_folder);
        Run(manifest, "one", null);
        RunTwo(manifest, "two", resume: false);
        using SafeTensorsFile one = Best("one"), two = Best("two");
        foreach (CheckpointTensor expected in one.Tensors)
        {
            float[] a = expected.ToFloats(), b = two[expected.Name].ToFloats();
            for (int k = 0; k < a.Length; k++) Assert.True(Math.Abs(a[k] - b[k]) <= 1e-6 * Math.Max(1, Math.Abs(a[k])), $"{expected.Name}[{k}]: {a[k]} and {b[k]}");
        }
    }

    [Fact]
    public void A_run_of_two_ranks_goes_on_with_one()
    {
        Manifest manifest = SineData.Make(_folder);
        Run(manifest, "one", null);
        RunTwo(manifest, "changed", resume: false, stopAfter: 3);
        Run(manifest, "changed", null, resume: true);
        using SafeTensorsFile one = Best("one"), changed = Best("changed");
        foreach (CheckpointTensor expected in one.Tensors)
            Assert.Equal(expected.ToFloats(), changed[expected.Name].ToFloats(), (a, b) => Math.Abs(a - b) <= 2e-6 * Math.Max(1, Math.Abs(a)));
    }

    [Theory]
    [InlineData("st-mem-small-cpu", "objective=mae", """{"leads":2,"samples":64,"patch":8,"width":8,"depth":1,"heads":1,"headWidth":8,"feedForward":8}""")]
    [InlineData("moco-v3-small-cpu", "objective=moco-v3", """{"leads":2,"samples":64,"patch":8,"width":8,"depth":1,"heads":1,"headWidth":8,"feedForward":8}""")]
    [InlineData("ecg-jepa-small-cpu", "objective=k-means", """{"leads":2,"samples":64,"patch":4,"width":8,"depth":2,"heads":2}""")]
    [InlineData("ecg-jepa-small-cpu", "objective=jepa", """{"leads":2,"samples":64,"patch":4,"width":8,"depth":2,"heads":2}""")]
    [InlineData("cpc-s4-small-cpu", "objective=cpc", """{"leads":2,"width":8,"states":4,"layers":1,"internalLength":64}""")]
    public void Self_supervision_on_two_ranks_learns_and_goes_on_with_one(string preset, string objective, string network)
    {
        Manifest manifest = SineData.Make(_folder);
        PretrainRecipe recipe = Presets.Read<PretrainRecipe>(preset, objective) with
        {
            Network = JsonDocument.Parse(network).RootElement,
            Input = SineData.Contract with { WindowSamples = 64, StrideSamples = 64 },
            TrainSplits = ["1"],
            ValidationSplits = ["2"],
            Epochs = 2,
            Batch = 16,
            Precision = Precision.Float32,
        };
        Both(group => Pretrain(manifest, "run", recipe, group, stopAfter: 3), stopped: true);
        Pretrain(manifest, "run", recipe, ProcessGroup.Alone(), resume: true);
        using SafeTensorsFile weights = Best("run");
        Assert.All(weights.Tensors.Where(t => t.DType == ScalarType.Float32), t => Assert.All(t.ToFloats(), value => Assert.True(float.IsFinite(value))));
        JsonElement[] log = [.. File.ReadLines(Path.Combine(_folder, "run", "log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([2, 1], log.Where(e => e.GetProperty("event").GetString() == "start").Select(e => e.GetProperty("processes").GetInt32()));
    }

    [Fact]
    public void A_rank_that_is_gone_is_reported_by_the_others()
    {
        int port = FreePort();
        Exception? found = null;
        var other = new Thread(() =>
        {
            // Joins and leaves without a word, as a killed process does.
            ProcessGroup.Join(1, 2, "127.0.0.1", port, Device.Cpu).Dispose();
        });
        other.Start();
        using (ProcessGroup first = ProcessGroup.Join(0, 2, "127.0.0.1", port, Device.Cpu))
        {
            other.Join();
            using Tensor tensor = Tensor.Ones(4);
            found = Record.Exception(() => first.Sum(tensor));
        }
        Assert.Contains("lost the others", Assert.IsType<TorchException>(found).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_that_is_half_set_is_refused()
    {
        Assert.Equal(1, ProcessGroup.Alone().Size);
        Environment.SetEnvironmentVariable("WORLD_SIZE", "2");
        try
        {
            Assert.Contains("RANK", Assert.Throws<TorchException>(() => ProcessGroup.FromEnvironment(Device.Cpu)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WORLD_SIZE", null);
        }
    }

    private SafeTensorsFile Best(string run) => SafeTensorsFile.Open(Path.Combine(_folder, run, "best.safetensors"));

    private void RunTwo(Manifest manifest, string run, bool resume, long? stopAfter = null) =>
        Both(group => Run(manifest, run, group, resume, stopAfter), stopped: stopAfter is not null);

    private void Pretrain(Manifest manifest, string run, PretrainRecipe recipe, ProcessGroup group, bool resume = false, long? stopAfter = null) =>
        new Pretraining(
            recipe, manifest, new RunOptions(Path.Combine(_folder, run), resume, "test", Device.Cpu, _ => { }) { Group = group, StopAfterUpdates = stopAfter }).Run(CancellationToken.None);

    private static void Both(Action<ProcessGroup> run, bool stopped)
    {
        int port = FreePort();
        Exception?[] ended = new Exception?[2];
        Thread[] ranks = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
            ended[rank] = Record.Exception(() => run(ProcessGroup.Join(rank, 2, "127.0.0.1", port, Device.Cpu)))))];
        foreach (Thread rank in ranks) rank.Start();
        foreach (Thread rank in ranks) rank.Join();
        foreach (Exception? e in ended)
        {
            if (!stopped) Assert.Null(e);
            else Assert.IsType<OperationCanceledException>(e);
        }
    }

    private void Run(Manifest manifest, string run, ProcessGroup? group, bool resume = false, long? stopAfter = null) =>
        new Finetuning(
            s_recipe, manifest,
            new RunOptions(Path.Combine(_folder, run), resume, "test", Device.Cpu, _ => { }) { Group = group ?? ProcessGroup.Alone(), StopAfterUpdates = stopAfter }).Run(CancellationToken.None);

    // A network without batch norm and dropout: what a batch gives does not depend on how it is shared.
    private static readonly FinetuneRecipe s_recipe = new()
    {
        Name = "tiny",
        Family = "ecg-fm",
        Network = JsonSerializer.SerializeToElement(new
        {
            leads = 2,
            convLayers = new[] { new { width = 8, kernel = 2, stride = 2 }, new { width = 8, kernel = 2, stride = 2 } },
            layers = 1,
            width = 8,
            feedForward = 16,
            heads = 2,
            convPos = 8,
            convPosGroups = 2,
            dropout = 0.0,
            attentionDropout = 0.0,
        }),
        Input = SineData.Contract,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = 1,
        Batch = 8,
        LearningRate = 0.001,
        ClipNorm = 1,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { CropSamples = 128, GainDeviation = 0.1, MixupAlpha = 0.4 },
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
