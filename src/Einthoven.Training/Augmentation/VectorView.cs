// 3KG's view: the heart's vector turned and stretched, projected back on the leads, and half of every lead masked.
// Sources: Gopal et al., "3KG: contrastive learning of 12-lead electrocardiograms using physiologically-inspired augmentations",
// ML4H 2021 (arXiv 2106.04452); Jwoo5/fairseq-signals, data/ecg/perturb_ecg_dataset.py (matrix and order of steps; facts).
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Training.Augmentation;

/// <summary>
/// Turns the vectorcardiogram about the fixed axes Z, Y, X in that order and then stretches each axis. Eight leads come back by the
/// pseudo-inverse of the transform, which keeps the three-dimensional part of a recording alone even where nothing is turned; the other
/// limb leads follow from I and II.
/// </summary>
public sealed record VectorView : WindowAugmentation
{
    private static readonly string[] s_independent = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"];

    /// <summary>Largest angle about each axis, in degrees.</summary>
    public double AngleDegrees { get; init; } = 45;

    /// <summary>Largest factor on each axis; the smallest is 1.</summary>
    public double MaxScale { get; init; } = 1.5;

    /// <summary>Share of each lead that is masked, at a place of its own that may run over the end.</summary>
    public double MaskRatio { get; init; } = 0.5;

    /// <summary>Rows X, Y, Z; columns I, II, V1 … V6: an inverse Dower transform as the method's code has it, its third figures differ from the published one's.</summary>
    public static double[][] ToVector { get; } =
    [
        [0.156, -0.009, -0.172, -0.073, 0.122, 0.231, 0.239, 0.193],
        [-0.227, 0.886, 0.057, -0.019, -0.106, -0.022, 0.040, 0.048],
        [0.021, 0.102, -0.228, -0.310, -0.245, -0.063, 0.054, 0.108],
    ];

