// Other limb leads in the place of lead I: which directions they are, how often they come, and how a store is packed for them.
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;

namespace Einthoven.Training.Tests.Augmentation;

public sealed class LimbLeadChoiceTests
{
    [Fact]
    public void Every_direction_sees_a_dipole_as_the_cosine_of_the_angle_between_them()
    {
        // Einthoven's triangle for a dipole of 1 mV at 20 degrees; the augmented leads are shorter by √3/2.
        double Projection(double degrees) => Math.Cos((20 - degrees) * Math.PI / 180);
        double one = Projection(0), two = Projection(60);
        Dictionary<string, double> leads = new()
        {
            ["I"] = one,
            ["II"] = two,
            ["III"] = two - one,
            ["aVR"] = -(one + two) / 2,
            ["aVL"] = one - (two / 2),
            ["aVF"] = two - (one / 2),
        };
        foreach ((int degrees, string lead, bool isTurned) in LimbLeadChoice.Directions)
        {
            double size = lead.StartsWith('a') ? Math.Sqrt(3) / 2 : 1;
            Assert.Equal(Projection(degrees) * size, (isTurned ? -1 : 1) * leads[lead], 1e-12);
        }

        Assert.Equal([-90, -60, -30, 30, 60, 90], LimbLeadChoice.Directions.Select(d => d.Degrees));
    }

    [Fact]
    public void Half_of_the_windows_keep_lead_I_and_the_rest_share_the_six_directions()
    {
        float[] source = [0, 1, 2, 3, 4, 5]; // one sample a lead
        var counts = new Dictionary<float, int>();
        var random = new PhiloxRandom(4);
        Span<float> picked = stackalloc float[1];
        for (int k = 0; k < 12_000; k++)
        {
            LimbLeadChoice.Pick(source, picked, 0.5, random);
            counts[picked[0]] = counts.GetValueOrDefault(picked[0]) + 1;
        }

        Assert.Equal([-5, -3, -2, 0, 1, 4, 5], counts.Keys.Order());
        Assert.InRange(counts[0], 5800, 6200);
        Assert.All(counts.Where(c => c.Key != 0), c => Assert.InRange(c.Value, 880, 1120));
    }

    [Fact]
    public void A_store_keeps_all_limb_leads_each_scaled_as_the_one_would_be()
    {
        InputContract one = SineData.Contract with { Leads = ["I"], Normalization = new StandardizeTogether { Epsilon = 1e-8 } };
        InputContract packed = LimbLeadChoice.Packed(one);
        Assert.Equal(["I", "II", "III", "aVR", "aVL", "aVF"], packed.Leads);
        Assert.Equal(new Standardize { Epsilon = 1e-8 }, packed.Normalization);
        packed.Validate();
        Assert.Throws<ArgumentException>(() => LimbLeadChoice.Packed(SineData.Contract));
    }
}
