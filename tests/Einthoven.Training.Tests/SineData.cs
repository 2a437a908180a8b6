// A made-up data set that a small network learns in seconds.
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests;

internal static class SineData
{
    public const int Samples = 160;

    public static readonly string[] Leads = ["I", "II"];

    public static InputContract Contract { get; } = new()
    {
        Leads = Leads,
        SamplingRateHz = 100,
        WindowSamples = Samples,
        StrideSamples = Samples,
        Resampling = ResamplingMethod.AntiAliased,
        Normalization = new FixedScale { Millivolts = [0.5, 0.5] },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    /// <summary>Sines of 5 or 12 Hz in noise: the label says which; a second label is its opposite.</summary>
    public static Manifest Make(string folder)
    {
        var random = new Random(3);
        var rows = new List<ManifestRow>();
        for (int k = 0; k < 96; k++)
        {
            bool fast = k % 2 == 1;
            double phase = random.NextDouble() * 2 * Math.PI;
            string path = Path.Combine(folder, $"{k}.csv");
            using (var file = new StreamWriter(path))
            {
                file.WriteLine("time,I,II");
                for (int t = 0; t < Samples; t++)
                {
                    double x = Math.Sin((2 * Math.PI * (fast ? 12 : 5) * t / 100) + phase) + (0.3 * random.NextDouble());
                    file.WriteLine($"{t / 100.0},{x:F4},{-x:F4}");
                }
            }
            rows.Add(new ManifestRow($"{k}", path, $"p{k}", k < 64 ? "1" : "2", fast ? [1, 0] : [0, 1]));
        }
        return new Manifest("sines", ["fast", "slow"], rows);
    }

    /// <summary>Packs recordings into the folder's "store".</summary>
    public static RecordStore Pack(Manifest manifest, string folder)
    {
        string store = Path.Combine(folder, "store");
        StoreBuilder.Build(manifest, Contract, store);
        return RecordStore.Open(store);
    }
}