    /// <summary>Rows I, II, V1 … V6; columns X, Y, Z: the pseudo-inverse Mᵀ (M Mᵀ)⁻¹ of <see cref="ToVector"/>.</summary>
    public static double[][] FromVector { get; } = PseudoInverse(ToVector);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(AngleDegrees is >= 0 and <= 180, "angleDegrees is not between 0 and 180");
        Require(MaxScale >= 1, "maxScale is below 1");
        Require(MaskRatio is >= 0 and < 1, "maskRatio is not in [0, 1)");
    }

    /// <summary>Rx(c) · Ry(b) · Rz(a).</summary>
    /// <param name="degrees">a, b, c.</param>
    public static double[][] Rotation(ReadOnlySpan<double> degrees)
    {
        (double sz, double cz) = Math.SinCos(degrees[0] * Math.PI / 180);
        (double sy, double cy) = Math.SinCos(degrees[1] * Math.PI / 180);
        (double sx, double cx) = Math.SinCos(degrees[2] * Math.PI / 180);
        double[][] x = [[1, 0, 0], [0, cx, -sx], [0, sx, cx]], y = [[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]], z = [[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]];
        return Multiply(Multiply(x, y), z);
    }

    /// <summary>Makes a view.</summary>
    /// <param name="window">[leads, samples], changed in place.</param>
    /// <param name="format">Leads of the window; it must hold I, II and V1 to V6.</param>
    /// <param name="degrees">Angles about Z, Y, X.</param>
    /// <param name="scales">Factors of X, Y, Z.</param>
    /// <param name="starts">Where each lead's mask begins.</param>
    /// <exception cref="ArgumentException">A lead is missing.</exception>
    public void Apply(Span<float> window, WindowFormat format, ReadOnlySpan<double> degrees, ReadOnlySpan<double> scales, ReadOnlySpan<int> starts)
    {
        int samples = window.Length / format.Leads.Count;
        double[][] rotated = Rotation(degrees);
        for (int axis = 0; axis < 3; axis++)
            for (int k = 0; k < 3; k++) rotated[axis][k] *= scales[axis];
        double[][] whole = Multiply(Multiply(FromVector, rotated), ToVector);       // [8, 8]
        var leads = new double[s_independent.Length][];
        for (int k = 0; k < leads.Length; k++)
        {
            int place = Place(format, s_independent[k]);
            if (place < 0) throw new ArgumentException($"The augmentation 3kg needs the leads {string.Join(", ", s_independent)}; {s_independent[k]} is missing.");
            leads[k] = new double[samples];
            for (int sample = 0; sample < samples; sample++) leads[k][sample] = window[(place * samples) + sample];
        }

        double[][] turned = LeadTransforms.Apply(whole, leads);
        for (int k = 0; k < turned.Length; k++) Write(window, format, s_independent[k], turned[k], 1, null, 0);
        Write(window, format, "III", turned[1], 1, turned[0], -1);
        Write(window, format, "aVR", turned[0], -0.5, turned[1], -0.5);
        Write(window, format, "aVL", turned[0], 1, turned[1], -0.5);
        Write(window, format, "aVF", turned[1], 1, turned[0], -0.5);
        var masked = (int)Math.Floor(MaskRatio * samples);
        for (int lead = 0; lead < format.Leads.Count; lead++)
            for (int k = 0; k < masked; k++) window[(lead * samples) + ((starts[lead] + k) % samples)] = 0;
    }

    /// <inheritdoc/>
    protected override void Vary(Span<float> window, WindowFormat format, IRandomSource random)
    {
        Span<double> degrees = stackalloc double[3], scales = stackalloc double[3];
        foreach (ref double angle in degrees) angle = Uniform(random, -AngleDegrees, AngleDegrees);
        foreach (ref double scale in scales) scale = Uniform(random, 1, MaxScale);
        int samples = window.Length / format.Leads.Count;
        var starts = new int[format.Leads.Count];
        for (int lead = 0; lead < starts.Length; lead++) starts[lead] = (int)random.Integer(samples);
        Apply(window, format, degrees, scales, starts);
    }

    private static int Place(WindowFormat format, string lead)
    {
        for (int k = 0; k < format.Leads.Count; k++)
            if (format.Leads[k] == lead) return k;
        return -1;
    }

    private static void Write(Span<float> window, WindowFormat format, string lead, double[] a, double factorA, double[]? b, double factorB)
    {
        int place = Place(format, lead);
        if (place < 0) return;
        Span<float> target = window.Slice(place * a.Length, a.Length);
        for (int sample = 0; sample < a.Length; sample++) target[sample] = (float)((factorA * a[sample]) + (b is null ? 0 : factorB * b[sample]));
    }

    private static double[][] Multiply(double[][] a, double[][] b) =>
        [.. a.Select(row => Enumerable.Range(0, b[0].Length).Select(c => row.Select((v, k) => v * b[k][c]).Sum()).ToArray())];

    private static double[][] PseudoInverse(double[][] m)
    {
        double[][] transposed = [.. Enumerable.Range(0, m[0].Length).Select(c => m.Select(row => row[c]).ToArray())];
        return Multiply(transposed, Invert(Multiply(m, transposed)));
    }

    // Three by three, by cofactors.
    private static double[][] Invert(double[][] a)
    {
        var inverse = new double[3][];
        double determinant = 0;
        for (int k = 0; k < 3; k++) determinant += a[0][k] * Cofactor(0, k);
        for (int row = 0; row < 3; row++) inverse[row] = [Cofactor(0, row) / determinant, Cofactor(1, row) / determinant, Cofactor(2, row) / determinant];
        return inverse;

        double Cofactor(int r, int c) =>
            (a[(r + 1) % 3][(c + 1) % 3] * a[(r + 2) % 3][(c + 2) % 3]) - (a[(r + 1) % 3][(c + 2) % 3] * a[(r + 2) % 3][(c + 1) % 3]);
    }
}
