// RandAugment: a few operations of a list, each carried out or not.
// Sources: Cubuk et al., "RandAugment", CVPR Workshops 2020; bakqui/ST-MEM, util/transforms.py.
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>Draws different operations and carries each out with a probability. The defaults are ST-MEM's fine-tuning.</summary>
public sealed record RandAugment : WindowAugmentation
{
    /// <summary>The operations to draw from.</summary>
    public IReadOnlyList<SignalOperation> Operations { get; init; } =
    [
        SignalOperation.Shift, SignalOperation.Cutout, SignalOperation.Drop, SignalOperation.Flip, SignalOperation.Erase, SignalOperation.Sine,
        SignalOperation.PartialSine, SignalOperation.PartialWhiteNoise,
    ];

    /// <summary>How many are drawn.</summary>
    public int Choose { get; init; } = 2;

    /// <summary>How often a drawn one is carried out, 0 to 1.</summary>
    public double OperationProbability { get; init; } = 0.5;

    /// <summary>Strength, 0 to 10.</summary>
    public double Level { get; init; } = 10;

    /// <summary>Size of noise in deviations, and share of the window that is shifted, cut or dropped, at level 10.</summary>
    public double Amplitude { get; init; } = 0.3;

    /// <summary>How often random lead masking takes a lead.</summary>
    public double LeadRatio { get; init; } = 0.3;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Operations.Count > 0 && Operations.Distinct().Count() == Operations.Count, "operations is empty or names one twice");
        Require(Choose > 0 && Choose <= Operations.Count, $"choose is not between 1 and {Operations.Count}");
        Require(OperationProbability is >= 0 and <= 1, "operationProbability is not between 0 and 1");
        Require(Level is >= 0 and <= 10, "level is not between 0 and 10");
        Require(Amplitude is >= 0 and < 1, "amplitude is not in [0, 1)");
        Require(LeadRatio is >= 0 and <= 1, "leadRatio is not between 0 and 1");
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        var draws = new RandomSignalDraws(random);
        foreach (int chosen in draws.Choose(Choose, Operations.Count))
        {
            if (random.Uniform() < OperationProbability)
                SignalOperations.Apply(Operations[chosen], window, format.Leads.Count, new(Level, Amplitude, LeadRatio), draws);
        }
    }
}
