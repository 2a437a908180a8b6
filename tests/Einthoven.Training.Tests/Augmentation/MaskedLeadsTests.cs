// Windows that lose leads: at least one is lost and one is kept, every number is met, and the rest is untouched.
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Augmentation;

public sealed class MaskedLeadsTests
{
    private const int Leads = 4, Samples = 6, Windows = 600;

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void As_many_leads_as_are_drawn_evenly_become_zeros(double share)
    {
        float[] source = [.. Enumerable.Range(1, Leads * Samples).Select(k => (float)k)];
        var augmentation = new SupervisedAugmentation { MaskedLeads = share };
        var byLost = new int[Leads];
        var target = new float[source.Length];
        for (int window = 0; window < Windows; window++)
        {
            augmentation.CopyVaried(source, target, Leads, Samples, Streams.Example(7, window, 0));
            int lost = 0;
            for (int lead = 0; lead < Leads; lead++)
            {
                Span<float> kept = target.AsSpan(lead * Samples, Samples);
                if (!kept.ContainsAnyExcept(0f)) lost++;
                else Assert.Equal(source.AsSpan(lead * Samples, Samples), kept);
            }
            byLost[lost]++;
        }
        double expected = Windows * share / (Leads - 1);
        Assert.InRange(byLost[0], (Windows * (1 - share)) - 60, (Windows * (1 - share)) + 60);
        for (int lost = 1; lost < Leads; lost++) Assert.InRange(byLost[lost], expected - 60, expected + 60);
    }
}
