// Which targets a prediction must tell from its own: drawn from its row, from the batch, from the codebook.
// Source: fairseq-signals, models/wav2vec2/wav2vec2.py, sample_negatives.
namespace Einthoven.Training.Objectives;

/// <summary>Candidates of B rows of M masked frames; target b·M + m belongs to frame m of row b.</summary>
/// <param name="SameRow">[B, M, N]: frame of the same row; empty where candidates come from any row.</param>
/// <param name="AnyRow">[B, M, N]: index over the targets of the batch, same-row candidates included; empty where all are of the same row.</param>
/// <param name="Codebook">[N, B, M]: number of a codeword, the last group's entry counting fastest.</param>
public sealed record NegativeIndices(long[] SameRow, long[] AnyRow, long[] Codebook)
{
    /// <summary>Draws them in the order of the original: same row, any row, codebook.</summary>
    /// <param name="draws">Where draws come from.</param>
    /// <param name="options">How many of each.</param>
    /// <param name="rows">B.</param>
    /// <param name="masked">M.</param>
    /// <param name="codewords">Codewords there are, all groups combined; 0 without a codebook.</param>
    /// <exception cref="ArgumentException">There are too few targets to draw from.</exception>
    public static NegativeIndices Draw(IPretrainingDraws draws, Wav2VecOptions options, int rows, int masked, long codewords)
    {
        if (options.Negatives > 0 && masked < 2) throw new ArgumentException($"{masked} masked frames in a row leave none to be a negative: give longer windows, or mask more.");
        if (options.CrossRowNegatives > 0 && rows * masked < 2) throw new ArgumentException("A single masked frame in the batch leaves none to be a negative.");
        if (options.CodebookNegatives > 0 && codewords == 0) throw new ArgumentException("Negatives from the codebook need quantized targets.");
        int targets = rows * masked;
        long[] same = options.Negatives == 0 ? [] : draws.Negatives(NegativeSource.SameRow, targets * options.Negatives, masked - 1);
        Skip(same, options.Negatives, target => target % masked);
        long[] any = options.CrossRowNegatives == 0 ? [] : draws.Negatives(NegativeSource.AnyRow, targets * options.CrossRowNegatives, targets - 1);
        Skip(any, options.CrossRowNegatives, target => options.CrossRowNegativesAsPublished ? target % masked : target);
        long[] codebook = options.CodebookNegatives == 0 ? [] : draws.Negatives(NegativeSource.Codebook, targets * options.CodebookNegatives, codewords);
        return any.Length == 0 ? new(same, any, codebook) : new([], Merge(same, any, options, rows, masked), codebook);
    }

    /// <summary>Same-row and any-row candidates as one list of batch-wide indices [B, M, N].</summary>
    private static long[] Merge(long[] same, long[] any, Wav2VecOptions options, int rows, int masked)
    {
        (int own, int others) = (options.Negatives, options.CrossRowNegatives);
        List<long> merged = new(same.Length + any.Length);
        for (int row = 0; row < rows; row++)
        {
            long[] near = [.. same.AsSpan(row * masked * own, masked * own).ToArray().Select(t => t + (row * masked))];
            long[] far = any[(row * masked * others)..((row + 1) * masked * others)];
            // As published, a row's two lists are joined end to end and then cut into equal parts, so that frames get each other's candidates.
            if (options.CrossRowNegativesAsPublished) merged.AddRange([.. near, .. far]);
            else
                for (int t = 0; t < masked; t++) merged.AddRange([.. near.AsSpan(t * own, own), .. far.AsSpan(t * others, others)]);
        }

        return [.. merged];
    }

    /// <summary>Draws from one number fewer leave out one: what is not below it moves up.</summary>
    private static void Skip(long[] drawn, int each, Func<int, int> own)
    {
        for (int k = 0; k < drawn.Length; k++)
            if (drawn[k] >= own(k / each)) drawn[k]++;
    }
}
