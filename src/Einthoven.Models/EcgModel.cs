// A model ready to predict: contract, network, aggregation. One compute thread at a time may use it.

using System.Reflection;
using Einthoven.Models.Contracts;
using Einthoven.Models.Embedding;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Signals.Quality;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models;

/// <summary>A recording brought into a model's form, ready for its network.</summary>
/// <param name="Record">Which recording.</param>
/// <param name="Windows">Its windows.</param>
public sealed record PreparedRecord(RecordFacts Record, Windows Windows)
{
    /// <summary>The stand-in that it is prepared for; null: the model that was asked for.</summary>
    internal StandIn? By { get; init; }
}

/// <summary>
/// A loaded model. Preparing recordings is safe from any thread; predicting is for one thread at a time, best always the same.
/// </summary>
public sealed class EcgModel : IDisposable
{
    /// <summary>Windows in one forward pass where nothing else is asked for.</summary>
    public const int DefaultBatch = 16;

    private readonly EcgNetwork _network;
    private readonly PredictionProvenance _provenance;
    private readonly IReadOnlyList<string> _warnings;

    private EcgModel(ModelDescription description, IReadOnlyList<string> warnings, EcgNetwork network, Device device)
    {
        Description = description;
        _warnings = warnings;
        _network = network;
        Device = device;
        _provenance = new PredictionProvenance(description.Name, description.Family, device.ToString(), LibraryVersion, TorchRuntime.Version)
        {
            Contract = description.Input.Name,
        };
    }

