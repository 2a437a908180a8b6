// A generator of two labels learns which sine is meant, resumes bit for bit, and ends in a package that makes recordings.
using Einthoven.Models.Generating;
using Einthoven.Models.SssdEcg;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests;

public sealed class GeneratorTrainingTests : IDisposable
{
    private static readonly SssdEcgConfig Network = new()
    {
        Leads = 2,
        Labels = 2,
        Width = 8,
        SkipWidth = 8,
        Blocks = 2,
        StepWaves = 8,
        StepHidden = 16,
        StepWidth = 16,
        InternalLength = SineData.Samples,
        States = 4,
        LabelWidth = 8,
        Steps = 20,
        LastBeta = 0.2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-generator-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_learns_and_its_package_makes_recordings()
    {
        Manifest manifest = SineData.Make(_folder);
        GeneratorResult result = Run(manifest, "whole", Recipe(epochs: 4));
        Assert.True(result.Loss < 0.9, $"the noise is not recognised: loss {result.Loss}");
        using EcgGenerator generator = EcgGenerator.Load(result.Folder);
        EcgRecord made = generator.Generate([new("one", generator.Labels.Vector(["fast"]), 0)], new()).Single();
        Assert.Equal(["I", "II"], made.Leads.Select(lead => lead.Name));
        Assert.Equal(SineData.Samples, made.SampleCount);
    }

    [Fact]
    public void A_run_stopped_and_resumed_equals_an_uninterrupted_one_bit_for_bit()
    {
        Manifest manifest = SineData.Make(_folder);
        GeneratorRecipe recipe = Recipe(epochs: 2);
        Run(manifest, "whole", recipe);
        var stopped = new GeneratorTraining(recipe, manifest, Options("parts", resume: false) with { StopAfterUpdates = 5 });
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        Run(manifest, "parts", recipe, resume: true);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "best.safetensors")), File.ReadAllBytes(Path.Combine(_folder, "parts", "best.safetensors")));
    }

    [Fact]
    public void The_loss_is_the_mean_squared_error_of_the_noise_with_one_step_a_row()
    {
        using var scope = new Scope();
        // The output of a fresh network is zero: what is left is the noise itself.
        var network = new SssdEcgNetwork(Network);
        network.Initialize(new PhiloxRandom(1));
        using var objective = new DiffusionObjective(network, new() { WithheldLabels = 0.5 });
        ObjectiveResult result = objective.Compute(new(Tensor.Ones(6, 2, SineData.Samples), Tensor.Ones(6, 2)), new(new PhiloxRandom(3), 0, Training: true));
        var random = new PhiloxRandom(3);
        random.Integers(new long[6], 20);
        var noise = new float[6 * 2 * SineData.Samples];
        random.Normal(noise);
        Assert.Equal(noise.Average(z => (double)z * z), result.Total().Item() / result.SampleSize, 1e-5);
    }

    [Fact]
    public void The_velocity_counts_errors_of_the_noise_by_the_signal_that_is_left_and_spreads_steps_evenly()
    {
        using var scope = new Scope();
        // A fresh network predicts no noise at all: its error of the velocity is the noise divided by the signal's factor.
        var network = new SssdEcgNetwork(Network);
        network.Initialize(new PhiloxRandom(1));
        using var objective = new DiffusionObjective(network, new() { Weighting = DiffusionWeighting.Velocity });
        ObjectiveResult result = objective.Compute(new(Tensor.Ones(5, 2, SineData.Samples), Tensor.Ones(5, 2)), new(new PhiloxRandom(3), 0, Training: true));
        var random = new PhiloxRandom(3);
        double shift = ((IRandomSource)random).Uniform(), sum = 0;
        var noise = new float[5 * 2 * SineData.Samples];
        random.Normal(noise);
        for (int row = 0; row < 5; row++)
        {
            double left = network.Schedule.AlphaBar[(int)((row + shift) * 4)];
            sum += noise.AsSpan(row * noise.Length / 5, noise.Length / 5).ToArray().Sum(z => (double)z * z) / left;
        }

        Assert.Equal(sum / noise.Length, result.Total().Item() / result.SampleSize, 1e-4 * sum / noise.Length);
    }

    [Fact]
    public void Samples_are_drawn_and_a_package_kept_at_every_validation()
    {
        Manifest manifest = SineData.Make(_folder);
        GeneratorRecipe recipe = Recipe(epochs: 2) with { Samples = ["fast", "slow,fast", "unheard of"] };
        var stopped = new GeneratorTraining(recipe, manifest, Options("drawn", resume: false) with { StopAfterUpdates = UpdatesOfAnEpoch(manifest) });
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(CancellationToken.None));
        string folder = Path.Combine(_folder, "drawn");
        Assert.True(new FileInfo(Path.Combine(folder, "samples-001.png")).Length > 1000);
        Assert.Contains("\"file\":\"samples-001.png\"", File.ReadAllText(Path.Combine(folder, "log.jsonl")), StringComparison.Ordinal);
        using EcgGenerator generator = EcgGenerator.Load(Path.Combine(folder, "model"));
        Assert.Equal(2, generator.Labels.Codes.Count);

        static long UpdatesOfAnEpoch(Manifest data) => data.InSplits(["1"]).Count / 8;
    }

    [Fact]
    public void A_network_that_wants_the_sex_is_refused()
    {
        using var network = new SssdEcgNetwork(Network with { SexClasses = 2, SexWidth = 2 });
        Assert.Throws<ArgumentException>(() => new DiffusionObjective(network, new()));
    }

    [Fact]
    public void Presets_are_whole_and_build_the_networks_they_name()
    {
        Assert.Equal(["einthoven-dream", "sssd-ecg", "sssd-ecg-small"], Presets.Names<GeneratorRecipe>());
        GeneratorRecipe small = Presets.Read<GeneratorRecipe>("sssd-ecg-small");
        using DiffusionNetwork network = GeneratorFamilies.Get(small.Family).Create(small.Network, 71);
        Assert.True(network.ParameterCount < 1_500_000, $"{network.ParameterCount} parameters are not small");
        Assert.Equal(new SssdEcgConfig(), SssdEcgFamily.Read(Presets.Read<GeneratorRecipe>("sssd-ecg").Network));
    }

    private static GeneratorRecipe Recipe(int epochs) => new()
    {
        Name = "sines",
        Family = "sssd-ecg",
        Network = SssdEcgFamily.Write(Network),
        Input = SineData.Contract,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = epochs,
        Batch = 8,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 0.01,
        Precision = Precision.Float32,
        WithheldLabels = 0.1,
    };

    private GeneratorResult Run(Manifest manifest, string name, GeneratorRecipe recipe, bool resume = false) =>
        new GeneratorTraining(recipe, manifest, Options(name, resume)).Run(CancellationToken.None)!;

    private RunOptions Options(string name, bool resume) => new(Path.Combine(_folder, name), resume, "a test", Device.Cpu, _ => { });
}
