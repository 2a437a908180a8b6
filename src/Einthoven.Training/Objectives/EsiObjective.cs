// ESI's objective: an ECG shall be near its text, and its text shall follow from it word by word.
// Source: comp-well-org/ESI, model/esi.py; Yu et al., TMLR 2024 (arXiv 2405.19366), after CoCa (arXiv 2205.01917).
using Einthoven.Models.Esi;
using Einthoven.Models.Text;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of ESI; the weights are the published ones.</summary>
public sealed record EsiOptions
{
    /// <summary>Weight of the caption term.</summary>
    public double CaptionWeight { get; init; } = 1;

    /// <summary>Weight of the contrastive term.</summary>
    public double ContrastiveWeight { get; init; } = 1;

    /// <summary>Whether the texts of other ECGs that read the same are left out of the contrast. Published: they count as wrong.</summary>
    public bool SameTextIsNoNegative { get; init; } = true;
}

/// <summary>
/// Terms <c>caption</c> and <c>contrastive</c>, each a published mean times the number of pairs, which is the sample size: their quotient is
/// the published loss.
/// </summary>
/// <remarks>
/// As published: the text encoder is given the text without its last column; the decoder's position i predicts token i + 1 from token 2
/// on; padding (id 0) is no target. The text encoder reads in both directions, so a position has mostly seen what it predicts.
/// </remarks>
public sealed class EsiObjective(EsiPretraining network, EsiOptions options) : IObjective
{
    private const long PaddingId = 0;
    private const long Ignored = -100;

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor ids, Tensor mask, TokenBatch texts) = PairContrast.Tokens(batch);
        EsiPass pass = network.Forward(batch.Windows, ids, mask);
        Tensor similarities = pass.TextLatents.Matmul(pass.ImageLatents.Transpose(0, 1)) * network.Temperature.Exp();    // [texts, ECGs]
        (Tensor rows, Tensor columns, double accuracy) = PairContrast.Sums(similarities, PairContrast.Turned(PairContrast.Excluded(batch, texts, options.SameTextIsNoNegative), texts.Rows));
        List<LossTerm> terms = [new("contrastive", scope.Keep((rows + columns) * (0.5 * options.ContrastiveWeight)))];
        Dictionary<string, double> metrics = new() { ["accuracy"] = accuracy };
        (long[] targets, int words) = Targets(texts);
        if (words > 0)
        {
            Tensor logits = pass.Logits!;                                                                               // [texts, T − 2, vocabulary]
            Tensor sum = Losses.CrossEntropySum(logits.Flatten(0, 1), Tensor.From(targets, targets.Length).To(logits.Device));
            terms.Add(new("caption", scope.Keep(sum * (options.CaptionWeight * texts.Rows / words))));
        }

        return new(terms, texts.Rows, metrics);
    }

    /// <summary>Tokens from the third on, row by row, padding replaced by what the loss ignores; and how many are left.</summary>
    private static (long[] Targets, int Words) Targets(TokenBatch texts)
    {
        if (texts.Tokens < 3) return ([], 0);
        List<long> targets = new(texts.Ids.Length);
        for (int row = 0; row < texts.Rows; row++)
            foreach (long id in texts.Row(row)[2..]) targets.Add(id == PaddingId ? Ignored : id);
        return ([.. targets], targets.Count(id => id != Ignored));
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
