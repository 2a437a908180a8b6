// The pretraining network outside training: published sizes, codes, its encoder in a classifier.
using Einthoven.Models.EcgFm;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.EcgFm;

public sealed class EcgFmPretrainingTests
{
    private static readonly EcgFmConfig Small = new()
    {
        Leads = 3,
        ConvLayers = [new(8, 3, 2), new(8, 2, 2)],
        Layers = 1,
        Width = 12,
        FeedForward = 20,
        Heads = 3,
        ConvPos = 6,
        ConvPosGroups = 2,
    };

    [Theory]
    [InlineData("base")]
    [InlineData("large")]
    public void A_preset_has_exactly_the_published_number_of_parameters(string name)
    {
        EcgFmPreset preset = EcgFmPreset.Get(name);
        using (EcgFmPretraining network = new(preset.Network, preset.Heads)) Assert.Equal(preset.PretrainingParameters, network.ParameterCount);
        foreach ((int labels, long count) in preset.ClassifierParameters)
        {
            using EcgFmClassifier classifier = new(preset.Network with { Labels = labels });
            Assert.Equal(count, classifier.ParameterCount);
        }
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_names_there_are() =>
        Assert.Contains("base, large", Assert.Throws<ArgumentException>(() => EcgFmPreset.Get("huge")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_classifier_takes_the_encoder_of_either_network_and_then_embeds_the_same(bool fromClassifier)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        PhiloxRandom random = new(1);
        using Module source = fromClassifier ? new EcgFmClassifier(Small with { Labels = 5 }) : new EcgFmPretraining(Small, new() { LatentVars = 4, FinalDim = 6, TargetGlu = true });
        source.Initialize(random);
        using EcgFmClassifier target = new(Small with { Labels = 2 });
        target.Initialize(random);
        try
        {
            EcgFmWeights.Save(source, path);
            using SafeTensorsFile file = SafeTensorsFile.Open(path);
            target.Encoder.LoadEncoder([.. file.Tensors]);
        }
        finally
        {
            File.Delete(path);
        }

        Tensor windows = random.NormalTensor([2, 3, 60]);
        EcgFmEncoder encoder = source is EcgFmPretraining pretraining ? pretraining.Encoder : ((EcgFmClassifier)source).Encoder;
        Assert.Equal(EcgFmPooling.Mean(encoder.Forward(windows)).ToArray<float>(), target.Pool(windows).ToArray<float>());
    }

    [Fact]
    public void In_evaluation_every_frame_has_a_code_and_the_mask_hides_its_frames()
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        PhiloxRandom random = new(2);
        using EcgFmPretraining network = new(Small, new() { LatentVars = 4, FinalDim = 6 });
        network.Initialize(random);
        Tensor windows = random.NormalTensor([2, 3, 60]);
        int frames = network.Frames(60);
        Tensor codes = network.Codes(windows);
        Assert.Equal([2, frames, 2], codes.Shape);
        Assert.All(codes.ToArray<long>(), c => Assert.InRange(c, 0, 3));

        int[][] hidden = [[1, 4], [0, 7]];
        EcgFmPretrainingPass pass = network.Forward(windows, new(hidden));
        Assert.Equal([2, 2, 6], pass.Predictions.Shape);
        long[] all = codes.ToArray<long>(), masked = pass.Quantized!.Codes.ToArray<long>();
        for (int row = 0; row < 2; row++)
            for (int k = 0; k < 2; k++)
                for (int g = 0; g < 2; g++) Assert.Equal(all[(((row * frames) + hidden[row][k]) * 2) + g], masked[(((row * 2) + k) * 2) + g]);
        Assert.NotEqual(network.Encoder.Forward(windows).ToArray<float>(), pass.Context.ToArray<float>());
    }
}
