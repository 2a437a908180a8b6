// What a trainer asks of anything that can be trained: named loss terms and figures for a batch.
using Einthoven.Models.Text;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>What a network is trained for. It owns the network and, with it, every parameter that training changes.</summary>
public interface IObjective : IDisposable
{
    /// <summary>The network whose parameters are trained, heads of the objective included.</summary>
    Module Network { get; }

    /// <summary>
    /// Loss terms and figures of one micro-batch, under the caller's gradient mode. Switches the network to training or evaluation itself,
    /// and takes every random draw, dropout included, from the context's source.
    /// </summary>
    /// <exception cref="ArgumentException">The batch lacks something that this objective needs; the message says what.</exception>
    ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context);

    /// <summary>Whether weight decay applies to a parameter, where the method's authors go by the kind of layer; null: as the recipe has it.</summary>
    bool? Decays(string parameter) => null;
}

/// <summary>What a computation depends on beside the batch.</summary>
/// <param name="Random">The source of every draw: masks, negatives, noise, dropout.</param>
/// <param name="Updates">Optimiser steps made so far; temperatures follow it.</param>
/// <param name="Training">Whether dropout drops and quantisers are soft; false for validation.</param>
public sealed record ObjectiveContext(IRandomSource Random, long Updates, bool Training)
{
    /// <summary>Optimiser steps of the whole run, which slow copies follow more and more slowly over; 0 where it is not known.</summary>
    public long TotalUpdates { get; init; }

    /// <summary>Sets a network to training with this context's draws, or to validation.</summary>
    public void SetMode(Module network)
    {
        if (Training) network.Train(Random);
        else network.Eval();
    }
}

/// <summary>A micro-batch on the network's device.</summary>
/// <param name="Windows">Float32 [batch, leads, samples]; zero from each row's valid length on.</param>
/// <param name="Labels">Float32 [batch, labels]: 0 or 1, a class number, or a measurement; finite also where unknown. Null where nothing is labelled.</param>
/// <param name="Known">Float32 [batch, labels], 1 where a label is known and 0 where not; null: all are known.</param>
/// <param name="RecordIds">The recording (or patient) that each row is from, for objectives that pair rows.</param>
/// <param name="Segments">Which of its recording's two segments or views each row is: 0 or 1.</param>
/// <param name="ValidSamples">Samples of each row that are signal; null: all.</param>
public sealed record TrainingBatch(
    Tensor Windows, Tensor? Labels = null, Tensor? Known = null,
    IReadOnlyList<long>? RecordIds = null, IReadOnlyList<int>? Segments = null, IReadOnlyList<long>? ValidSamples = null)
{
    /// <summary>The text of each row, for objectives that learn from ECG and words together; null: there is none.</summary>
    public TokenBatch? Texts { get; init; }

    /// <summary>The texts that the first rows shall be written as; null: none.</summary>
    public TokenBatch? Written { get; init; }

    /// <summary>True where the text of one row is known to hold for the ECG of another too: row-major [ECGs, texts]; null: nothing is known.</summary>
    public bool[]? AlsoTrue { get; init; }
}

/// <summary>One summand of a loss.</summary>
/// <param name="Name">What it is called in the log.</param>
/// <param name="Sum">One differentiable number, weighted, not yet divided by the sample size.</param>
public sealed record LossTerm(string Name, Tensor Sum);

/// <summary>
/// The result of a micro-batch. Micro-batches and processes add their sums and their sample sizes; the loss, and its gradient, is the
/// quotient of the two totals.
/// </summary>
/// <param name="Terms">The summands of the loss.</param>
/// <param name="SampleSize">Targets that the sums are over; not negative, 0 where the batch holds none.</param>
/// <param name="Metrics">Figures for the log; over several micro-batches their mean, weighted by the sample sizes.</param>
public sealed record ObjectiveResult(IReadOnlyList<LossTerm> Terms, double SampleSize, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Sum of all terms: what the backward pass begins with.</summary>
    public Tensor Total()
    {
        Tensor total = Terms[0].Sum;
        for (int k = 1; k < Terms.Count; k++) total += Terms[k].Sum;
        return total;
    }
}
