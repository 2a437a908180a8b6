// Checkpoints of both programs become packages that make the same recordings as the network they were saved from.
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.SssdEcg;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;

namespace Einthoven.Models.Tests.Generating;

public sealed class SssdEcgImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void A_checkpoint_gives_its_configuration_its_lead_order_and_the_same_recordings(bool paired, bool oldNames)
    {
        SssdEcgConfig config = SmallGenerator.Config with { PairedLabels = paired, Steps = new SssdEcgConfig().Steps };
        using SssdEcgNetwork network = SmallGenerator.Network(config);
        string package = Path.Combine(_folder, "imported");
        ModelDescription description = ModelImport.Run(Write(network, config, oldNames), "sssd-ecg", package, "imported");
        Assert.Equal(config, SssdEcgFamily.Read(description.Configuration));
        Assert.Equal(paired ? ["I", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] : ["I", "V1", "V2", "V3", "V4", "V5", "V6", "aVF"], description.Input.Leads);

        using EcgGenerator original = SmallGenerator.Create(config), imported = EcgGenerator.Load(package);
        GenerationOptions options = new() { Sampler = GenerationSampler.Ddim, Steps = 2 };
        EcgRecord expected = original.Generate([new("a", [1, 0, 1, 0], 0)], options).Single(), actual = imported.Generate([new("a", [1, 0, 1, 0], 0)], options).Single();
        for (int lead = 0; lead < 12; lead++) Assert.Equal(expected.Leads[lead].Samples.ToArray(), actual.Leads[lead].Samples.ToArray());
    }

    // As torch.save writes the authors' dictionary, node tables included.
    private string Write(SssdEcgNetwork network, SssdEcgConfig config, bool oldNames)
    {
        PickleBuilder pickle = new PickleBuilder().Op('}', '(').Text("model_state_dict").Op('}', '(');
        List<(string Key, byte[] Data)> storages = [];
        int length = config.InternalLength;
        float[] roots = [.. Enumerable.Range(0, (length / 2) + 1).SelectMany(k => new[] { (float)Math.Cos(2 * Math.PI * k / length), -(float)Math.Sin(2 * Math.PI * k / length) })];
        foreach ((string name, Tensor tensor) in network.State())
        {
            Add(oldNames ? SssdEcgCheckpoint.OldName(name) : name, tensor.Shape, tensor.ToBytes());
            if (!name.EndsWith(".kernel.C", StringComparison.Ordinal)) continue;
            foreach (string table in new[] { "omega", "z" })
                Add(name[..^1] + table, [roots.Length / 2, 2], CheckpointTensor.From<float>(table, [roots.Length / 2, 2], roots).Data.ToArray());
        }

        pickle.Op('u').Text("optimizer_state_dict").Op('}', 'u');
        string path = Path.Combine(_folder, "100000.pkl");
        File.WriteAllBytes(path, PickleBuilder.Archive(pickle.End(), [.. storages]));
        return path;

        void Add(string name, long[] shape, byte[] data)
        {
            long[] strides = [.. shape.Select((_, k) => shape.Skip(k + 1).Aggregate(1L, (a, b) => a * b))];
            pickle.Text(name).Tensor("FloatStorage", $"{storages.Count}", data.Length / sizeof(float), 0, shape, strides);
            storages.Add(($"{storages.Count}", data));
        }
    }
}