    /// <summary>This library's version.</summary>
    public static string LibraryVersion { get; } =
        typeof(EcgModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The model's name, contract and labels.</summary>
    public ModelDescription Description { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The network itself, in evaluation mode.</summary>
    public EcgNetwork Network => _network;

    /// <summary>Loads a model by name (see <see cref="ModelCatalog"/>), or by the path of its package.</summary>
    /// <param name="nameOrPath">Such as <c>einthoven-mini</c>, a folder or a zip.</param>
    /// <param name="device">Where to compute; the CPU where nothing is given.</param>
    /// <param name="choice">Which of its input contracts, and on which lead; the package's own where nothing is given.</param>
    /// <exception cref="ModelPackageException">There is no such model or choice, or its package is damaged.</exception>
    /// <exception cref="CheckpointException">The weights are damaged or do not fit the network.</exception>
    public static EcgModel Load(string nameOrPath, Device? device = null, InputChoice? choice = null)
    {
        using ModelPackage package = ModelCatalog.Open(nameOrPath);
        return Load(package, device, choice);
    }

    /// <summary>Loads the model of an open package; the package may be disposed afterwards.</summary>
    /// <exception cref="ModelPackageException">The package is damaged.</exception>
    /// <exception cref="CheckpointException">The weights are damaged or do not fit the network.</exception>
    public static EcgModel Load(ModelPackage package, Device? device = null, InputChoice? choice = null)
    {
        using SafeTensorsFile weights = package.OpenWeights();
        return Create(package.Description, weights.Tensors, device, choice);
    }

    /// <summary>Makes a model of a description and weights.</summary>
    /// <exception cref="ModelPackageException">The family is unknown or cannot read the configuration.</exception>
    /// <exception cref="CheckpointException">The weights do not fit the network.</exception>
    public static EcgModel Create(ModelDescription description, IEnumerable<CheckpointTensor> weights, Device? device = null, InputChoice? choice = null)
    {
        (ModelDescription chosen, IReadOnlyList<string> warnings) = choice is null ? (description, []) : choice.Apply(description);
        EcgNetwork network = CreateNetwork(description);
        try
        {
            using var scope = new Scope();
            network.Load(EightBitWeights.Restore(weights).ToDictionary(
                tensor => tensor.Name,
                tensor => Tensor.FromBytes(tensor.Data.Span, tensor.DType, tensor.Shape)));
            network.To(device ?? Torch.Device.Cpu);
            network.Eval();
            if (network.IsChannelsLast) network.PrepareForInference();
            return new EcgModel(chosen, warnings, network, device ?? Torch.Device.Cpu);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Builds the network that a description speaks of, weights unset.</summary>
    /// <exception cref="ModelPackageException">The family is unknown or cannot read the configuration.</exception>
    public static EcgNetwork CreateNetwork(ModelDescription description) =>
        ModelFamilies.Get(description.Family).Build(description.Name, description.Configuration, description.Input, description.Labels.Count);

    /// <summary>Brings a recording into the model's form; safe from any thread.</summary>
    /// <exception cref="InputContractException">The model cannot take the recording.</exception>
    public PreparedRecord Prepare(EcgRecord record) => Prepare(Description, record);

    /// <summary>The same for a model that is not loaded yet.</summary>
    internal static PreparedRecord Prepare(ModelDescription model, EcgRecord record)
    {
        Windows windows = model.Input.Apply(record);
        return new(RecordFacts.Of(record), windows with { Warnings = [.. windows.Warnings, .. RecordQuality.Of(record).Warnings] });
    }

    /// <summary>Predicts one recording.</summary>
    /// <exception cref="InputContractException">The model cannot take the recording.</exception>
    public Prediction Predict(EcgRecord record) => Predict([Prepare(record)])[0];

    /// <summary>Predicts recordings as they come, several windows in one pass; the results come in the same order.</summary>
    /// <param name="records">Any number of recordings; only those of a batch are held at a time.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    /// <exception cref="InputContractException">The model cannot take a recording.</exception>
    public IEnumerable<Prediction> PredictMany(IEnumerable<EcgRecord> records, int batch = DefaultBatch) =>
        PredictMany(records.Select(Prepare), batch);

    /// <summary>Predicts prepared recordings as they come, several windows in one pass; the results come in the same order.</summary>
    /// <param name="records">Any number of recordings; only those of a batch are held at a time.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    public IEnumerable<Prediction> PredictMany(IEnumerable<PreparedRecord> records, int batch = DefaultBatch)
    {
        foreach (IReadOnlyList<PreparedRecord> together in Groups(records, batch))
        {
            foreach (Prediction prediction in Predict(together, batch))
                yield return prediction;
        }
    }

    /// <summary>Encodes prepared recordings as they come, several windows in one pass; the results come in the same order.</summary>
    /// <param name="records">Any number of recordings; only those of a batch are held at a time.</param>
    /// <param name="layer">One of the network's layers; null: the last.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public IEnumerable<RecordFeatures> EncodeMany(IEnumerable<PreparedRecord> records, string? layer = null, int batch = DefaultBatch)
    {
        foreach (IReadOnlyList<PreparedRecord> together in Groups(records, batch))
        {
            ReadOnlyMemory<float>[] windows = WindowsOf(together);
            var values = new List<float[]>();
            (int positions, int width) = (0, 0);
            for (int start = 0; start < windows.Length; start += batch)
            {
                using var scope = new Scope();
                using var inference = GradMode.Off();
                int count = Math.Min(batch, windows.Length - start);
                Tensor features = _network.Encode(Batch(windows.AsSpan(start, count)), layer); // [count, positions, width]
                (positions, width) = ((int)features.Size(1), (int)features.Size(2));
                float[] all = features.ToArray<float>();
                for (int window = 0; window < count; window++)
                    values.Add(all.AsSpan(window * positions * width, positions * width).ToArray());
            }

            int first = 0;
            foreach (PreparedRecord record in together)
            {
                int count = record.Windows.Count;
                yield return new RecordFeatures(record.Record, positions, width, values.GetRange(first, count));
                first += count;
            }
        }
    }

    // What shares a pass depends on the recordings alone, never on timing: two runs give the same bits.
    internal static IEnumerable<IReadOnlyList<PreparedRecord>> Groups(IEnumerable<PreparedRecord> records, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var waiting = new List<PreparedRecord>();
        int windows = 0;
        foreach (PreparedRecord record in records)
        {
            if (waiting.Count > 0 && waiting[0].By != record.By)
            {
                yield return waiting;
                waiting = [];
                windows = 0;
            }

            waiting.Add(record);
            windows += record.Windows.Count;
            if (windows < batch)
                continue;
            yield return waiting;
            waiting = [];
            windows = 0;
        }

        if (waiting.Count > 0)
            yield return waiting;
    }

    /// <summary>Predicts prepared recordings together.</summary>
    /// <param name="records">The recordings, each with one window or more.</param>
    /// <param name="batch">Windows in one forward pass, at least 1.</param>
    /// <returns>One prediction a recording, in order.</returns>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<PreparedRecord> records, int batch = DefaultBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ReadOnlyMemory<float>[] windows = WindowsOf(records);
        int labels = Description.Labels.Count;
        var logits = new float[windows.Length * labels]; // [windows, labels]
        for (int start = 0; start < windows.Length; start += batch)
        {
            int count = Math.Min(batch, windows.Length - start);
            Forward(windows.AsSpan(start, count), logits.AsSpan(start * labels, count * labels));
        }

        var predictions = new Prediction[records.Count];
        int first = 0;
        for (int index = 0; index < predictions.Length; index++)
        {
            int count = records[index].Windows.Count;
            predictions[index] = Conclude(records[index], logits.AsSpan(first * labels, count * labels));
            first += count;
        }

        return predictions;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => _network.Dispose();

    private static ReadOnlyMemory<float>[] WindowsOf(IReadOnlyList<PreparedRecord> records) =>
        [.. records.SelectMany(record => Enumerable.Range(0, record.Windows.Count).Select(index => record.Windows[index]))];

    private void Forward(ReadOnlySpan<ReadOnlyMemory<float>> windows, Span<float> logits)
    {
        using var scope = new Scope();
        using var inference = GradMode.Off();
        _network.Forward(Batch(windows)).CopyTo(logits);
    }

    private Tensor Batch(ReadOnlySpan<ReadOnlyMemory<float>> windows)
    {
        InputContract input = Description.Input;
        Tensor batch = Tensor.Empty([windows.Length, input.Leads.Count, input.WindowSamples], ScalarType.Float32);
        Span<float> values = batch.AsSpan<float>();
        int size = input.Leads.Count * input.WindowSamples;
        for (int index = 0; index < windows.Length; index++)
            windows[index].Span.CopyTo(values.Slice(index * size, size));
        return batch.To(Device);
    }

    private Prediction Conclude(PreparedRecord record, ReadOnlySpan<float> logits)
    {
        Finding[] labels = NetworkOutputs.Findings(Description, logits, record.Windows.LeadOf);
        string[] leads = [.. record.Windows.LeadOf.Distinct()];
        return new Prediction
        {
            Record = record.Record,
            Labels = labels,
            Values = NetworkOutputs.Values(Description, logits),
            FromLeads = leads,
            Windows = record.Windows.Count,
            Warnings = [.. record.Windows.Warnings, .. _warnings, .. OneLead.Warnings(Description, labels, leads)],
            Provenance = _provenance,
        };
    }
}
