// A generator ready to make recordings: network, labels, leads. One compute thread at a time may use it.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Generating;

/// <summary>
/// A loaded generator. Its package is a model package whose family is a row of <see cref="GeneratorFamilies"/>: <c>input</c> says in which
/// form it makes signals, <c>labels</c> what it can be told.
/// </summary>
public sealed class EcgGenerator : IDisposable
{
    private readonly FixedScale _scale;
    private readonly IReadOnlyList<string> _leads;

    private EcgGenerator(ModelDescription description, DiffusionNetwork network, FixedScale scale, Device device)
    {
        (Description, Network, _scale, Device) = (description, network, scale, device);
        Labels = new ConditionLabels(description.Labels);
        _leads = LeadDerivation.Complete(description.Input.Leads);
    }

    /// <summary>The package's description.</summary>
    public ModelDescription Description { get; }

    /// <summary>The network, in evaluation mode.</summary>
    public DiffusionNetwork Network { get; }

    /// <summary>What it can be told.</summary>
    public ConditionLabels Labels { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>Loads a generator by name (see <see cref="ModelCatalog"/>), or by the path of its package.</summary>
    /// <exception cref="ModelPackageException">There is no such model, it judges recordings instead of making them, or its package is damaged.</exception>
    /// <exception cref="CheckpointException">The weights are damaged or do not fit the network.</exception>
    public static EcgGenerator Load(string nameOrPath, Device? device = null)
    {
        using ModelPackage package = ModelCatalog.Open(nameOrPath);
        return Load(package, device);
    }

    /// <summary>Loads the generator of an open package.</summary>
    /// <exception cref="ModelPackageException">It judges recordings instead of making them, or its configuration is damaged.</exception>
    /// <exception cref="CheckpointException">The weights are damaged or do not fit the network.</exception>
    public static EcgGenerator Load(ModelPackage package, Device? device = null)
    {
        using SafeTensorsFile weights = package.OpenWeights();
        return Create(package.Description, weights.Tensors, device);
    }

    /// <summary>Makes a generator of a description and weights.</summary>
    /// <exception cref="ModelPackageException">The family makes no recordings, cannot read the configuration, or the signals' scale cannot be undone.</exception>
    /// <exception cref="CheckpointException">The weights do not fit the network.</exception>
    public static EcgGenerator Create(ModelDescription description, IEnumerable<CheckpointTensor> weights, Device? device = null)
    {
        if (description.Input.Normalization is not FixedScale scale)
            throw new ModelPackageException($"{description.Name}: input.normalization must be fixed-scale: nothing else can be turned back into millivolts.");
        DiffusionNetwork network = CreateNetwork(description);
        try
        {
            using var scope = new Scope();
            if (network.Leads != description.Input.Leads.Count)
                throw new ModelPackageException($"{description.Name}: its network makes {network.Leads} leads but input names {description.Input.Leads.Count}.");
            network.Load(weights.ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
            network.To(device ?? Device.Cpu);
            network.Eval();
            return new EcgGenerator(description, network, scale, device ?? Device.Cpu);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static DiffusionNetwork CreateNetwork(ModelDescription description)
    {
        try
        {
            return GeneratorFamilies.Get(description.Family).Create(description.Configuration, description.Labels.Count);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new ModelPackageException($"{description.Name}: its configuration is none of the family {description.Family}: {error.Message}", error);
        }
    }

    /// <summary>Makes recordings, a batch at a time, in order.</summary>
    /// <exception cref="ArgumentException">A request or an option is none that the network can carry out; the message says why.</exception>
    public IEnumerable<EcgRecord> Generate(IReadOnlyList<GenerationRequest> requests, GenerationOptions options)
    {
        Validate(requests, options);
        return Batches();

        IEnumerable<EcgRecord> Batches()
        {
            foreach (GenerationRequest[] batch in requests.Chunk(options.Batch))
            {
                float[] made = Sample(batch, options);
                int each = made.Length / batch.Length;
                for (int k = 0; k < batch.Length; k++) yield return Record(batch[k], made.AsSpan(k * each, each), options);
            }
        }
    }

    private void Validate(IReadOnlyList<GenerationRequest> requests, GenerationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Batch, 1);
        if (options.Sampler != GenerationSampler.AllSteps) _ = DiffusionSampler.Times(Network.Schedule, options.Steps);
        if (!double.IsFinite(options.Guidance)) throw new ArgumentException("guidance is no number.");
        foreach (GenerationRequest request in requests)
        {
            if (request.Labels.Length != Labels.Codes.Count)
                throw new ArgumentException($"{request.Name} has {request.Labels.Length} labels; the model {Description.Name} has {Labels.Codes.Count}.");
            if (!Network.MixesLabels && request.Labels.Any(l => l is not (0 or 1)))
                throw new ArgumentException($"The model {Description.Name} knows labels as present or absent only; it cannot mix them.");
            if (Network.SexClasses > 0 && !(request.Sex >= 0 && request.Sex < Network.SexClasses))
                throw new ArgumentException($"The model {Description.Name} must be told the sex, as a number from 0 to {Network.SexClasses - 1}.");
            if (Network.SexClasses == 0 && request.Sex is not null)
                throw new ArgumentException($"The model {Description.Name} cannot be told the sex.");
        }
    }

    /// <summary>[batch, leads, samples] in the network's scale.</summary>
    private float[] Sample(GenerationRequest[] batch, GenerationOptions options)
    {
        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Network.ComputeType = options.Compute;
        int size = Network.Leads * Description.Input.WindowSamples;
        PhiloxRandom[] streams = [.. batch.Select(r => new PhiloxRandom(options.Seed, r.Stream))];
        Tensor labels = Tensor.From([.. batch.SelectMany(r => r.Labels)], batch.Length, Labels.Codes.Count).To(Device);
        long[]? sex = Network.SexClasses > 0 ? [.. batch.Select(r => (long)r.Sex!)] : null;
        var told = new DiffusionConditions(labels, sex);
        DiffusionConditions withheld = told with { Told = Tensor.Zeros(batch.Length, 1).To(Device) };
        Tensor start = Noise();
        Tensor made = options.Sampler switch
        {
            GenerationSampler.Ddim => DiffusionSampler.Ddim(Network.Schedule, Predict, start, options.Steps),
            GenerationSampler.SecondOrder => DiffusionSampler.SecondOrder(Network.Schedule, Predict, start, options.Steps),
            _ => DiffusionSampler.AllSteps(Network.Schedule, Predict, start, _ => Noise()),
        };
        return made.ToArray<float>();

        Tensor Noise()
        {
            var values = new float[batch.Length * size];
            for (int k = 0; k < batch.Length; k++) streams[k].Normal(values.AsSpan(k * size, size));
            return Tensor.From(values, batch.Length, Network.Leads, Description.Input.WindowSamples).To(Device);
        }

        Tensor Predict(Tensor noisy, int step)
        {
            long[] steps = [.. Enumerable.Repeat((long)step, batch.Length)];
            if (options.Guidance == 1) return Network.Forward(noisy, steps, told);
            Tensor without = Network.Forward(noisy, steps, withheld);
            return options.Guidance == 0 ? without : without + ((Network.Forward(noisy, steps, told) - without) * options.Guidance);
        }
    }

    private EcgRecord Record(GenerationRequest request, Span<float> signals, GenerationOptions options)
    {
        InputContract input = Description.Input;
        int samples = input.WindowSamples;
        for (int lead = 0; lead < input.Leads.Count; lead++)
        {
            foreach (ref float value in signals.Slice(lead * samples, samples))
                value = (float)((value * _scale.Millivolts[lead]) + _scale.OffsetMillivolts);
        }

        // A network that overflows must not pass for one that draws.
        if (signals.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArithmeticException($"the network's output for {request.Name} is not a number");
        float[] all = LeadDerivation.Derive(signals, input.Leads, _leads);
        var metadata = new Dictionary<string, string>
        {
            ["synthetic"] = "this is a synthetic ECG, made by a generative model and recorded from nobody",
            ["labels"] = Labels.Describe(request.Labels),
            ["model"] = $"{Description.Name} ({Description.Family})",
            ["sampler"] = Describe(options),
            ["seed"] = string.Create(CultureInfo.InvariantCulture, $"{options.Seed}, stream {request.Stream}"),
            ["software"] = $"einthoven {EcgModel.LibraryVersion}",
        };
        if (request.Sex is { } sex) metadata["sex class"] = sex.ToString(CultureInfo.InvariantCulture);
        foreach ((string key, string value) in request.Remarks) metadata[key] = value;
        return new EcgRecord(request.Name, "synthetic", input.SamplingRateHz, samples,
            [.. _leads.Select((lead, k) => new EcgLead(lead, "mV", input.SamplingRateHz, Widen(all.AsSpan(k * samples, samples))))], metadata);
    }

    private string Describe(GenerationOptions options)
    {
        string guidance = options.Guidance == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", guidance {options.Guidance}");
        return options.Sampler switch
        {
            GenerationSampler.Ddim => $"DDIM, {options.Steps} steps{guidance}",
            GenerationSampler.SecondOrder => $"DPM-Solver++ (2M), {options.Steps} steps{guidance}",
            _ => $"all {Network.Schedule.Steps} steps{guidance}",
        };
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (int k = 0; k < wide.Length; k++) wide[k] = values[k];
        return wide;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();
}
