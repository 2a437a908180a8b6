// Contrastive predictive coding: each position tells what comes some positions later from what comes elsewhere in the same window.
// Sources: van den Oord, Li, Vinyals, "Representation learning with contrastive predictive coding", arXiv 1807.03748; in the form of
// ECG-CPC, AI4HealthUOL/ecg-fm-benchmarking (loss/selfsupervised.py).
using Einthoven.Models;
using Einthoven.Models.EcgCpc;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Settings of contrastive predictive coding; the defaults are the published ones.</summary>
public sealed record CpcOptions
{
    /// <summary>Positions ahead that are predicted.</summary>
    public int StepsAhead { get; init; } = 14;

    /// <summary>Positions of the same window that each prediction is compared with.</summary>
    public int Negatives { get; init; } = 128;
}

/// <summary>
/// Term <c>cpc</c>: cross-entropy of the right position among dot products, summed over positions and windows; the sample size is the number
/// of windows, so that the loss is, as published, a sum over positions. Gradients flow through both sides of the product.
/// </summary>
public sealed class CpcObjective(EcgCpcPretraining network, CpcOptions options) : IObjective
{
    /// <summary>Replays these draws instead of drawing anew; null: draw.</summary>
    public IPretrainingDraws? Recorded { get; init; }

    /// <summary>Told of every intermediate result; null: nobody.</summary>
    public StageObserver? Stages { get; init; }

    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        using Scope scope = new();
        (Tensor predicted, Tensor encoded) = network.Forward(batch.Windows, Stages);        // [windows, positions, width]
        (int windows, int positions) = ((int)encoded.Size(0), (int)encoded.Size(1));
        int predictions = positions - options.StepsAhead;
        if (predictions < 1)
            throw new ArgumentException($"{positions} positions are too few to look {options.StepsAhead} ahead: give longer windows.");

        // All dot products of a window at once, then those asked for: far cheaper than gathering 1 + m vectors a position.
        Tensor products = predicted.Narrow(1, 0, predictions).Bmm(encoded.Transpose(1, 2)); // [windows, predictions, positions]
        long[] candidates = Candidates(Recorded ?? new RandomPretrainingDraws(context.Random), windows, positions, predictions);
        Tensor logits = products.Gather(2, Tensor.From(candidates, windows, predictions, 1 + options.Negatives).To(products.Device));
        Stages?.Invoke("similarity", logits);
        Tensor sum = -logits.LogSoftmax(2).Select(2, 0).Sum();
        double accuracy = logits.Argmax(2).Eq(0).To(ScalarType.Float32).Mean().Item();
        return new([new("cpc", scope.Keep(sum))], windows, new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <summary>[windows, predictions, 1 + m]: the right position first, then positions drawn from all others. Draws run over predictions first.</summary>
    private long[] Candidates(IPretrainingDraws draws, int windows, int positions, int predictions)
    {
        int negatives = options.Negatives;
        long[] drawn = draws.Negatives(NegativeSource.SameRow, predictions * windows * negatives, positions - 1);
        var candidates = new long[windows * predictions * (1 + negatives)];
        int at = 0;
        for (int window = 0; window < windows; window++)
        {
            for (int i = 0; i < predictions; i++)
            {
                long right = i + options.StepsAhead;
                candidates[at++] = right;
                ReadOnlySpan<long> others = drawn.AsSpan(((i * windows) + window) * negatives, negatives);
                foreach (long other in others) candidates[at++] = other < right ? other : other + 1;
            }
        }

        return candidates;
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
