// A folder with a small model and recordings, good and broken, for one test.

using System.Globalization;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.SeResNet;
using Einthoven.Torch;

namespace Einthoven.Cli.Tests;

internal sealed class Workshop : IDisposable
{
    public const string ModelName = "small";

    private static readonly SeResNetConfig Config = new() { Leads = 2, Labels = 2, Stem = [8], Stages = [8], BlocksPerStage = 1, Reduction = 4 };

    private static readonly InputContract Contract = new()
    {
        Leads = ["I", "V1"],
        SamplingRateHz = 100,
        WindowSamples = 100,
        StrideSamples = 100,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale { Millivolts = [1, 1] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("einthoven-cli-").FullName;

    /// <summary>Writes a package whose weights are fixed; its second label is always positive.</summary>
    public Workshop AddModel(string name = ModelName) => Save(
        name, Config, Contract,
        new ModelLabel { Name = "atrial fibrillation", Code = "SCP:AFIB", Snomed = "164889003", Threshold = 1 },
        new ModelLabel { Name = "sinus rhythm", Code = "SCP:SR", Threshold = 0 });

    /// <summary>Writes a package for any one lead; its first label is always positive, its second one can be judged from V1 alone.</summary>
    public Workshop AddOneLeadModel(string name) => Save(
        name, Config with { Leads = 1 }, Contract with { Leads = ["I"], AnyLead = true, Normalization = new StandardizeTogether { Epsilon = 0.01 } },
        new ModelLabel { Name = "sinus rhythm", Code = "SCP:SR", Threshold = 0 },
        new ModelLabel { Name = "only V1", Threshold = 1, Leads = ["V1"] });

    private Workshop Save(string name, SeResNetConfig config, InputContract input, params ModelLabel[] labels)
    {
        using var network = new SeResNetwork(config);
        network.Initialize(new PhiloxRandom(3));
        var description = new ModelDescription { Name = name, Family = "se-resnet", Configuration = SeResNetFamily.Write(config), Input = input, Labels = labels };
        ModelPackage.Save(Path.Combine(Folder, name), description, ModelPackage.WeightsOf(network), "# Small\n");
        return this;
    }

    /// <summary>Writes a two-lead WFDB record (format 16) of three seconds at 100 Hz under <c>records/</c>.</summary>
    public Workshop AddRecord(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, "records")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".hea"), $"{name} 2 100 300\n{name}.dat 16 1000/mV 16 0 0 0 0 I\n{name}.dat 16 1000/mV 16 0 0 0 0 V1\n");
        var bytes = new byte[300 * 4];
        for (int t = 0; t < 300; t++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(4 * t), (short)(900 * Math.Sin(t / 7.0)));
            BitConverter.TryWriteBytes(bytes.AsSpan((4 * t) + 2), (short)(400 * Math.Cos(t / 5.0)));
        }

        File.WriteAllBytes(Path.Combine(folder, name + ".dat"), bytes);
        return this;
    }

    public Workshop AddBroken(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, "records")).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".hea"), string.Create(CultureInfo.InvariantCulture, $"{name} two leads\n"));
        return this;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
