// What a published ECG-FM checkpoint says of itself: kind of network, sizes, labels' weights, progress, and its tensors.
// Source: fairseq-signals, trainer.py (state_dict) and models/__init__.py; sizes come from the file's own cfg, never from a file beside it.
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.EcgFm;

/// <summary>A published checkpoint of ECG-FM. Its tensors point into the open file.</summary>
public sealed class EcgFmCheckpoint
{
    private EcgFmCheckpoint(TorchCheckpoint file)
    {
        EcgFmCheckpointConfig configuration = EcgFmCheckpointConfig.Find(file);
        PublishedTensors = file.Tensors("model");
        Model = configuration.Model;
        IsClassifier = PublishedTensors.Any(t => t.Name == "proj.weight");
        HasOldWeightNormNames = PublishedTensors.Any(t => WeightNormConv1d.ModernName(t.Name) != t.Name);
        HasOptimizerState = file.Find("last_optimizer_state") is CheckpointDictionary { Count: > 0 };
        Updates = (file.Find("optimizer_history") as List<object?>)?.LastOrDefault() is CheckpointDictionary last && last["num_updates"] is long n ? n : 0;
        PositiveWeights = configuration.PositiveWeights;
        int labels = IsClassifier ? (int)Tensor("proj.weight").Shape[0] : 0;
        Config = configuration.Read() with { Labels = labels };
    }

    /// <summary>The authors' name of the network: wav2vec2_cmsc, wav2vec2 or ecg_transformer_classifier.</summary>
    public string Model { get; }

    /// <summary>Whether it has a classifier's head (true) or a pretraining network's (false).</summary>
    public bool IsClassifier { get; }

    /// <summary>Sizes and switches; labels is 0 for a pretraining network.</summary>
    public EcgFmConfig Config { get; }

    /// <summary>Whether the positional convolution has the names weight_g and weight_v, as in files before 2025.</summary>
    public bool HasOldWeightNormNames { get; }

    /// <summary>Whether the optimiser's moments are in the file.</summary>
    public bool HasOptimizerState { get; }

    /// <summary>Updates made in training.</summary>
    public long Updates { get; }

    /// <summary>Weight of the positive examples of each label in training; null where the file states none.</summary>
    public IReadOnlyList<double>? PositiveWeights { get; }

    /// <summary>The network's tensors under the names in the file, in its order.</summary>
    public IReadOnlyList<CheckpointTensor> PublishedTensors { get; }

    /// <summary>The same under the present names of the positional convolution: what <see cref="EcgFmClassifier"/> and <see cref="EcgFmPretraining"/> load.</summary>
    public IReadOnlyList<CheckpointTensor> Tensors => [.. PublishedTensors.Select(t => t with { Name = WeightNormConv1d.ModernName(t.Name) })];

    /// <summary>The encoder's part of either network, as <see cref="EcgFmEncoder"/> loads it.</summary>
    public IReadOnlyList<CheckpointTensor> EncoderTensors() => EcgFmWeights.Encoder(PublishedTensors);

    /// <summary>Reads what an open file says.</summary>
    /// <exception cref="CheckpointException">It is no checkpoint of ECG-FM.</exception>
    public static EcgFmCheckpoint Read(TorchCheckpoint file) => new(file);

    private CheckpointTensor Tensor(string name) => PublishedTensors.First(t => t.Name == name);
}
