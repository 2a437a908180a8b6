// How a generator is judged, as data.
using System.Text.Json;
using Einthoven.Models.Generating;

namespace Einthoven.Training.Recipes;

/// <summary>A small classifier that is trained anew on real or on synthetic recordings.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Family">A row of the registry of classifiers.</param>
/// <param name="Network">The family's configuration; leads and labels are filled in.</param>
/// <param name="Epochs">Passes over its training recordings; the last one counts, nothing is chosen.</param>
/// <param name="Batch">Recordings of a batch.</param>
/// <param name="LearningRate">Peak of a cosine.</param>
public sealed record JudgingClassifier(string Name, string Family, JsonElement Network, int Epochs, int Batch, double LearningRate);

/// <summary>The recipe of a judgement.</summary>
public sealed record JudgingRecipe : IRecipe
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Splits whose recordings the generator learned from; classifiers learn from some of them.</summary>
    public IReadOnlyList<string> TrainSplits { get; init; } = ["train"];

    /// <summary>Splits that nothing has learned from.</summary>
    public IReadOnlyList<string> TestSplits { get; init; } = ["test"];

    /// <summary>Real recordings that classifiers learn from, drawn at random, and synthetic ones of the same statements.</summary>
    public int TrainRecordings { get; init; } = 1000;

    /// <summary>Real test recordings, drawn at random, of whose statements a synthetic one each is made.</summary>
    public int TestRecordings { get; init; } = 500;

    /// <summary>Further synthetic recordings of each statement whose sign is measured, and of each rare one.</summary>
    public int StatementRecordings { get; init; } = 40;

    /// <summary>How many rare statements get synthetic positives beside the real ones: the rarest that can be judged.</summary>
    public int RareStatements { get; init; } = 6;

    /// <summary>Positives that a statement must have, to learn from and to be tested on, to be counted.</summary>
    public int FewestPositives { get; init; } = 10;

    /// <summary>The sampler.</summary>
    public GenerationSampler Sampler { get; init; } = GenerationSampler.SecondOrder;

    /// <summary>Its steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>As <c>generate --guidance</c>.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary>Recordings made together.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Type of the arithmetic of generator and classifiers.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>The classifiers.</summary>
    public required IReadOnlyList<JudgingClassifier> Classifiers { get; init; }

    /// <summary>Seed of every draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <inheritdoc/>
    public void Validate()
    {
        Require(!TestSplits.Intersect(TrainSplits).Any(), "a test split is also trained on");
        Require(TrainRecordings > 1 && TestRecordings > 1, "trainRecordings or testRecordings is below 2");
        Require(StatementRecordings > 0 && RareStatements >= 0 && FewestPositives > 0, "statementRecordings, rareStatements or fewestPositives is too small");
        Require(Steps > 0 && Batch > 0, "steps or batch is not positive");
        Require(Classifiers.Count > 0 && Classifiers.Select(c => c.Name).Distinct().Count() == Classifiers.Count, "classifiers has none, or two of one name");
        Require(Classifiers.All(c => c.Epochs > 0 && c.Batch > 1 && c.Batch <= TrainRecordings && c.LearningRate > 0), "epochs, batch or learningRate of a classifier does not work");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The recipe does not work: {problem}.");
    }
}
