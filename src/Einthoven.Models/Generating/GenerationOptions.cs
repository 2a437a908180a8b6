// What is asked of a generator, and how it is to be carried out.
using Einthoven.Torch;

namespace Einthoven.Models.Generating;

/// <summary>A way from noise to a recording.</summary>
public enum GenerationSampler
{
    /// <summary>Every step of the schedule, as published.</summary>
    AllSteps,

    /// <summary>DDIM, few steps.</summary>
    Ddim,

    /// <summary>DPM-Solver++ (2M), few steps of second order.</summary>
    SecondOrder,
}

/// <summary>One recording to be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">One value a label of the model: 1 present, 0 absent.</param>
/// <param name="Stream">Which of the seed's streams of noise it is made of: with equal streams, only labels make the difference.</param>
public sealed record GenerationRequest(string Name, float[] Labels, ulong Stream)
{
    /// <summary>The class of sex, from 0, as the model was trained; null where it is not told.</summary>
    public int? Sex { get; init; }

    /// <summary>Further lines for the recording's header.</summary>
    public IReadOnlyDictionary<string, string> Remarks { get; init; } = new Dictionary<string, string>();
}

/// <summary>How recordings are made.</summary>
public sealed record GenerationOptions
{
    /// <summary>Seed of all noise. A recording's noise depends on seed and stream alone, never on the batch it is made in.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The sampler.</summary>
    public GenerationSampler Sampler { get; init; }

    /// <summary>Calls of the network by the samplers of few steps, 1 to the schedule's steps.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>1: the labels as they are; more: labels exaggerated, for networks trained with withheld labels (twice the work); 0: no labels.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary>Recordings made together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Type of the maps between channels.</summary>
    public ScalarType Compute { get; init; } = ScalarType.Float32;
}
