// What a network is fed: windows of one recording, in float32.

namespace Einthoven.Models.Contracts;

/// <summary>The windows of one recording, as an <see cref="InputContract"/> made them.</summary>
/// <param name="Values">Row-major [windows, leads, samples].</param>
/// <param name="Count">Number of windows, at least 1.</param>
/// <param name="Leads">Leads of a window.</param>
/// <param name="Samples">Samples of a lead in a window.</param>
/// <param name="Warnings">What was doubtful in the recording or had to be changed for the model.</param>
public sealed record Windows(ReadOnlyMemory<float> Values, int Count, int Leads, int Samples, IReadOnlyList<string> Warnings)
{
    /// <summary>For networks of one lead that may be any: the lead of every window, one lead after the other; empty for all others.</summary>
    public IReadOnlyList<string> LeadOf { get; init; } = [];

    /// <summary>One window: row-major [leads, samples].</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1, in time order; of a network of any one lead, lead after lead.</param>
    public ReadOnlyMemory<float> this[int index] => Values.Slice(index * Leads * Samples, Leads * Samples);
}
