// Codebooks that learn from a teacher's outputs without gradients: one of nearest codes, one of balanced soft assignments.
// Sources: Liu et al., "DinoSR", NeurIPS 2023; Caron et al., "SwAV", NeurIPS 2020 (Sinkhorn); Arthur and Vassilvitskii, SODA 2007
// (k-means++); in the form of Al-Masud and Strodthoff, arXiv 2605.12241.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives.Study;

/// <summary>
/// Nearest codes, each the running mean of the rows that it was nearest to. Names: codebook, sums [codes, width], counts [codes]; all buffers,
/// saved and resumed with the network. Several processes learn from their own rows.
/// </summary>
public sealed class OnlineCodebook : Module
{
    private const double SmallestCount = 1e-8;
    private readonly double _momentum;
    private readonly Tensor _codes;
    private readonly Tensor _sums;
    private readonly Tensor _counts;

    /// <summary>A codebook of zeros: initialise or begin it.</summary>
    public OnlineCodebook(int codes, int width, double momentum = 0.9)
    {
        _momentum = momentum;
        using var scope = new Scope();
        _codes = Buffer("codebook", Tensor.Zeros(codes, width));
        _sums = Buffer("sums", Tensor.Zeros(codes, width));
        _counts = Buffer("counts", Tensor.Ones(codes));
    }

    /// <summary>The codes, [codes, width].</summary>
    public Tensor Codes => _codes;

    /// <summary>The running sums, [codes, width].</summary>
    public Tensor Sums => _sums;

    /// <summary>The running numbers of rows, [codes].</summary>
    public Tensor Counts => _counts;

    /// <summary>Begins with rows [codes, width], each of which is standardised.</summary>
    public void Begin(Tensor rows)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor first = PlainNorm.Over(rows, 1);
        _codes.CopyFrom(first);
        _sums.CopyFrom(first);
        _counts.FillInPlace(1);
    }

    /// <summary>The nearest code of each row, and, where asked, a step of learning behind it.</summary>
    /// <param name="rows">[rows, width]; each is standardised first.</param>
    /// <param name="learn">Whether the codebook learns from them.</param>
    /// <returns>Int64 [rows]: by the codebook as it was.</returns>
    public Tensor Assign(Tensor rows, bool learn)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor x = PlainNorm.Over(rows, 1);
        // ‖x − e‖² = ‖x‖² − 2·x·e + ‖e‖², of which the first part is the same for all codes.
        Tensor nearest = ((x.Matmul(_codes.Transpose(0, 1)) * 2) - _codes.Square().Sum([1])).Argmax(1);
        if (learn)
        {
            long codes = _codes.Size(0);
            Tensor all = Tensor.From([.. Enumerable.Range(0, (int)codes).Select(c => (long)c)], codes).To(x.Device);
            Tensor chosen = nearest.Unsqueeze(1).Eq(all).To(ScalarType.Float32);              // [rows, codes]
            _sums.MulInPlace(_momentum).AddInPlace(chosen.Transpose(0, 1).Matmul(x), 1 - _momentum);
            _counts.MulInPlace(_momentum).AddInPlace(chosen.Sum([0]), 1 - _momentum);
            _codes.CopyFrom(_sums / _counts.Clamp(SmallestCount, null).Unsqueeze(1));
        }

        return scope.Keep(nearest);
    }

    /// <summary>Rows of a normal draw, standardised.</summary>
    protected override void InitializeOwn(IRandomSource random) => Begin(random.NormalTensor(_codes.Shape));
}

/// <summary>
/// Spherical k-means with balanced soft assignments. Names: centres [centres, width], begun and updates [1]; all buffers, where the published
/// program forgets them when it is resumed.
/// </summary>
public sealed class SphericalKMeans : Module
{
    private const int Rounds = 3;
    private readonly double _momentum;
    private readonly CosineTemperature _temperature;
    private readonly Tensor _centres;
    private readonly Tensor _begun;
    private readonly Tensor _updates;

    /// <summary>Centres of zeros: the first rows begin them.</summary>
    /// <param name="centres">How many.</param>
    /// <param name="width">Width of a row.</param>
    /// <param name="momentum">Share of a centre that stays in an update.</param>
    /// <param name="temperature">What similarities are divided by; null: 0.15 to 0.07 over 200 updates, as published.</param>
    public SphericalKMeans(int centres, int width, double momentum = 0.99, CosineTemperature? temperature = null)
    {
        (_momentum, _temperature) = (momentum, temperature ?? new(0.15, 0.07, 200));
        using var scope = new Scope();
        _centres = Buffer("centres", Tensor.Zeros(centres, width));
        _begun = Buffer("begun", Tensor.Zeros(1));
        _updates = Buffer("updates", Tensor.Full([1], 0, ScalarType.Int64));
    }

