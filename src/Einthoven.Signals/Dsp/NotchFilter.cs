// A narrow notch against mains hum (scipy.signal.iirnotch).
namespace Einthoven.Signals.Dsp;

/// <summary>Designs a notch of one section.</summary>
public static class NotchFilter
{
    /// <summary>Designs a notch.</summary>
    /// <param name="frequencyHz">The frequency that is taken out.</param>
    /// <param name="quality">Frequency over the width at −3 dB; 30 is customary.</param>
    /// <param name="samplingRateHz">Samples per second.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frequency is not between 0 and half the rate, or the quality not positive.</exception>
    public static BiquadCascade Design(double frequencyHz, double quality, double samplingRateHz)
    {
        if (!(frequencyHz > 0 && frequencyHz < samplingRateHz / 2))
            throw new ArgumentOutOfRangeException(nameof(frequencyHz), frequencyHz, $"a notch lies between 0 and half the sampling rate of {samplingRateHz} Hz");
        if (!(quality > 0)) throw new ArgumentOutOfRangeException(nameof(quality), quality, "the quality is positive");
        double angle = 2 * Math.PI * frequencyHz / samplingRateHz;
        double gain = 1 / (1 + Math.Tan(angle / quality / 2));
        double cosine = Math.Cos(angle);
        return new BiquadCascade(new Biquad(gain, -2 * gain * cosine, gain, -2 * gain * cosine, 2 * gain - 1));
    }
}
