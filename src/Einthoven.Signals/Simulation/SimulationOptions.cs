// What to simulate. What is left open is drawn from the seed within what is usual for adults.
namespace Einthoven.Signals.Simulation;

/// <summary>Noise and artefacts; everything off unless set. Amplitudes in millivolts at one electrode.</summary>
public sealed record SimulatedNoise
{
    /// <summary>No noise at all: samples are exact to the recorder's resolution.</summary>
    public static SimulatedNoise None { get; } = new();

    /// <summary>What a good recording has: a little muscle, wander and hum.</summary>
    public static SimulatedNoise Light { get; } = new() { MuscleMillivolts = 0.006, WanderMillivolts = 0.05, MainsMillivolts = 0.003 };

    /// <summary>A poor recording that can still be read.</summary>
    public static SimulatedNoise Heavy { get; } = new() { MuscleMillivolts = 0.03, WanderMillivolts = 0.25, MainsMillivolts = 0.03, MotionPerSecond = 0.1 };

    /// <summary>Root mean square of muscle noise, 20 to 150 Hz, in bursts.</summary>
    public double MuscleMillivolts { get; init; }

    /// <summary>Root mean square of the wandering baseline, below 0.7 Hz, breath included.</summary>
    public double WanderMillivolts { get; init; }

    /// <summary>Amplitude of the mains' hum.</summary>
    public double MainsMillivolts { get; init; }

    /// <summary>Frequency of the mains; a real one is never exact.</summary>
    public double MainsHz { get; init; } = 50;

    /// <summary>Steps of the baseline by moved electrodes, a second; each 0.3 to 2 mV, fading in 0.3 to 2 s.</summary>
    public double MotionPerSecond { get; init; }

    /// <summary>An electrode that loses contact for a while: RA, LA, LL, V1 … V6; null for none.</summary>
    public string? ContactLoss { get; init; }

    /// <summary>Two cables that are swapped, such as <c>RA/LA</c>, <c>LA/LL</c>, <c>RA/RL</c> or <c>V1/V2</c>; null for none.</summary>
    public string? Reversal { get; init; }

    /// <summary>Limit of the amplifier in millivolts; beyond it the signal is flat.</summary>
    public double SaturationMillivolts { get; init; } = double.PositiveInfinity;
}

/// <summary>What to simulate.</summary>
public sealed record SimulationOptions
{
    /// <summary>Key of a rhythm in <see cref="SimulationLabels"/>.</summary>
    public string Rhythm { get; init; } = "sinus";

    /// <summary>Keys of morphologies, any number that make sense together.</summary>
    public IReadOnlyList<string> Morphologies { get; init; } = [];

    /// <summary>Everything that is random follows from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Samples a second, 50 to 10,000.</summary>
    public double SamplingRateHz { get; init; } = 500;

    /// <summary>Length in seconds, up to a day.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Ventricular rate a minute; null for one that is usual for the rhythm.</summary>
    public double? HeartRateBpm { get; init; }

    /// <summary>Noise and artefacts.</summary>
    public SimulatedNoise Noise { get; init; } = SimulatedNoise.Light;

    /// <summary>Steps of the recorder in millivolts; 0 for none.</summary>
    public double ResolutionMillivolts { get; init; } = 0.005;

    internal void Validate()
    {
        if (SamplingRateHz is not (>= 50 and <= 10_000)) throw new ArgumentException($"{SamplingRateHz} Hz cannot be simulated; give 50 to 10,000");
        if (Seconds is not (>= 0.1 and <= 86_400)) throw new ArgumentException($"{Seconds} s cannot be simulated; give 0.1 to 86,400");
        if (HeartRateBpm is { } rate and not (>= 15 and <= 300)) throw new ArgumentException($"a heart rate of {rate} cannot be simulated; give 15 to 300 a minute");
    }
}
