// wav2vec 2.0's objective: predict the quantized features of masked frames among negatives.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §3.2; fairseq-signals, criterions/wav2vec2_criterion.py.
using Einthoven.Models;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>
/// Terms <c>contrastive</c>, <c>diversity</c> and <c>feature_penalty</c>; the sample size is the number of masked frames. Metrics:
/// accuracy among the candidates, perplexities and used share of the codebook, masked share, temperature.
/// </summary>
public sealed class Wav2VecObjective : IObjective
{
    private readonly EcgFmPretraining _network;
    private readonly Wav2VecOptions _options;

    /// <summary>Takes over a network.</summary>
    public Wav2VecObjective(EcgFmPretraining network, Wav2VecOptions options) => (_network, _options) = (network, options);

    /// <inheritdoc/>
    public Module Network => _network;

    /// <summary>Replays these draws instead of drawing anew; null: draw.</summary>
    public IPretrainingDraws? Recorded { get; init; }

    /// <summary>Told of every intermediate result; null: nobody.</summary>
    public StageObserver? Stages { get; init; }

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context) => Compute(batch, context, out _);

    /// <summary>The same, and the transformer's output [batch, frames, width] for objectives that add to this one.</summary>
    internal ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context, out Tensor encoded)
    {
        context.SetMode(_network);
        using Scope scope = new();
        IPretrainingDraws draws = Recorded ?? new RandomPretrainingDraws(context.Random);
        int rows = (int)batch.Windows.Size(0), frames = _network.Frames(batch.Windows.Size(2));
        EcgFmMask hidden = new(
            draws.Mask(MaskAxis.Frames, _options.Frames, rows, frames, _network.ValidFrames(batch.Windows, batch.ValidSamples)),
            _options.Channels.Probability > 0 ? draws.Mask(MaskAxis.Channels, _options.Channels, rows, _network.Width, null) : null);
        int masked = hidden.Frames[0].Length, targets = rows * masked;
        double temperature = _options.Temperature.At(context.Updates);
        Tensor? noise = context.Training && _network.Quantizer is { } q
            ? draws.Gumbel((long)targets * q.Groups, q.Entries).To(batch.Windows.Device)
            : null;
        EcgFmPretrainingPass pass = _network.Forward(batch.Windows, hidden, batch.ValidSamples, noise, temperature, Stages);

        NegativeIndices negatives = NegativeIndices.Draw(draws, _options, rows, masked, Codewords());
        long[] codes = Codes(pass, targets);
        Tensor logits = ContrastiveLoss.Logits(
            pass.Predictions, pass.Targets, negatives, CodebookTargets(negatives), codes, _options.LogitTemperature);
        Stages?.Invoke("logits", logits);

        List<LossTerm> terms = [new("contrastive", ContrastiveLoss.CrossEntropySum(logits))];
        Dictionary<string, double> metrics = new()
        {
            ["accuracy"] = ContrastiveLoss.Correct(logits) / targets,
            ["masked_share"] = masked / (double)frames,
        };
        if (pass.Quantized is { } quantized)
        {
            double all = _network.Quantizer!.Groups * _network.Quantizer.Entries;
            terms.Add(new("diversity", (all - quantized.SoftPerplexity) * (_options.DiversityWeight * targets / all)));
            metrics["code_perplexity"] = quantized.HardPerplexity.Item();
            metrics["prob_perplexity"] = quantized.SoftPerplexity.Item();
            metrics["distinct_codes"] = codes.Distinct().Count();
            metrics["temperature"] = temperature;
        }

        terms.Add(new("feature_penalty", pass.Features.Square().Mean() * (_options.FeaturePenalty * targets)));
        foreach (LossTerm term in terms) scope.Keep(term.Sum);
        encoded = scope.Keep(pass.Context);
        return new(terms, targets, metrics);
    }

    private long Codewords() => _network.Quantizer is { } q ? checked((long)Math.Pow(q.Entries, q.Groups)) : 0;

    /// <summary>What each target is: its codes as one number, the last group fastest; its own index where nothing is quantized.</summary>
    private long[] Codes(EcgFmPretrainingPass pass, int targets)
    {
        if (pass.Quantized == null) return [.. Enumerable.Range(0, targets).Select(i => (long)i)];
        (int groups, int entries) = (_network.Quantizer!.Groups, _network.Quantizer.Entries);
        return [.. pass.Quantized.Codes.ToArray<long>().Chunk(groups).Select(c => c.Aggregate(0L, (number, entry) => (number * entries) + entry))];
    }

    private Tensor? CodebookTargets(NegativeIndices negatives)
    {
        if (negatives.Codebook.Length == 0) return null;
        (int groups, int entries) = (_network.Quantizer!.Groups, _network.Quantizer.Entries);
        long[] codes = new long[negatives.Codebook.Length * groups];
        for (int k = 0; k < negatives.Codebook.Length; k++)
        {
            long rest = negatives.Codebook[k];
            for (int g = groups - 1; g >= 0; g--, rest /= entries) codes[(k * groups) + g] = rest % entries;
        }

        Tensor index = Tensor.From(codes, negatives.Codebook.Length, groups).To(_network.NamedParameters().First().Tensor.Device);
        return _network.ProjectTargets(_network.Quantizer.Entry(index));
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
