// What varies a window before it is learned from, each a record of its settings; source of the first five: fairseq-signals, data/ecg/augmentations.py.
using System.Text.Json.Serialization;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>One way to vary a window of standardised leads. Every draw comes from the source that is given: equal sources, equal windows.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RandomLeadMasking), "random-lead-masking")]
[JsonDerivedType(typeof(PowerlineNoise), "powerline-noise")]
[JsonDerivedType(typeof(EmgNoise), "emg-noise")]
[JsonDerivedType(typeof(BaselineShift), "baseline-shift")]
[JsonDerivedType(typeof(BaselineWander), "baseline-wander")]
[JsonDerivedType(typeof(RandAugment), "rand-augment")]
[JsonDerivedType(typeof(RandomResizedCrop), "random-resized-crop")]
[JsonDerivedType(typeof(TimeOut), "time-out")]
[JsonDerivedType(typeof(VectorView), "3kg")]
[JsonDerivedType(typeof(GaussianNoise), "gaussian-noise")]
[JsonDerivedType(typeof(LeadGain), "lead-gain")]
[JsonDerivedType(typeof(GaussianBlur), "gaussian-blur")]
public abstract record WindowAugmentation
{
    /// <summary>How often a window is varied, 0 to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Draws whether the window is varied, and how, and varies it.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="format">Leads and rate of the window.</param>
    /// <param name="random">The window's own stream of draws.</param>
    public void Apply(Span<float> window, WindowFormat format, IRandomSource random)
    {
        if (Applies(random.Uniform())) Vary(window, format, random);
    }

    /// <summary>Whether a first draw from [0, 1) means that the window is varied.</summary>
    public virtual bool Applies(double draw) => Probability > draw;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public virtual void Validate() => Require(Probability is >= 0 and <= 1, "probability is not between 0 and 1");

    /// <summary>Draws how the window is varied, and varies it.</summary>
    protected abstract void Vary(Span<float> window, WindowFormat format, IRandomSource random);

    /// <summary>A number uniform in [low, high).</summary>
    private protected static double Uniform(IRandomSource random, double low, double high) => low + ((high - low) * random.Uniform());

    private protected static void Require(bool holds, string problem)
    {
        if (!holds) throw new ArgumentException($"The augmentation does not work: {problem}.");
    }
}
