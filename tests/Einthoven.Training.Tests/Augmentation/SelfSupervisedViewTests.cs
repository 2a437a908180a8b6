// The views of self-supervised learning: what each must keep, whatever it draws.
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Xunit;

namespace Einthoven.Training.Tests.Augmentation;

public sealed class SelfSupervisedViewTests
{
    private const int Samples = 120;
    private static readonly WindowFormat s_format = new(["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"], 100);

    public static TheoryData<WindowAugmentation> All =>
    [
        new RandAugment { OperationProbability = 1 }, new RandAugment { Operations = [SignalOperation.RandomLeadMasking], Choose = 1, OperationProbability = 1 },
        new RandomResizedCrop { MaxRatio = 0.9 }, new TimeOut { MinRatio = 0.2 }, new VectorView(), new GaussianNoise(), new LeadGain(), new GaussianBlur(),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_draws_give_equal_views_and_other_draws_others(WindowAugmentation augmentation)
    {
        augmentation.Validate();
        float[] first = View(augmentation, 5), second = View(augmentation, 5);
        Assert.Equal(first, second);
        Assert.NotEqual(Window(), first);
        Assert.All(first, v => Assert.True(float.IsFinite(v)));
        if (augmentation is not GaussianBlur) Assert.Contains(Enumerable.Range(6, 8), seed => !View(augmentation, (ulong)seed).SequenceEqual(first));
    }

    [Fact]
    public void A_stretched_crop_begins_and_ends_with_the_crop_and_keeps_its_order()
    {
        float[] ramp = [.. Enumerable.Range(0, Samples).Select(k => (float)k)];
        new RandomResizedCrop { MaxRatio = 0.9 }.Apply(ramp, new WindowFormat(["I"], 100), new PhiloxRandom(3));
        Assert.True(ramp.Zip(ramp.Skip(1)).All(pair => pair.Second > pair.First));
        Assert.Equal((Math.Round(ramp[0]), Math.Round(ramp[^1])), (ramp[0], ramp[^1]));
        Assert.InRange(ramp[^1] - ramp[0], (0.5 * Samples) - 2, 0.9 * Samples);
    }

    [Fact]
    public void A_turned_vector_keeps_the_laws_of_the_limb_leads()
    {
        float[] view = View(new VectorView { MaskRatio = 0 }, 9);
        for (int k = 0; k < Samples; k++)
        {
            (float one, float two) = (view[k], view[Samples + k]);
            Assert.Equal(two - one, view[(2 * Samples) + k], 1e-5);
            Assert.Equal(-(one + two) / 2, view[(3 * Samples) + k], 1e-5);
            Assert.Equal(one - (two / 2), view[(4 * Samples) + k], 1e-5);
            Assert.Equal(two - (one / 2), view[(5 * Samples) + k], 1e-5);
        }
    }

    [Fact]
    public void A_vector_that_is_not_turned_is_a_projection_and_a_second_one_changes_nothing()
    {
        VectorView view = new() { AngleDegrees = 0, MaxScale = 1, MaskRatio = 0 };
        float[] once = View(view, 1), twice = [.. once];
        view.Apply(twice, s_format, new PhiloxRandom(2));
        Assert.NotEqual(Window(), once);
        for (int k = 0; k < once.Length; k++) Assert.Equal(once[k], twice[k], 1e-5);
    }

    [Fact]
    public void A_vector_view_without_its_leads_is_refused_by_name() => Assert.Contains(
        "V6 is missing",
        Assert.Throws<ArgumentException>(() => new VectorView().Apply(new float[7 * Samples], new WindowFormat(["I", "II", "V1", "V2", "V3", "V4", "V5"], 100), new PhiloxRandom(1))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Leads_that_random_masking_leaves_have_together_mean_zero_and_deviation_one()
    {
        float[] view = View(new RandAugment { Operations = [SignalOperation.RandomLeadMasking], Choose = 1, OperationProbability = 1 }, 2);
        float[] left = [.. Enumerable.Range(0, 12).Select(lead => view[(lead * Samples)..((lead + 1) * Samples)]).Where(lead => lead.Any(v => v != 0)).SelectMany(lead => lead)];
        Assert.InRange(left.Length / Samples, 1, 11);
        Assert.Equal(0, left.Average(), 1e-5);
        Assert.Equal(1, left.Average(v => v * v), 1e-4);
    }

    private static float[] View(WindowAugmentation augmentation, ulong seed)
    {
        float[] window = Window();
        augmentation.Apply(window, s_format, new PhiloxRandom(seed));
        return window;
    }

    private static float[] Window() => [.. Enumerable.Range(0, 12 * Samples).Select(k => (float)(Math.Sin(0.1 * (k % Samples) * (1 + (k / Samples))) + (0.01 * (k / Samples))))];
}
