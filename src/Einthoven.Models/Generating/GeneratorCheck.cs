// The check that a generator's package carries: given noise, and what every stage made of it where the package was written.
using System.Globalization;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Generating;

/// <summary>
/// check.safetensors of a generator: <c>noise</c> [1, leads, samples], <c>labels</c> [1, labels], the stages of the network at the middle step of its
/// schedule, and <c>signals</c>, drawn from the noise in a few steps without randomness. Of long stages evenly spread values are kept.
/// </summary>
public static class GeneratorCheck
{
    private const string Noise = "noise";
    private const string Labels = "labels";
    private const string Signals = "signals";
    private const string StepKey = "step";
    private const int DrawnSteps = 4;
    private const int LongestStage = 4096;

    /// <summary>Runs noise through a generator and keeps what every stage made of it.</summary>
    /// <param name="generator">The generator, on any device.</param>
    public static ModelCheck Record(EcgGenerator generator)
    {
        int leads = generator.Network.Leads, samples = generator.Description.Input.WindowSamples, count = generator.Labels.Codes.Count;
        var noise = new float[leads * samples];
        new PhiloxRandom(1).Normal(noise);
        // Every third label: present and absent ones both take part.
        float[] labels = [.. Enumerable.Range(0, count).Select(k => k % 3 == 0 ? 1f : 0f)];
        int step = generator.Network.Schedule.Steps / 2;
        var metadata = new Dictionary<string, string> { [StepKey] = step.ToString(CultureInfo.InvariantCulture) };
        CheckpointTensor given = CheckpointTensor.From<float>(Noise, [1, leads, samples], noise), told = CheckpointTensor.From<float>(Labels, [1, count], labels);
        return new ModelCheck([given, told, .. Stages(generator, given, told, step)], metadata);
    }

    /// <summary>Runs the check of a package.</summary>
    /// <param name="generator">The package's generator, on any device.</param>
    /// <param name="file">The package's check.safetensors.</param>
    /// <returns>Every stage in the order in which it is made.</returns>
    /// <exception cref="ModelPackageException">The file is no check of a generator, or has stages of another network.</exception>
    public static IReadOnlyList<StageComparison> Verify(EcgGenerator generator, SafeTensorsFile file)
    {
        if (!file.Metadata.TryGetValue(StepKey, out string? text) || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            || step >= generator.Network.Schedule.Steps || !file.TryGet(Noise, out CheckpointTensor? noise) || !file.TryGet(Labels, out CheckpointTensor? labels)
            || !noise.Shape.SequenceEqual([1, generator.Network.Leads, generator.Description.Input.WindowSamples])
            || !labels.Shape.SequenceEqual([1, generator.Labels.Codes.Count]))
        {
            throw new ModelPackageException($"{file.Path}: holds no noise, labels and step of this generator; it is no check of it. Write the package again.");
        }

        return [.. Stages(generator, noise, labels, step).Select(stage => file.TryGet(stage.Name, out CheckpointTensor? expected)
            ? ModelCheck.Compare(stage, expected)
            : throw new ModelPackageException($"{file.Path}: has no stage \"{stage.Name}\"; it was made for another network. Write the package again."))];
    }

    private static List<CheckpointTensor> Stages(EcgGenerator generator, CheckpointTensor noise, CheckpointTensor labels, int step)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        DiffusionNetwork network = generator.Network;
        network.ComputeType = ScalarType.Float32;
        Tensor start = Tensor.FromBytes(noise.Data.Span, noise.DType, noise.Shape).To(generator.Device);
        var told = new DiffusionConditions(
            Tensor.FromBytes(labels.Data.Span, labels.DType, labels.Shape).To(generator.Device), network.SexClasses > 0 ? [0L] : null);
        var stages = new List<CheckpointTensor>();
        network.Forward(start, [step], told, (stage, value) => stages.Add(Thinned("stage." + stage, value)));
        stages.Add(Thinned(Signals, DiffusionSampler.Ddim(
            network.Schedule, (noisy, at) => network.Forward(noisy, [at], told), start, Math.Min(DrawnSteps, network.Schedule.Steps))));
        return stages;
    }

    private static CheckpointTensor Thinned(string name, Tensor value)
    {
        float[] all = value.To(ScalarType.Float32).ToArray<float>();
        if (all.Length <= LongestStage) return CheckpointTensor.From<float>(name, value.Shape, all);
        int every = (all.Length + LongestStage - 1) / LongestStage;
        float[] kept = [.. all.Where((_, k) => k % every == 0)];
        return CheckpointTensor.From<float>(name, [kept.Length], kept);
    }
}
