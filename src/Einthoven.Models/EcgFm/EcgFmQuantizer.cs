// The codebook of wav2vec 2.0: each frame becomes one entry a group, chosen softly in training and hard in evaluation.
// Source: Jang et al., "Categorical reparameterization with Gumbel-softmax", ICLR 2017; Baevski et al., "wav2vec 2.0", NeurIPS 2020, §2;
// fairseq-signals, modules/gumbel_vector_quantizer.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>What a quantizer made of a list of frames.</summary>
/// <param name="Values">[frames, code width]: the chosen entries of all groups side by side.</param>
/// <param name="Codes">Int64 [frames, groups]: the entry chosen in each group, noise included.</param>
/// <param name="SoftPerplexity">Sum over groups of e^entropy of the mean choice probabilities; differentiable.</param>
/// <param name="HardPerplexity">The same of the share of frames whose likeliest entry it is, without noise.</param>
public sealed record QuantizedFrames(Tensor Values, Tensor Codes, Tensor SoftPerplexity, Tensor HardPerplexity);

/// <summary>Names: vars [1, groups · entries, code width / groups], weight_proj.*.</summary>
public sealed class EcgFmQuantizer : Module
{
    private const double LogarithmFloor = 1e-7;

    private readonly Tensor codewords;
    private readonly Linear choice;
    private readonly int groups;
    private readonly int entries;

    internal EcgFmQuantizer(int features, int groups, int entries, int width)
    {
        (this.groups, this.entries) = (groups, entries);
        codewords = Parameter("vars", 1, groups * entries, width / groups);
        choice = Child("weight_proj", new Linear(features, groups * entries));
    }

    /// <summary>Groups of entries.</summary>
    public int Groups => groups;

    /// <summary>Entries of a group.</summary>
    public int Entries => entries;

    /// <summary>Chooses entries.</summary>
    /// <param name="features">[frames, features].</param>
    /// <param name="noise">
    /// Standard Gumbel noise [frames · groups, entries], group fastest: the forward value is the noisy choice, the gradient that of its
    /// softmax. Null: the likeliest entry, and no gradient reaches the features.
    /// </param>
    /// <param name="temperature">Of that softmax.</param>
    public QuantizedFrames Forward(Tensor features, Tensor? noise, double temperature)
    {
        using Scope scope = new();
        long frames = features.Size(0);
        Tensor scores = choice.Forward(features).View(frames * groups, entries);
        Tensor soft = scores.View(frames, groups, entries).Softmax(-1).Mean([0]); // [groups, entries]
        Tensor likeliest = scores.Argmax(-1); // [frames · groups]
        Tensor hard = OneHot(likeliest).View(frames, groups, entries).Mean([0]);

        Tensor codes = likeliest, values;
        if (noise is null)
        {
            values = Entry(likeliest.View(frames, groups));
        }
        else
        {
            Tensor chances = ((scores + noise) / temperature).Softmax(-1);
            codes = chances.Argmax(-1);
            Tensor weights = OneHot(codes) + (chances - chances.Detach()); // [frames · groups, entries], one-hot in value
            values = weights.View(frames, groups, entries).Transpose(0, 1)
                .Bmm(codewords.View(groups, entries, -1)) // [groups, frames, code width / groups]
                .Transpose(0, 1).Reshape(frames, -1);
        }

        return new(scope.Keep(values), scope.Keep(codes.View(frames, groups)), scope.Keep(Perplexity(soft)), scope.Keep(Perplexity(hard)));
    }

    /// <summary>Codewords of given entries: Int64 [n, groups] → [n, code width].</summary>
    public Tensor Entry(Tensor codes)
    {
        using Scope scope = new();
        long[] offsets = [.. Enumerable.Range(0, groups).Select(g => (long)g * entries)];
        Tensor rows = (codes + Tensor.From(offsets, groups).To(codes.Device)).Flatten();
        return scope.Keep(codewords.Select(0, 0).IndexSelect(0, rows).View(codes.Size(0), -1));
    }

    private Tensor OneHot(Tensor codes)
    {
        long[] all = [.. Enumerable.Range(0, entries).Select(v => (long)v)];
        return codes.Unsqueeze(-1).Eq(Tensor.From(all, entries).To(codes.Device)).To(ScalarType.Float32);
    }

    private static Tensor Perplexity(Tensor p) => (-(p * (p + LogarithmFloor).Log()).Sum([-1])).Exp().Sum();

    /// <summary>Entries uniform in [0, 1); choice normal with deviation 1, bias 0.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        codewords.CopyFrom(random.UniformTensor(codewords.Shape));
        choice.Weight.CopyFrom(random.NormalTensor(choice.Weight.Shape));
        choice.Bias!.ZeroInPlace();
    }
}
