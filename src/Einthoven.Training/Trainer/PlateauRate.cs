// A learning rate that falls when a validation figure has stopped getting better.
// Source: PyTorch, ReduceLROnPlateau, with its relative threshold; used by ECGFounder's fine-tuning.
namespace Einthoven.Training.Trainer;

/// <summary>How a rate reacts to a figure.</summary>
/// <param name="Factor">What the rate is multiplied by.</param>
/// <param name="Patience">Values in a row without improvement that are borne; the next one lowers the rate.</param>
/// <param name="LargerIsBetter">Whether the figure should rise (an area) or fall (an error).</param>
/// <param name="Threshold">By how much of itself the best figure must be beaten to count.</param>
/// <param name="Cooldown">Values after a change that are not judged.</param>
/// <param name="SmallestChange">Changes of the rate up to this are not made.</param>
public sealed record PlateauOptions(
    double Factor = 0.1, int Patience = 10, bool LargerIsBetter = true, double Threshold = 1e-4, int Cooldown = 0, double SmallestChange = 1e-8);

/// <summary>Where such a rate stands; a value, so that a run can store it.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Best">The best figure so far.</param>
/// <param name="Waited">Values in a row that did not beat it.</param>
/// <param name="Resting">Values still to be passed over.</param>
public sealed record PlateauRate(double Rate, double Best, int Waited = 0, int Resting = 0)
{
    /// <summary>The start: any figure beats none.</summary>
    public static PlateauRate Begin(double rate, PlateauOptions options) =>
        new(rate, options.LargerIsBetter ? double.NegativeInfinity : double.PositiveInfinity);

    /// <summary>The state after one more figure.</summary>
    public PlateauRate After(double figure, PlateauOptions options)
    {
        bool isBetter = options.LargerIsBetter ? figure > Best * (1 + options.Threshold) : figure < Best * (1 - options.Threshold);
        int waited = isBetter ? 0 : Waited + 1, resting = Resting;
        if (resting > 0) (resting, waited) = (resting - 1, 0);
        double best = isBetter ? figure : Best;
        if (waited <= options.Patience) return new(Rate, best, waited, resting);
        double lower = Rate * options.Factor;
        return new(Rate - lower > options.SmallestChange ? lower : Rate, best, 0, options.Cooldown);
    }
}
