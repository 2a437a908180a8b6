// The parameters that ECG-FM has while it is pretrained: the encoder's, a mask embedding, a quantizer and two projections.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §2; fairseq-signals, models/wav2vec2/wav2vec2.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>Sizes of the pretraining heads; the defaults are those of the published base model.</summary>
public sealed record EcgFmPretrainingConfig
{
    /// <summary>Whether targets are codewords.</summary>
    public bool QuantizeTargets { get; init; } = true;

    /// <summary>Whether targets pass a gated linear unit.</summary>
    public bool TargetGlu { get; init; }

    /// <summary>Codewords of a group.</summary>
    public int LatentVars { get; init; } = 320;

    /// <summary>Groups of codewords.</summary>
    public int LatentGroups { get; init; } = 2;

    /// <summary>Width of the concatenated codewords; 0: <see cref="FinalDim"/>.</summary>
    public int LatentDim { get; init; }

    /// <summary>Width in which predictions and targets are compared.</summary>
    public int FinalDim { get; init; } = 256;
}

/// <summary>
/// The network of the published pretraining checkpoints, name for name: mask_emb, the encoder without prefix, quantizer.*, project_q.*,
/// target_glu.0.* where used, final_proj.*.
/// </summary>
public sealed class EcgFmPretraining : Module
{
    private readonly Tensor mask;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public EcgFmPretraining(EcgFmConfig config, EcgFmPretrainingConfig heads)
    {
        int codeWidth = heads.LatentDim > 0 ? heads.LatentDim : heads.FinalDim;
        if (heads.FinalDim <= 0 || heads.LatentVars <= 0 || heads.LatentGroups <= 0 || codeWidth % heads.LatentGroups != 0)
            throw new ArgumentException("ECG-FM's pretraining needs a positive finalDim, latentVars and latentGroups that divide the codewords' width.");
        int features = config.ConvLayers[^1].Width;
        mask = Parameter("mask_emb", config.Width);
        Encoder = Child("", new EcgFmEncoder(config));
        if (heads.QuantizeTargets) Child("quantizer", new Quantizer(features, heads.LatentGroups, heads.LatentVars, codeWidth));
        Child("project_q", new Linear(heads.QuantizeTargets ? codeWidth : features, heads.FinalDim));
        if (heads.TargetGlu) Child("target_glu.0", new Linear(heads.FinalDim, 2 * heads.FinalDim));
        Child("final_proj", new Linear(config.Width, heads.FinalDim));
    }

    /// <summary>The encoder that is pretrained.</summary>
    public EcgFmEncoder Encoder { get; }

    /// <summary>Mask embedding uniform in [0, 1).</summary>
    protected override void InitializeOwn(IRandomSource random) => mask.CopyFrom(random.UniformTensor(mask.Shape));

    /// <summary>Names: vars [1, groups · codewords, width / groups], weight_proj.*.</summary>
    private sealed class Quantizer : Module
    {
        private readonly Tensor codewords;
        private readonly Linear choice;

        public Quantizer(int features, int groups, int vars, int width)
        {
            codewords = Parameter("vars", 1, groups * vars, width / groups);
            choice = Child("weight_proj", new Linear(features, groups * vars));
        }

        protected override void InitializeOwn(IRandomSource random)
        {
            codewords.CopyFrom(random.UniformTensor(codewords.Shape));
            choice.Weight.CopyFrom(random.NormalTensor(choice.Weight.Shape));
            choice.Bias!.ZeroInPlace();
        }
    }
}
