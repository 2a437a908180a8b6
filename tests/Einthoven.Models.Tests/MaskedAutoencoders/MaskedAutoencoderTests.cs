// The masked autoencoders: published sizes, masks, patches, features, and the two layouts of their authors' files.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.MaskedAutoencoders;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;
using Xunit;

namespace Einthoven.Models.Tests.MaskedAutoencoders;

public sealed class MaskedAutoencoderTests : IDisposable
{
    private const string Tiny = """{"samples":80,"patch":8,"width":16,"depth":2,"heads":2,"feedForward":24}""";
    private const string TinyLeads = """{"samples":80,"width":16,"depth":2,"heads":2,"feedForward":24}""";
    private static readonly MaskedDecoderConfig s_decoder = new() { Width = 8, Depth = 1, Heads = 1, FeedForward = 12 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Published: util/ of the authors' code prints them; 384 wide with 6 heads is their small network.
    [Theory]
    [InlineData("st-mem", "{}", 88_534_753, 88_501_985, 85_150_614, 85_126_038)]
    [InlineData("st-mem", """{"width":384,"heads":6,"feedForward":1536}""", 24_627_553, 24_607_073, 21_341_718, 21_329_430)]
    [InlineData("mtae", "{}", 89_371_788, 89_340_044, 85_775_880, 85_752_072)]
    [InlineData("mlae", "{}", 90_739_806, 90_726_494, 86_801_556, 86_791_572)]
    public void A_pretraining_network_has_the_published_number_of_parameters(string family, string configuration, long all, long trained, long encoder, long encoderTrained)
    {
        using MaskedAutoencoder network = Build(family, configuration, new());
        Assert.Equal((all, trained), (Elements(network), network.ParameterCount));
        Assert.Equal((encoder, encoderTrained), (Elements(network.Encoder), network.Encoder.ParameterCount));
    }

    [Theory]
    [InlineData("st-mem", Tiny)]
    [InlineData("mtae", Tiny)]
    [InlineData("mlae", TinyLeads)]
    public void A_classifier_gives_logits_features_and_a_gradient_for_every_weight(string family, string configuration)
    {
        using EcgNetwork network = ModelFamilies.Get(family).Create(Parse(configuration), 3);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        Tensor windows = new PhiloxRandom(2).NormalTensor([4, 12, 80]);
        using (GradMode.Off())
        {
            foreach (FeatureLayer layer in network.Layers) Assert.Equal((4L, 16L), (network.Encode(windows, layer.Stage).Size(0), network.Encode(windows, layer.Stage).Size(2)));
            Assert.Equal([4L, 16], network.Embed(windows).Shape);
        }

        network.Train(new PhiloxRandom(3));
        network.Forward(windows).Square().Sum().Backward();
        foreach ((string name, Tensor parameter) in network.NamedParameters()) Assert.True(parameter.Grad is not null, $"{name} gets no gradient");
    }

    [Fact]
    public void The_encoder_sees_nothing_of_what_is_removed()
    {
        using MaskedAutoencoder network = Build("st-mem", Tiny, s_decoder);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        PatchMask mask = PatchMask.Draw(2 * 12, 10, 0.75, new PhiloxRandom(4));
        float[] values = new PhiloxRandom(2).NormalTensor([2, 12, 80]).ToArray<float>();
        float[] before = network.Forward(Tensor.From(values, 2, 12, 80), mask).Prediction.ToArray<float>();
        for (int patch = 0; patch < mask.Removed.Length; patch++)
            if (mask.Removed[patch] == 1) values.AsSpan(patch * 8, 8).Fill(9);
        Assert.Equal(before, network.Forward(Tensor.From(values, 2, 12, 80), mask).Prediction.ToArray<float>());
        int seen = mask.Removed.IndexOf(0f);
        values.AsSpan(seen * 8, 4).Fill(9);
        Assert.NotEqual(before, network.Forward(Tensor.From(values, 2, 12, 80), mask).Prediction.ToArray<float>());
    }

    [Fact]
    public void A_mask_keeps_the_smallest_numbers_in_their_order()
    {
        PatchMask mask = PatchMask.From([0.9f, 0.1f, 0.5f, 0.3f, 0.2f, 0.2f, 0.8f, 0.1f], groups: 2, patches: 4, ratio: 0.5);
        Assert.Equal([1f, 0, 1, 0, 0, 1, 1, 0], mask.Removed.ToArray());
        Assert.Equal([3L, 0, 2, 1, 1, 2, 3, 0], mask.Restore.ToArray());
        Assert.Equal((2, 4L), (mask.Kept, mask.RemovedCount));
    }

    [Theory]
    [InlineData(0.9)] // 10 · (1 − 0.9) is a little below 1.
    [InlineData(0)]
    public void A_mask_that_keeps_or_removes_nothing_is_refused(double ratio) =>
        Assert.Contains("of 10 patches", Assert.Throws<ArgumentException>(() => PatchMask.Draw(1, 10, ratio, new PhiloxRandom(1))).Message, StringComparison.Ordinal);

    [Fact]
    public void In_a_patch_of_all_leads_the_lead_runs_fastest()
    {
        using MaskedAutoencoder network = Build("mtae", """{"leads":2,"samples":4,"patch":2,"width":4,"depth":1,"heads":1,"feedForward":4}""", s_decoder);
        using var scope = new Scope();
        Assert.Equal([0f, 10, 1, 11, 2, 12, 3, 13], network.Encoder.Cut(Tensor.From([0f, 1, 2, 3, 10, 11, 12, 13], 1, 2, 4)).ToArray<float>());
    }

    [Fact]
    public void A_shorter_window_takes_fewer_positions_and_windows_that_do_not_fit_are_refused()
    {
        using EcgNetwork network = ModelFamilies.Get("st-mem").Create(Parse(Tiny), 3);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        Assert.Equal([1L, 12 * 3, 16], network.Encode(Tensor.Ones(1, 12, 24)).Shape);
        foreach (long[] shape in new long[][] { [1, 12, 20], [1, 12, 88], [1, 6, 80] })
            Assert.Contains("do not fit a network for 12 leads", Assert.Throws<ArgumentException>(() => network.Forward(Tensor.Ones(shape))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("st-mem", Tiny, true)]
    [InlineData("st-mem", Tiny, false)]
    [InlineData("mtae", Tiny, true)]
    [InlineData("mlae", TinyLeads, false)]
    public void Both_layouts_of_the_authors_files_become_the_same_encoder(string family, string configuration, bool full)
    {
        using MaskedAutoencoder network = Build(family, configuration, s_decoder);
        network.Initialize(new PhiloxRandom(1));
        using var scope = new Scope();
        using GradModeGuard noGrad = GradMode.Off();
        IEnumerable<CheckpointTensor> tensors = (full ? network : (Module)network.Encoder).State()
            .Select(s => new CheckpointTensor(s.Name, s.Tensor.DType, s.Tensor.Shape, s.Tensor.ToBytes()));
        if (full)
        {
            // As published: the embedding of patches is registered a second time at the top.
            CheckpointTensor[] own = [.. tensors];
            tensors = [.. own, .. own.Where(t => t.Name.StartsWith("encoder.to_patch_embedding.", StringComparison.Ordinal)).Select(t => t with { Name = t.Name["encoder.".Length..] })];
        }

        ModelFamily row = ModelFamilies.Get(family);
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(tensors));
        ImportedModel imported = row.Import!(file);
        imported.Description.Validate();
        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        Tensor windows = new PhiloxRandom(2).NormalTensor([2, 12, 80]);
        Assert.Equal(network.Encoder.Pool(network.Encoder.Forward(windows)).ToArray<float>(), model.Network.Embed(windows).ToArray<float>());
        Assert.Equal("none", Assert.Single(model.Description.Labels).Name);
        if (!full) return;
        MaskedAutoencoderCheckpoint checkpoint = MaskedAutoencoderCheckpoint.Read(file, network.Encoder.Scheme);
        using var loaded = new MaskedAutoencoder(checkpoint.Config, checkpoint.Decoder!, network.Encoder.Scheme);
        loaded.Load(checkpoint.Pretraining().ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
    }

    [Fact]
    public void A_file_of_another_method_is_refused_by_name()
    {
        using MaskedAutoencoder network = Build("mtae", Tiny, s_decoder);
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(network.Encoder.State().Select(s => new CheckpointTensor(s.Name, s.Tensor.DType, s.Tensor.Shape, s.Tensor.ToBytes()))));
        Assert.Contains("no ST-MEM", Assert.Throws<CheckpointException>(() => ModelFamilies.Get("st-mem").Import!(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_seconds_give_the_three_windows_of_the_published_evaluation_scaled_over_all_leads()
    {
        EcgRecord record = new("made", "test", 500, 5000, [.. MaskedAutoencoderFamily.Input.Leads.Select((lead, k) =>
            new EcgLead(lead, "mV", 500, Enumerable.Range(0, 5000).Select(t => (k + 1) * Math.Sin(2 * Math.PI * (5 + k) * t / 500)).ToArray()))]);
        Windows windows = MaskedAutoencoderFamily.Input.Apply(record);
        Assert.Equal((3, 12, 2250), (windows.Count, windows.Leads, windows.Samples));
        float[] first = windows[0].ToArray();
        Assert.Equal(0, first.Average(), 1e-3);
        Assert.Equal(1, Math.Sqrt(first.Average(v => (double)v * v)), 1e-3);
        // Leads keep their sizes relative to each other.
        Assert.Equal(4, first.AsSpan((3 * 2250) + 500, 1000).ToArray().Max() / first.AsSpan(500, 1000).ToArray().Max(), 0.1);
    }

    [Fact]
    public void A_lead_resampled_by_Fourier_is_the_same_wave_at_the_new_rate()
    {
        InputContract contract = MaskedAutoencoderFamily.Input with
        {
            Leads = ["II"],
            Filters = [],
            WindowSamples = 500,
            StrideSamples = 500,
            Normalization = new FixedScale { Millivolts = [1] },
        };
        EcgRecord record = new("made", "test", 500, 1000, [new EcgLead("II", "mV", 500, Enumerable.Range(0, 1000).Select(t => Math.Sin(2 * Math.PI * 7 * t / 500)).ToArray())]);
        float[] values = contract.Apply(record).Values.ToArray();
        for (int k = 0; k < 500; k++) Assert.Equal(Math.Sin(2 * Math.PI * 7 * k / 250), values[k], 1e-6);
        Assert.Equal(["V6"], MaskedAutoencoderFamily.Input.ForLead(11).Leads);
        Assert.Equal([0.4], ((FixedScale)(contract with { Leads = ["I", "II"], Normalization = new FixedScale { Millivolts = [0.3, 0.4] } }).ForLead(1).Normalization).Millivolts);
    }

    private static MaskedAutoencoder Build(string family, string configuration, MaskedDecoderConfig decoder)
    {
        PatchScheme scheme = MaskedAutoencoderFamily.SchemeOf(family)!.Value;
        return new(MaskedAutoencoderFamily.Read(Parse(configuration), scheme), decoder, scheme);
    }

    private static long Elements(Module module) => module.State().Sum(s => s.Tensor.Elements);

    private string Write(IEnumerable<CheckpointTensor> state)
    {
        CheckpointTensor[] tensors = [.. state];
        PickleBuilder pickle = new PickleBuilder().Op('}', '(').Text("epoch").Int(3).Text("model").Op('}', '(');
        for (int k = 0; k < tensors.Length; k++)
        {
            long[] strides = new long[tensors[k].Shape.Length];
            long stride = 1;
            for (int d = strides.Length - 1; d >= 0; stride *= tensors[k].Shape[d--]) strides[d] = stride;
            pickle.Text(tensors[k].Name).Tensor("FloatStorage", $"{k}", tensors[k].Count, 0, tensors[k].Shape, strides);
        }

        string path = Path.Combine(_folder.Path, "checkpoint.pth");
        File.WriteAllBytes(path, PickleBuilder.Archive(pickle.Op('u', 'u').End(), [.. tensors.Select((t, k) => ($"{k}", t.Data.ToArray()))]));
        return path;
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement.Clone();
}
