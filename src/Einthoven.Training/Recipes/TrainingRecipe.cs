// What every training run has in common, as data: how long, how fast, by which optimiser, how it is judged and kept.
using System.Text.Json.Serialization;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Recipes;

/// <summary>In which type the bulk of the arithmetic is done.</summary>
public enum Precision
{
    /// <summary>The faster of the two on this machine, measured when the run begins and kept when it resumes.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Single precision.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>bfloat16 with weights, statistics and loss in single precision.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

/// <summary>Which optimiser.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW; decays tensors of two or more dimensions, or all.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Adam with weight decay as part of the gradient, for every parameter: PyTorch's, as ECGFounder's fine-tuning uses it.</summary>
    [JsonStringEnumMemberName("adam")]
    Adam,

    /// <summary>ECG-FM's Adam; decays every parameter, as published.</summary>
    [JsonStringEnumMemberName("fairseq-adam")]
    FairseqAdam,

    /// <summary>LARS, for large batches; beta1 is its momentum. Vectors are neither decayed nor scaled.</summary>
    [JsonStringEnumMemberName("lars")]
    Lars,
}

/// <summary>The part of a recipe that the training loop carries out.</summary>
public abstract record TrainingRecipe : IRecipe
{
    /// <summary>Name of the model that comes out.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Whether a run keeps the weights of its last validation, whatever the figures of earlier ones were.</summary>
    internal virtual bool KeepsLast => false;

    /// <summary>Splits to train on.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that choose the epoch, and the thresholds where there are any.</summary>
    public IReadOnlyList<string> ValidationSplits { get; init; } = ["valid"];

    /// <summary>Passes over the training examples.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Examples of a micro-batch, over all processes together; a last incomplete one of an epoch is left out.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Micro-batches whose gradients are added up for one update.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Which optimiser.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Decay of the optimiser's first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of its second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Its ε.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Its weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Weight decay at the end of the run, reached by half a cosine; null: it stays as it is.</summary>
    public double? LastWeightDecay { get; init; }

    /// <summary>Whether AdamW decays biases and gains too, as the PTB-XL benchmark does; ECG-FM's Adam always does.</summary>
    public bool DecayAll { get; init; }

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the rate runs.</summary>
    public ScheduleRecipe Schedule { get; init; } = new CosineRecipe();

    /// <summary>How the rate falls when validations stop getting better, on top of its schedule; null: it does not.</summary>
    public PlateauOptions? Plateau { get; init; }

    /// <summary>Share of the updates that warm up.</summary>
    public double WarmupFraction { get; init; }

    /// <summary>Factors on the rate for parameters whose names begin so; the longest match counts.</summary>
    public IReadOnlyDictionary<string, double> RateFactors { get; init; } = new Dictionary<string, double>();

    /// <summary>Parameters whose names begin so stay as they are for that many updates.</summary>
    public IReadOnlyDictionary<string, long> Frozen { get; init; } = new Dictionary<string, long>();

    /// <summary>Limit of the gradient norm; 0: none.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Largest decay of the running average of weights that is validated and kept; 0: the weights themselves.</summary>
    public double AverageDecay { get; init; }

    /// <summary>Type of the arithmetic.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Seed of every draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Epochs between two validations.</summary>
    public int ValidateEvery { get; init; } = 1;

    /// <summary>Validations without improvement after which the run ends; 0: never.</summary>
    public int Patience { get; init; }

    /// <summary>Seconds between two saved states, beside those at the end of every epoch.</summary>
    public int SaveEverySeconds { get; init; } = 300;

    /// <summary>Weights of the last so many epochs that are kept as epoch-N.safetensors; 0: none.</summary>
    public int KeepLast { get; init; }

    /// <summary>Updates between two lines of the log; 0: one an epoch.</summary>
    public int LogEvery { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public virtual void Validate()
    {
        Require(!TrainSplits.Intersect(ValidationSplits).Any(), "a split is in trainSplits and in validationSplits");
        Require(Epochs > 0, "epochs is not positive");
        Require(Batch > 1, "batch is below 2");
        Require(Accumulate > 0, "accumulate is not positive");
        Require(Beta1 is >= 0 and < 1 && Beta2 is >= 0 and < 1, "beta1 or beta2 is not in [0, 1)");
        Require(Epsilon > 0, "epsilon is not positive");
        Require(WeightDecay >= 0 && LastWeightDecay is null or >= 0, "weightDecay or lastWeightDecay is negative");
        Require(LearningRate > 0, "learningRate is not positive");
        Require(WarmupFraction is >= 0 and < 1, "warmupFraction is not in [0, 1)");
        Schedule.Validate(WarmupFraction);
        Require(Plateau is null or { Factor: > 0 and < 1, Patience: >= 0, Cooldown: >= 0, Threshold: >= 0 and < 1, LargerIsBetter: true },
            "plateau needs a factor in (0, 1), a patience and a cooldown of 0 or more, a threshold in [0, 1), and a figure of which more is better");
        Require(RateFactors.Values.All(f => f >= 0), "rateFactors has a negative factor");
        Require(ClipNorm >= 0, "clipNorm is negative");
        Require(AverageDecay is >= 0 and < 1, "averageDecay is not in [0, 1)");
        Require(ValidateEvery > 0, "validateEvery is not positive");
        Require(Patience >= 0 && KeepLast >= 0 && LogEvery >= 0, "patience, keepLast or logEvery is negative");
        Require(SaveEverySeconds > 0, "saveEverySeconds is not positive");
    }

    /// <summary>Throws where a condition does not hold.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    protected static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: {problem}.");
    }
}
