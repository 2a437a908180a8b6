// The objective of this project's own network of ECG and text: an ECG near its text, and a text of its statements written from it.
// Sources: Radford et al., ICML 2021 (contrast with a learned factor of at most 100); Yu et al., "CoCa", arXiv 2205.01917 (both at once).
using Einthoven.Models.Text;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Objectives;

/// <summary>
/// Terms <c>contrastive</c>, half of both directions, and <c>written</c>, the mean over the words to write times the number of pairs, which is
/// the sample size.
/// </summary>
public sealed class EcgTextObjective(EcgTextNetwork network, EcgTextOptions options) : IObjective
{
    private const long PaddingId = 0;
    private const long Ignored = -100;
    private static readonly double s_largestLogFactor = Math.Log(100);

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor ids, Tensor mask, TokenBatch texts) = PairContrast.Tokens(batch);
        // The writer may be given fewer rows than the contrast.
        TokenBatch? written = network.Writes && options.WriterWeight > 0 ? batch.Written : null;
        EcgTextPass pass = network.Forward(batch.Windows, ids, mask, written is null ? null : Columns(written, 0).To(batch.Windows.Device));
        Tensor similarities = pass.Ecgs.Matmul(pass.Texts.Transpose(0, 1)) * network.LogFactor.Clamp(null, s_largestLogFactor).Exp();      // [ECGs, texts]
        bool[]? excluded = PairContrast.Excluded(options.TrueTextIsNoNegative ? batch : batch with { AlsoTrue = null }, texts, options.SameTextIsNoNegative);
        (Tensor rows, Tensor columns, double accuracy) = PairContrast.Sums(similarities, excluded);
        List<LossTerm> terms = [new("contrastive", scope.Keep((rows + columns) * (0.5 * options.ContrastiveWeight)))];
        if (written is not null)
        {
            Tensor targets = Columns(written, 1);
            int words = targets.ToArray<long>().Count(id => id != Ignored);
            Tensor sum = Losses.CrossEntropySum(pass.Logits!.Flatten(0, 1), targets.Flatten().To(batch.Windows.Device));
            terms.Add(new("written", scope.Keep(sum * (options.WriterWeight * texts.Rows / Math.Max(1, words)))));
        }

        return new(terms, texts.Rows, new Dictionary<string, double> { ["accuracy"] = accuracy, ["factor"] = network.LogFactor.Detach().Exp().Item() });
    }

    /// <summary>All columns but the last, or all but the first with padding replaced by what the loss ignores.</summary>
    private static Tensor Columns(TokenBatch texts, int from)
    {
        var values = new long[texts.Rows * (texts.Tokens - 1)];
        for (int row = 0; row < texts.Rows; row++)
            texts.Row(row).Slice(from, texts.Tokens - 1).CopyTo(values.AsSpan(row * (texts.Tokens - 1)));
        if (from > 0)
            for (int k = 0; k < values.Length; k++) values[k] = values[k] == PaddingId ? Ignored : values[k];
        return Tensor.From(values, texts.Rows, texts.Tokens - 1);
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
