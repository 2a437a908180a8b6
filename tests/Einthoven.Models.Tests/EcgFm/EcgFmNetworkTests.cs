// ECG-FM's network on small sizes: the fast positional convolution against the plain one, padding, batches, scopes, configuration.
using System.Text.Json;
using Einthoven.Models.EcgFm;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.EcgFm;

public sealed class EcgFmNetworkTests
{
    private static readonly EcgFmConfig Small = new()
    {
        Leads = 3,
        ConvLayers = [new(8, 3, 2), new(8, 2, 2)],
        Layers = 2,
        Width = 12,
        FeedForward = 20,
        Heads = 3,
        ConvPos = 6,
        ConvPosGroups = 2,
        Labels = 4,
    };

    [Theory]
    [InlineData(8, 2, 1)]
    [InlineData(8, 2, 30)]
    [InlineData(7, 3, 29)]
    [InlineData(1, 1, 5)]
    [InlineData(64, 6, 10)] // taps beyond both ends
    public void The_positional_convolution_by_spectra_equals_the_plain_one_with_its_gradients(int kernel, int groups, int frames)
    {
        using Scope scope = new();
        using EcgFmPositionalConvolution convolution = new(12, kernel, groups);
        PhiloxRandom random = new(7);
        convolution.Initialize(random);
        Tensor x = random.NormalTensor([2, 12, frames]);
        x.RequiresGrad = true;
        Tensor weights = random.NormalTensor([2, 12, frames + (2 * (kernel / 2)) - kernel + 1]);

        Tensor[] leaves = [x, .. convolution.NamedParameters().Select(p => p.Tensor)];
        Tensor fast = convolution.BySpectra(x), plain = convolution.Direct(x);
        Assert.Equal(plain.Shape, fast.Shape);
        Close(plain, fast, 2e-6);
        Tensor?[] expected = (plain * weights).Sum().GradientsFor(leaves), actual = (fast * weights).Sum().GradientsFor(leaves);
        for (int i = 0; i < leaves.Length; i++) Close(expected[i]!, actual[i]!, 2e-5);
    }

    [Theory]
    [InlineData(false, ExtractorMode.Default)]
    [InlineData(true, ExtractorMode.LayerNorm)]
    public void One_window_at_a_time_gives_what_a_batch_gives_and_no_tensor_is_left_behind(bool normFirst, ExtractorMode mode)
    {
        long before = Tensor.LiveCount;
        using (Scope scope = new())
        {
            using EcgFmClassifier network = new(Small with { LayerNormFirst = normFirst, ExtractorMode = mode, ConvBias = normFirst });
            PhiloxRandom random = new(1);
            network.Initialize(random);
            using GradModeGuard noGrad = GradMode.Off();
            Tensor windows = random.NormalTensor([5, 3, 90]);
            int inside = scope.Count;
            Tensor batch = network.Forward(windows);
            Assert.Equal(inside + 1, scope.Count);
            Close(batch, Tensor.Cat([.. Enumerable.Range(0, 5).Select(i => network.Forward(windows.Narrow(0, i, 1)))]), 1e-5);
        }

        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Padding_cuts_frames_off_and_lengths_that_fill_the_window_change_nothing()
    {
        using Scope scope = new();
        using EcgFmEncoder encoder = new(Small);
        PhiloxRandom random = new(2);
        encoder.Initialize(random);
        Tensor windows = random.NormalTensor([2, 3, 90]);
        Close(encoder.Forward(windows), encoder.Forward(windows, [90, 90]), 0);

        Tensor padded = encoder.Forward(windows, [90, 50]); // 50 samples give 24, then 12 frames
        Assert.Equal(12, Small.Frames(50));
        Assert.Equal(0, padded.Narrow(0, 1, 1).Narrow(1, 12, padded.Size(1) - 12).Abs().Sum().Item());
        Assert.NotEqual(0, padded.Narrow(0, 1, 1).Narrow(1, 11, 1).Abs().Sum().Item());
        Assert.Throws<ArgumentException>(() => encoder.Forward(windows, [90]));
        Assert.Throws<ArgumentException>(() => encoder.Forward(windows, [90, 91]));
    }

    [Fact]
    public void The_feature_extractors_gradient_is_scaled_and_vanishes_at_factor_zero()
    {
        using Scope scope = new();
        double whole = Norm(1)!.Value, tenth = Norm(0.1)!.Value;
        Assert.InRange(tenth, whole * 0.0999, whole * 0.1001);
        Assert.Null(Norm(0));

        static double? Norm(double factor)
        {
            using EcgFmClassifier network = new(Small with { FeatureGradientFactor = factor });
            PhiloxRandom random = new(3);
            network.Initialize(random);
            network.Forward(random.NormalTensor([2, 3, 90])).Square().Sum().Backward();
            return network.NamedParameters().First(p => p.Name == "encoder.feature_extractor.conv_layers.0.0.weight").Tensor.Grad?.Norm().Item();
        }
    }

    [Fact]
    public void A_configuration_survives_json_and_keys_not_given_keep_their_defaults()
    {
        EcgFmConfig config = Small with { ExtractorMode = ExtractorMode.LayerNorm, Dropout = 0.25 };
        JsonElement json = JsonSerializer.SerializeToElement(config, EcgFmJson.Default.EcgFmConfig);
        Assert.Equal("layer_norm", json.GetProperty("extractorMode").GetString());
        EcgFmConfig back = EcgFmJson.ReadConfig(json);
        Assert.Equal(config.ConvLayers, back.ConvLayers);
        Assert.Equal(config, back with { ConvLayers = config.ConvLayers });

        EcgFmConfig sparse = EcgFmJson.ReadConfig(JsonDocument.Parse("""{"layers":3}""").RootElement);
        Assert.Equal((3, 768, 0.1, 1.0), (sparse.Layers, sparse.Width, sparse.Dropout, sparse.FeatureGradientFactor));
        Assert.Throws<JsonException>(() => EcgFmJson.ReadConfig(JsonDocument.Parse("""{"layer":3}""").RootElement));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_named()
    {
        Assert.Contains("heads", Assert.Throws<ArgumentException>(() => new EcgFmEncoder(Small with { Heads = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("dropout", Assert.Throws<ArgumentException>(() => new EcgFmEncoder(Small with { Dropout = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("labels", Assert.Throws<ArgumentException>(() => new EcgFmClassifier(Small with { Labels = 0 })).Message, StringComparison.Ordinal);
    }

    private static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        float[] a = expected.ToArray<float>(), b = actual.ToArray<float>();
        Assert.Equal(a.Length, b.Length);
        double largest = Math.Max(1, a.Max(Math.Abs));
        for (int i = 0; i < a.Length; i++) Assert.InRange(b[i], a[i] - (tolerance * largest), a[i] + (tolerance * largest));
    }
}
