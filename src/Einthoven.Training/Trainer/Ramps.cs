// Courses of a number over a run that is counted in steps or, with a fraction, in epochs.
// Sources: facebookresearch/moco-v3, main_moco.py; Grill et al., "Bootstrap your own latent", NeurIPS 2020, §3.3; Loshchilov and Hutter,
// "SGDR", ICLR 2017, eq. 5.
namespace Einthoven.Training.Trainer;

/// <summary>Numbers by how far a run is.</summary>
public static class Ramps
{
    /// <summary>From a momentum up to 1: 1 − (1 − first)·(1 + cos(π·at/total))/2.</summary>
    public static double CosineToOne(double first, double at, double total) => 1 - ((1 - first) * HalfCosine(at / total));

    /// <summary>A straight rise to a peak, then half a cosine down to a minimum.</summary>
    public static double WarmupCosine(double peak, double at, double warmup, double total, double minimum = 0) =>
        at < warmup ? peak * at / warmup : minimum + ((peak - minimum) * HalfCosine((at - warmup) / (total - warmup)));

    /// <summary>A straight rise to a peak, then a straight fall to zero.</summary>
    public static double WarmupLinear(double peak, double at, double warmup, double total) =>
        at < warmup ? peak * at / warmup : Math.Max(0, peak * (total - at) / (total - warmup));

    /// <summary>Half a cosine down, again and again, each time over a period that is a factor longer.</summary>
    public static double CosineRestarts(double peak, double at, double period, double factor = 1, double minimum = 0)
    {
        while (at >= period)
        {
            at -= period;
            period *= factor;
        }

        return minimum + ((peak - minimum) * HalfCosine(at / period));
    }

    private static double HalfCosine(double share) => (1 + Math.Cos(Math.PI * share)) / 2;
}
