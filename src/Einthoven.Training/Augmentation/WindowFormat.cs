// The leads and the rate of a window, and how each limb lead follows from I and II (Einthoven's and Goldberger's equations).
using System.Text.Json.Serialization;

namespace Einthoven.Training.Augmentation;

/// <summary>How noise on the limb leads hangs together.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimbLeads>))]
public enum LimbLeads
{
    /// <summary>The noise of III, aVR, aVL and aVF follows from that of I and II, as it does in a body. The signal stays as it was.</summary>
    [JsonStringEnumMemberName("noise-follows")]
    NoiseFollows,

    /// <summary>Every lead has its own noise.</summary>
    [JsonStringEnumMemberName("independent")]
    Independent,

    /// <summary>
    /// As published: after noise the limb leads are computed anew from I and II, signal included. On leads that were standardised one by one
    /// that replaces them by something else; for runs that must equal the original's.
    /// </summary>
    [JsonStringEnumMemberName("recomputed")]
    Recomputed,
}

/// <summary>What an augmentation must know of a window.</summary>
public sealed class WindowFormat
{
    private readonly (double I, double II)?[] _combinations;

    /// <summary>Describes windows.</summary>
    /// <param name="leads">Canonical names in the order of the window.</param>
    /// <param name="samplingRateHz">Samples a second.</param>
    public WindowFormat(IReadOnlyList<string> leads, double samplingRateHz)
    {
        (Leads, SamplingRateHz) = (leads, samplingRateHz);
        (IndexOfI, IndexOfII) = (IndexOf("I"), IndexOf("II"));
        // Without I and II nothing follows from them.
        bool bound = IndexOfI >= 0 && IndexOfII >= 0;
        _combinations = [.. leads.Select(name => bound ? Combination(name) : null)];
    }

    /// <summary>Names in the order of the window.</summary>
    public IReadOnlyList<string> Leads { get; }

    /// <summary>Samples a second.</summary>
    public double SamplingRateHz { get; }

    private int IndexOfI { get; }

    private int IndexOfII { get; }

    /// <summary>Adds a pattern to every lead, scaled by a number a lead.</summary>
    /// <param name="window">[leads, samples].</param>
    /// <param name="pattern">[samples].</param>
    /// <param name="factors">[leads]; changed where noise follows.</param>
    /// <param name="limbLeads">How the limb leads hang together.</param>
    internal void AddPattern(Span<float> window, ReadOnlySpan<float> pattern, Span<double> factors, LimbLeads limbLeads)
    {
        if (limbLeads == LimbLeads.NoiseFollows)
        {
            for (int lead = 0; lead < factors.Length; lead++)
                if (_combinations[lead] is { } c) factors[lead] = (c.I * factors[IndexOfI]) + (c.II * factors[IndexOfII]);
        }
        int samples = pattern.Length;
        for (int lead = 0; lead < factors.Length; lead++)
        {
            float factor = (float)factors[lead];
            Span<float> target = window.Slice(lead * samples, samples);
            for (int t = 0; t < target.Length; t++) target[t] += factor * pattern[t];
        }
        if (limbLeads == LimbLeads.Recomputed) Combine(window);
    }

    /// <summary>Adds noise of every lead's own, [leads, samples]; the noise is changed where it follows.</summary>
    internal void AddNoise(Span<float> window, Span<float> noise, LimbLeads limbLeads)
    {
        if (limbLeads == LimbLeads.NoiseFollows) Combine(noise);
        for (int k = 0; k < window.Length; k++) window[k] += noise[k];
        if (limbLeads == LimbLeads.Recomputed) Combine(window);
    }

    /// <summary>Replaces III, aVR, aVL and aVF by what follows from I and II.</summary>
    private void Combine(Span<float> values)
    {
        int samples = values.Length / Leads.Count;
        for (int lead = 0; lead < _combinations.Length; lead++)
        {
            if (_combinations[lead] is not { } c) continue;
            (float first, float second) = ((float)c.I, (float)c.II);
            ReadOnlySpan<float> i = values.Slice(IndexOfI * samples, samples), ii = values.Slice(IndexOfII * samples, samples);
            Span<float> target = values.Slice(lead * samples, samples);
            for (int t = 0; t < target.Length; t++) target[t] = (first * i[t]) + (second * ii[t]);
        }
    }

    private int IndexOf(string name)
    {
        for (int k = 0; k < Leads.Count; k++)
            if (Leads[k] == name) return k;
        return -1;
    }

    private static (double I, double II)? Combination(string lead) => lead switch
    {
        "III" => (-1, 1),
        "aVR" => (-0.5, -0.5),
        "aVL" => (1, -0.5),
        "aVF" => (-0.5, 1),
        _ => null,
    };
}
