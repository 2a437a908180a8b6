// ECG-FM's convolutional feature extractor: strided convolutions turn a window into frames.
// Source: Baevski et al., "wav2vec 2.0", NeurIPS 2020, §2; fairseq-signals, modules/conv_feature_extraction.py.
using Einthoven.Torch;

namespace Einthoven.Models.EcgFm;

/// <summary>A chain of convolution, norm (see <see cref="ExtractorMode"/>) and GELU. Names: conv_layers.{i}.0, .2 or .2.1.</summary>
internal sealed class EcgFmFeatureExtractor : Module
{
    private readonly List<ConvBlock> blocks = [];

    public EcgFmFeatureExtractor(EcgFmConfig config)
    {
        int width = config.Leads;
        foreach (ConvLayer layer in config.ConvLayers)
        {
            blocks.Add(Child($"conv_layers.{blocks.Count}", new ConvBlock(width, layer, config, first: blocks.Count == 0)));
            width = layer.Width;
        }
    }

    /// <summary>[batch, leads, samples] → [batch, width, frames].</summary>
    public Tensor Forward(Tensor x, StageObserver? stages)
    {
        for (int i = 0; i < blocks.Count; i++) x = blocks[i].Forward(x, i, stages);
        return x;
    }

    private sealed class ConvBlock : Module
    {
        private readonly Conv1d convolution;
        private readonly GroupNorm? groupNorm;
        private readonly LayerNorm? layerNorm;

        public ConvBlock(int inputs, ConvLayer layer, EcgFmConfig config, bool first)
        {
            convolution = Child("0", new Conv1d(inputs, layer.Width, layer.Kernel, layer.Stride, bias: config.ConvBias));
            if (config.ExtractorMode == ExtractorMode.LayerNorm) layerNorm = Child("2.1", new LayerNorm(layer.Width));
            else if (first) groupNorm = Child("2", new GroupNorm(layer.Width, layer.Width));
        }

        public Tensor Forward(Tensor x, int index, StageObserver? stages)
        {
            using Scope scope = new();
            Tensor y = convolution.Forward(x); // [batch, width, frames]
            stages?.Invoke($"conv{index}_raw", y);
            if (groupNorm != null) y = groupNorm.Forward(y);
            if (layerNorm != null) y = layerNorm.Forward(y.Transpose(1, 2)).Transpose(1, 2);
            if (groupNorm != null || layerNorm != null) stages?.Invoke($"conv{index}_norm", y);
            y = y.Gelu();
            stages?.Invoke($"conv{index}_out", y);
            return scope.Keep(y);
        }
    }
}
