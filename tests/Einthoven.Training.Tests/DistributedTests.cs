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

    private void RunTwo(Manifest manifest, string run, bool resume, long? stopAfter = null)
    {
        int port = FreePort();
        Exception?[] ended = new Exception?[2];
        Thread[] ranks = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
            ended[rank] = Record.Exception(() => Run(manifest, run, ProcessGroup.Join(rank, 2, "127.0.0.1", port, Device.Cpu), resume, stopAfter))))];
        foreach (Thread rank in ranks) rank.Start();
        foreach (Thread rank in ranks) rank.Join();
        foreach (Exception? e in ended)
        {
            if (stopAfter is null) Assert.Null(e);
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
