// The operations of ST-MEM's fine-tuning augmentation. Source: bakqui/ST-MEM, util/transforms.py (facts; level 10 of 10 is the strongest).
using System.Text.Json.Serialization;

namespace Einthoven.Training.Augmentation;

/// <summary>One way to change a standardised window.</summary>
public enum SignalOperation
{
    /// <summary>Everything later or earlier, zeros behind it.</summary>
    [JsonStringEnumMemberName("shift")]
    Shift,

    /// <summary>A stretch of all leads becomes zero.</summary>
    [JsonStringEnumMemberName("cutout")]
    Cutout,

    /// <summary>Single samples of all leads become zero.</summary>
    [JsonStringEnumMemberName("drop")]
    Drop,

    /// <summary>Upside down.</summary>
    [JsonStringEnumMemberName("flip")]
    Flip,

    /// <summary>One lead becomes zero.</summary>
    [JsonStringEnumMemberName("erase")]
    Erase,

    /// <summary>A sine is added to all leads.</summary>
    [JsonStringEnumMemberName("sine")]
    Sine,

    /// <summary>A square wave is added to all leads.</summary>
    [JsonStringEnumMemberName("square")]
    Square,

    /// <summary>Every sample gets a normal number.</summary>
    [JsonStringEnumMemberName("white-noise")]
    WhiteNoise,

    /// <summary>The sine's beginning is added to a stretch.</summary>
    [JsonStringEnumMemberName("partial-sine")]
    PartialSine,

    /// <summary>The square wave's beginning is added to a stretch.</summary>
    [JsonStringEnumMemberName("partial-square")]
    PartialSquare,

    /// <summary>The noise's beginning is added to a stretch.</summary>
    [JsonStringEnumMemberName("partial-white-noise")]
    PartialWhiteNoise,

    /// <summary>Leads become zero at random; those that stay are standardised together again.</summary>
    [JsonStringEnumMemberName("rlm")]
    RandomLeadMasking,
}

/// <summary>How strong the operations are.</summary>
/// <param name="Level">0 to 10.</param>
/// <param name="Amplitude">Size of noise in deviations, and share of the window that is shifted, cut or dropped, at level 10.</param>
/// <param name="LeadRatio">How often random lead masking takes a lead; no level changes it.</param>
public readonly record struct OperationStrength(double Level, double Amplitude, double LeadRatio)
{
    private const double HighestLevel = 10;

    /// <summary>Level as a share of the highest.</summary>
    internal double Share => Level / HighestLevel;

    /// <summary>Amplitude at this level.</summary>
    internal double Size => Amplitude * Share;
}

/// <summary>Carries the operations out.</summary>
public static class SignalOperations
{
    // Cycles of sine and square wave in a window, at level 10.
    private const double Cycles = 2;

    /// <summary>Changes a window by an operation.</summary>
    /// <param name="operation">Which.</param>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="leads">Leads of it.</param>
    /// <param name="strength">How strongly.</param>
    /// <param name="draws">The source, asked in the published order.</param>
    public static void Apply(SignalOperation operation, Span<float> window, int leads, OperationStrength strength, ISignalDraws draws)
    {
        int samples = window.Length / leads;
        switch (operation)
        {
            case SignalOperation.Shift:
                int direction = draws.Sign();
                Shift(window, samples, direction * (int)(draws.Uniform(0, strength.Size) * samples));
                break;
            case SignalOperation.Cutout:
                var count = (int)(draws.Uniform(0, strength.Size) * samples);
                int start = draws.Integer(samples - count);
                for (int at = 0; at < window.Length; at += samples) window.Slice(at + start, count).Clear();
                break;
            case SignalOperation.Drop:
                int[] dropped = draws.Choose(draws.Integer((int)(strength.Size * samples)), samples);
                for (int at = 0; at < window.Length; at += samples)
                    foreach (int sample in dropped) window[at + sample] = 0;
                break;
            case SignalOperation.Flip:
                foreach (ref float value in window) value = -value;
                break;
            case SignalOperation.Erase:
                window.Slice(draws.Integer(leads) * samples, samples).Clear();
                break;
            case SignalOperation.RandomLeadMasking:
                MaskLeads(window, leads, strength.LeadRatio, draws);
                break;
            default:
                AddNoise(operation, window, samples, strength, draws);
                break;
        }
    }

    private static void Shift(Span<float> window, int samples, int by)
    {
        int kept = samples - Math.Abs(by);
        for (int at = 0; at < window.Length; at += samples)
        {
            Span<float> lead = window.Slice(at, samples);
            if (by >= 0)
            {
                lead[..kept].CopyTo(lead[by..]);
                lead[..by].Clear();
            }
            else
            {
                lead[-by..].CopyTo(lead);
                lead[kept..].Clear();
            }
        }
    }

    private static void MaskLeads(Span<float> window, int leads, double ratio, ISignalDraws draws)
    {
        int samples = window.Length / leads;
        var stays = new bool[leads];
        for (int lead = 0; lead < leads; lead++) stays[lead] = draws.Uniform(0, 1) >= ratio;
        (double sum, double squares, long count) = (0, 0, 0);
        for (int at = 0; at < window.Length; at++)
        {
            if (!stays[at / samples]) continue;
            sum += window[at];
            count++;
        }

        double mean = sum / Math.Max(1, count);
        for (int at = 0; at < window.Length; at++)
            if (stays[at / samples]) squares += (window[at] - mean) * (window[at] - mean);
        double deviation = Math.Sqrt(squares / Math.Max(1, count));
        for (int at = 0; at < window.Length; at++)
            window[at] = stays[at / samples] && deviation > 0 ? (float)((window[at] - mean) / deviation) : 0;
    }

    // White noise is drawn whole and first, also where only its beginning is used.
    private static void AddNoise(SignalOperation operation, Span<float> window, int samples, OperationStrength strength, ISignalDraws draws)
    {
        float[]? normal = null;
        if (operation is SignalOperation.WhiteNoise or SignalOperation.PartialWhiteNoise)
        {
            normal = new float[window.Length];
            draws.Normal(normal);
        }

        (int start, int count) = (0, samples);
        if (operation is SignalOperation.PartialSine or SignalOperation.PartialSquare or SignalOperation.PartialWhiteNoise)
        {
            count = (int)(draws.Uniform(0, strength.Size) * samples);
            start = draws.Integer(samples - count);
        }

        for (int at = 0; at < window.Length; at += samples)
            for (int k = 0; k < count; k++) window[at + start + k] += (float)(strength.Size * Wave(at, k));

        double Wave(int lead, int sample)
        {
            if (normal is not null) return normal[lead + sample];
            double turns = Cycles * strength.Share * sample / samples;
            return operation is SignalOperation.Sine or SignalOperation.PartialSine
                ? Math.Sin(2 * Math.PI * turns)
                : turns - Math.Floor(turns) < 0.5 ? 1 : -1;
        }
    }
}
