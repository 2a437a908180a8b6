// The augmentations: what they change, what they leave, and that draws alone decide.
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Tests.Data;

namespace Einthoven.Training.Tests.Augmentation;

public sealed class WindowAugmentationTests
{
    private const int Samples = 1000;
    private static readonly WindowFormat s_format =
        new(["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"], 500);

    public static TheoryData<WindowAugmentation> All =>
    [
        new RandomLeadMasking(), new PowerlineNoise(), new EmgNoise(), new BaselineShift(), new BaselineWander(),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_streams_vary_equally_and_others_differ(WindowAugmentation augmentation)
    {
        float[] first = Varied(augmentation, 1), again = Varied(augmentation, 1), other = Varied(augmentation, 2);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(Window(), first);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_probability_is_how_often_windows_are_varied(WindowAugmentation augmentation)
    {
        WindowAugmentation seldom = augmentation with { Probability = 0.25 };
        int varied = 0;
        for (ulong stream = 0; stream < 1000; stream++)
            if (seldom.Applies(new PhiloxRandom(3, stream).Uniform())) varied++;
        Assert.InRange(varied, 210, 290);
        Assert.Equal(Window(), Varied(augmentation with { Probability = 0 }, 4));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Settings_survive_JSON(WindowAugmentation augmentation)
    {
        string text = JsonSerializer.Serialize(augmentation);
        Assert.Contains("\"kind\":\"", text, StringComparison.Ordinal);
        Assert.Equal(augmentation, JsonSerializer.Deserialize<WindowAugmentation>(text));
    }

    [Fact]
    public void Noise_on_the_limb_leads_obeys_Einthovens_law_and_leaves_the_signal()
    {
        foreach (WindowAugmentation augmentation in new WindowAugmentation[] { new PowerlineNoise(), new EmgNoise(), new BaselineShift(), new BaselineWander() })
        {
            float[] clean = Window(), varied = Varied(augmentation, 5);
            for (int t = 0; t < Samples; t += 7)
            {
                double i = Noise(0, t), ii = Noise(1, t);
                Assert.Equal(ii - i, Noise(2, t), 1e-5);
                Assert.Equal(-(i + ii) / 2, Noise(3, t), 1e-5);
                Assert.Equal(i - (ii / 2), Noise(4, t), 1e-5);
                Assert.Equal(ii - (i / 2), Noise(5, t), 1e-5);
            }

            double Noise(int lead, int t) => varied[(lead * Samples) + t] - clean[(lead * Samples) + t];
        }
    }

    [Fact]
    public void The_published_dependence_replaces_the_limb_leads_themselves()
    {
        float[] varied = Varied(new PowerlineNoise { LimbLeads = LimbLeads.Recomputed }, 6);
        for (int t = 0; t < Samples; t += 7) Assert.Equal(varied[Samples + t] - varied[t], varied[(2 * Samples) + t], 1e-5);
        float[] independent = Varied(new PowerlineNoise { LimbLeads = LimbLeads.Independent }, 6);
        Assert.NotEqual(independent[2 * Samples] + independent[0], independent[Samples], 1e-3);
    }

    [Fact]
    public void Leads_without_I_and_II_get_noise_of_their_own()
    {
        var format = new WindowFormat(["III", "V1"], 500);
        var window = new float[2 * 100];
        new PowerlineNoise().Apply(window, format, new PowerlineDraw(0.1, 50, 0));
        Assert.Equal(window[..100], window[100..]);
        Assert.Equal(0.1, window[0], 1e-6);
    }

    [Fact]
    public void A_shift_is_the_amplitude_and_only_as_published_near_one()
    {
        ShiftedStretch[] stretches = [new(10.9, 20.2), new(20, 15)];
        double[] signs = [1, -1];
        var format = new WindowFormat(["V1", "V2"], 500);
        float[] shifted = new float[200], published = new float[200];
        new BaselineShift().Apply(shifted, format, signs, 0.1, stretches);
        new BaselineShift { PublishedAmplitude = true }.Apply(published, format, signs, 0.1, stretches);
        for (int t = 0; t < 100; t++)
        {
            bool inside = t is >= 10 and < 35;
            Assert.Equal(inside ? 0.1 : 0, shifted[t], 1e-6);
            Assert.Equal(inside ? -0.1 : 0, shifted[100 + t], 1e-6);
            Assert.Equal(inside ? 0.9 : 0, published[t], 1e-6);
            Assert.Equal(inside ? -1.1 : 0, published[100 + t], 1e-6);
        }
    }

    [Fact]
    public void A_turned_vector_is_a_cosine()
    {
        var wave = new float[5000];
        Cosine.Add(wave, 0.7, 50 / 499.0, 1.1);
        for (int t = 0; t < wave.Length; t++) Assert.Equal(0.7 * Math.Cos((2 * Math.PI * 50 / 499.0 * t) + 1.1), wave[t], 1e-7);
    }

    [Fact]
    public void Half_of_the_leads_are_masked_on_average()
    {
        int zero = 0;
        for (ulong stream = 0; stream < 500; stream++)
        {
            float[] varied = Varied(new RandomLeadMasking(), stream);
            for (int lead = 0; lead < 12; lead++)
                if (!varied.AsSpan(lead * Samples, Samples).ContainsAnyExcept(0f)) zero++;
        }
        // 6,000 draws of one half: three deviations are 116.
        Assert.InRange(zero, 2880, 3120);
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Assert.Contains("probability", Assert.Throws<ArgumentException>(() => new EmgNoise { Probability = 1.5 }.Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("shiftRatio", Assert.Throws<ArgumentException>(() => new BaselineShift { ShiftRatio = 0 }.Validate()).Message, StringComparison.Ordinal);
        Assert.Contains("leadProbability", Assert.Throws<ArgumentException>(() => new RandomLeadMasking { LeadProbability = -1 }.Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_does_not_depend_on_the_number_of_workers()
    {
        using var data = new TinyDataset();
        StoreBuilder.Build(data.Manifest(6), TinyDataset.Contract, data.StoreFolder);
        using RecordStore store = RecordStore.Open(data.StoreFolder);
        var reader = new WindowReader(store, 50, [new BaselineWander(), new EmgNoise { Probability = 0.5 }, new RandomLeadMasking { Probability = 0.5 }]);
        WindowPick[] picks = [.. Enumerable.Range(0, 24).Select(k => new WindowPick(k % 6, k))];
        float[] one = new float[24 * reader.WindowSize], four = new float[one.Length];
        reader.Read(picks, 9, 100, one);
        reader.Read(picks, 9, 100, four, workers: 4);
        Assert.Equal(one, four);
        var last = new float[reader.WindowSize];
        reader.Read(picks.AsMemory(23), 9, 123, last);
        Assert.Equal(one[^reader.WindowSize..], last);
    }

    private static float[] Window() => [.. Enumerable.Range(0, 12 * Samples).Select(k => (float)Math.Sin(0.37 * k))];

    private static float[] Varied(WindowAugmentation augmentation, ulong stream)
    {
        float[] window = Window();
        augmentation.Apply(window, s_format, new PhiloxRandom(8, stream));
        return window;
    }
}
