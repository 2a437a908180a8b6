// A made-up data set on disk: a folder of CSV recordings of two leads, each with values of its own.
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

internal sealed class TinyDataset : IDisposable
{
    private static readonly string[] s_leads = ["I", "II"];

    public string Folder { get; } = Directory.CreateTempSubdirectory("einthoven-data-").FullName;

    public string StoreFolder => Path.Combine(Folder, "store");

    /// <summary>Two leads at 100 Hz, windows of 50 samples, values as they are.</summary>
    public static InputContract Contract { get; } = new()
    {
        Leads = s_leads,
        SamplingRateHz = 100,
        WindowSamples = 50,
        StrideSamples = 50,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale { Millivolts = [1, 1] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.PadZero,
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Recordings 0 … count-1 of 120 + number samples, patients of two recordings, folds 1 and 2, a label and one that is sometimes unknown.</summary>
    public Manifest Manifest(int count) => new(
        "tiny", ["odd", "maybe"],
        [.. Enumerable.Range(0, count).Select(k => new ManifestRow(
            $"r{k}", Write(k, 120 + k), $"p{k / 2}", k % 4 < 2 ? "1" : "2", [k % 2, k % 3 == 0 ? float.NaN : 1]))]);

    /// <summary>Lead I of recording k at sample t; lead II is its negative, halved.</summary>
    public static double Value(int k, int t) => Math.Sin(0.1 * t) + (0.01 * k);

    public string Write(int k, int samples)
    {
        string path = Path.Combine(Folder, $"r{k}.csv");
        if (File.Exists(path)) return path;
        File.WriteAllLines(path, Enumerable.Range(0, samples).Select(t => string.Create(
            CultureInfo.InvariantCulture, $"{t / 100.0},{Value(k, t):R},{-Value(k, t) / 2:R}")).Prepend("time,I,II").Prepend("# unit: mV"));
        return path;
    }
}
