// MERL's objective: an ECG near its report, and near itself under another dropout.
// Source: cheliu-computation/MERL-ICML2024, utils/utils_loss.py, utils_trainer.py; Liu et al., ICML 2024 (arXiv 2403.06659).
using Einthoven.Models.Merl;
using Einthoven.Models.Text;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of MERL.</summary>
public sealed record MerlOptions
{
    /// <summary>What similarities are divided by; it is not learned.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Whether the reports of other ECGs that read the same are left out of the contrast with texts. Published: they count as wrong.</summary>
    public bool SameTextIsNoNegative { get; init; } = true;
}

/// <summary>
/// Terms <c>cma</c> (ECG and report) and <c>uma</c> (two dropouts of one ECG), each the <b>sum</b> of both directions; the sample size is the
/// number of pairs.
/// </summary>
public sealed class MerlObjective(MerlNetwork network, MerlOptions options) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor ids, Tensor mask, TokenBatch texts) = PairContrast.Tokens(batch);
        MerlPass pass = network.Forward(batch.Windows);
        Tensor text = network.ProjectText(network.EncodeText(ids, mask));
        (Tensor cma, double cmaAccuracy) = Contrast(pass.Projection, text, options.Temperature, PairContrast.Excluded(batch, texts, options.SameTextIsNoNegative));
        (Tensor uma, double umaAccuracy) = Contrast(pass.FirstView, pass.SecondView, options.Temperature);
        return new([new("cma", scope.Keep(cma)), new("uma", scope.Keep(uma))], texts.Rows,
            new Dictionary<string, double> { ["cma_accuracy"] = cmaAccuracy, ["uma_accuracy"] = umaAccuracy });
    }

    /// <summary>Sum over pairs of the cross entropies of both directions, <b>not halved</b>, and the share of rows and columns whose own partner is first.</summary>
    /// <param name="first">[pairs, width], of any length.</param>
    /// <param name="second">The same for the partners.</param>
    /// <param name="temperature">What cosines are divided by.</param>
    /// <param name="excluded">True where a pairing is neither right nor wrong; null: nowhere.</param>
    public static (Tensor Sum, double Accuracy) Contrast(Tensor first, Tensor second, double temperature, bool[]? excluded = null)
    {
        using Scope scope = new();
        Tensor logits = PairContrast.Unit(first).Matmul(PairContrast.Unit(second).Transpose(0, 1)) / temperature;
        (Tensor rows, Tensor columns, double accuracy) = PairContrast.Sums(logits, excluded);
        return (scope.Keep(rows + columns), accuracy);
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
