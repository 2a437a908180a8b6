// Random lead masking (Oh et al., "Lead-agnostic self-supervised learning for ECG", CHIL 2022): whole leads become zero.
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Sets each lead to zero with a probability of its own; all may vanish, as published.</summary>
public sealed record RandomLeadMasking : WindowAugmentation
{
    /// <summary>How often a lead becomes zero, 0 to 1.</summary>
    public double LeadProbability { get; init; } = 0.5;

    /// <summary>Unlike its siblings it takes the border value, as published.</summary>
    public override bool Applies(double draw) => Probability >= draw;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(LeadProbability is >= 0 and <= 1, "leadProbability is not between 0 and 1");
    }

    /// <summary>Masks by one draw a lead: below <see cref="LeadProbability"/> the lead becomes zero.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="draws">[leads] in [0, 1).</param>
    public void Apply(Span<float> window, ReadOnlySpan<double> draws)
    {
        int samples = window.Length / draws.Length;
        for (int lead = 0; lead < draws.Length; lead++)
            if (draws[lead] < LeadProbability) window.Slice(lead * samples, samples).Clear();
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        Span<float> uniforms = stackalloc float[format.Leads.Count];
        Span<double> draws = stackalloc double[uniforms.Length];
        random.Uniform(uniforms);
        for (int lead = 0; lead < draws.Length; lead++) draws[lead] = uniforms[lead];
        Apply(window, draws);
    }
}