    /// <summary>The centres, [centres, width], each of length 1.</summary>
    public Tensor Centres => _centres;

    /// <summary>Sets the centres.</summary>
    public void Begin(Tensor centres)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        _centres.CopyFrom(PlainNorm.Unit(centres));
        _begun.FillInPlace(1);
    }

    /// <summary>Soft assignments of rows, and, where asked, a step of learning behind them. The first rows of all choose the centres.</summary>
    /// <param name="rows">[rows, width]; brought to length 1 first.</param>
    /// <param name="learn">Whether the centres learn from them.</param>
    /// <param name="random">Draws first centres; needed once.</param>
    /// <returns>[rows, centres], each row's sum 1: by the centres as they were.</returns>
    public Tensor Assign(Tensor rows, bool learn, IRandomSource random)
    {
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Tensor x = PlainNorm.Unit(rows);
        if (_begun.Item() == 0) Begin(FirstCentres(x, (int)_centres.Size(0), random));
        Tensor assigned = Sinkhorn(x.Matmul(_centres.Transpose(0, 1)) / _temperature.At((long)_updates.Item()), Rounds);
        if (learn)
        {
            Tensor means = PlainNorm.Unit(assigned.Transpose(0, 1).Matmul(x));
            _centres.CopyFrom(PlainNorm.Unit((_centres * _momentum) + (means * (1 - _momentum))));
            _updates.FillInPlace(_updates.Item() + 1);
        }

        return scope.Keep(assigned);
    }

    /// <summary>Balances assignments: in turn every column, then every row is brought to a sum of 1.</summary>
    /// <param name="logits">[rows, centres], divided by their temperature.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="epsilon">Beside each sum.</param>
    public static Tensor Sinkhorn(Tensor logits, int rounds, double epsilon = 1e-8)
    {
        using var scope = new Scope();
        Tensor q = (logits - logits.Amax([1], keepDimensions: true)).Exp();
        for (int k = 0; k < rounds; k++)
        {
            q /= q.Sum([0], keepDimensions: true) + epsilon;
            q /= q.Sum([1], keepDimensions: true) + epsilon;
        }

        return scope.Keep(q);
    }

    /// <summary>The probability of each row to be the next first centre: its squared distance to the nearest of those chosen, as a share.</summary>
    /// <param name="rows">Row by row.</param>
    /// <param name="width">Width of a row.</param>
    /// <param name="chosen">Rows chosen so far; none: all are as likely.</param>
    public static double[] PickProbabilities(ReadOnlySpan<float> rows, int width, IReadOnlyList<int> chosen)
    {
        double[] nearest = Unchosen(rows.Length / width);
        foreach (int row in chosen) Approach(nearest, rows, width, row);
        return Shares(nearest);
    }

    private static double[] Unchosen(int rows)
    {
        var nearest = new double[rows];
        Array.Fill(nearest, double.PositiveInfinity);
        return nearest;
    }

    // Squared distances to the nearest chosen row, with one more row chosen.
    private static void Approach(double[] nearest, ReadOnlySpan<float> rows, int width, int chosen)
    {
        ReadOnlySpan<float> centre = rows.Slice(chosen * width, width);
        for (int row = 0; row < nearest.Length; row++)
        {
            double squares = 0;
            for (int k = 0; k < width; k++)
            {
                double gap = (double)rows[(row * width) + k] - centre[k];
                squares += gap * gap;
            }

            nearest[row] = Math.Min(nearest[row], squares);
        }
    }

    private static double[] Shares(double[] nearest)
    {
        double sum = nearest.Sum();
        return sum is > 0 and < double.PositiveInfinity ? [.. nearest.Select(d => d / sum)] : [.. nearest.Select(_ => 1.0 / nearest.Length)];
    }

    private static Tensor FirstCentres(Tensor rows, int centres, IRandomSource random)
    {
        (int count, int width) = ((int)rows.Size(0), (int)rows.Size(1));
        // Too few rows to choose from: directions at random, as published.
        if (count < centres) return random.NormalTensor([centres, width]).To(rows.Device);
        float[] values = rows.To(Device.Cpu).ToArray<float>();
        double[] nearest = Unchosen(count);
        List<int> chosen = [];
        while (chosen.Count < centres)
        {
            double[] probabilities = Shares(nearest);
            double at = random.Uniform();
            int row = 0;
            while (row < count - 1 && (at -= probabilities[row]) >= 0) row++;
            chosen.Add(row);
            Approach(nearest, values, width, row);
        }

        return rows.IndexSelect(0, Tensor.From([.. chosen.Select(c => (long)c)], centres).To(rows.Device));
    }

    /// <summary>Forgets the centres.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        _centres.ZeroInPlace();
        _begun.ZeroInPlace();
        _updates.ZeroInPlace();
    }
}
