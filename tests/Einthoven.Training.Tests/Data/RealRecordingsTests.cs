// Recordings of real data sets, laid out as the Challenge 2021 distributes them, from their headers to pairs of segments.
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class RealRecordingsTests : IDisposable
{
    private static readonly string[] s_leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-real-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Real_headers_give_classes_and_real_signals_give_standardised_segments()
    {
        Copy("georgia-E07548", "training/georgia/g1");
        Copy("cpsc-A0042", "training/cpsc_2018/g1");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["cpsc_2018", "georgia"], manifest.Rows.Select(r => r.Source));
        // 270492004; 17338001 (ventricular premature beats, scored with 427172004) and 427084000.
        Assert.Equal(["IAVB"], Positives(manifest, 0));
        Assert.Equal(["PVC|VPB", "STach"], Positives(manifest, 1));
        Assert.Equal((88.0, "M"), (manifest.Rows[0].AgeYears, manifest.Rows[0].Sex));

        string folder = Path.Combine(_folder, "store");
        Assert.Empty(StoreBuilder.Build(manifest, EcgFm(), folder).Refused);
        using RecordStore store = RecordStore.Open(folder);
        // 12 s and 10 s at 500 Hz: two segments of 5 s each.
        Assert.Equal([new SegmentPair(0, 0, 1), new SegmentPair(1, 0, 1)], SegmentPairs.Of(store, [0, 1], 2500));
        var whole = new float[12 * 6000];
        store.Read(0, 0, 6000, whole);
        for (int lead = 0; lead < 12; lead++)
        {
            float[] values = whole[(lead * 6000)..((lead + 1) * 6000)];
            Assert.Equal(0, values.Average(), 1e-3);
            Assert.Equal(1, Math.Sqrt(values.Average(v => (double)v * v)), 1e-3);
        }
        Assert.Empty(DatasetCheck.Run(manifest with { Labels = [], Rows = [.. manifest.Rows.Select(r => r with { Labels = [] })] }));
    }

    private static InputContract EcgFm() => new()
    {
        Leads = s_leads,
        SamplingRateHz = 500,
        WindowSamples = 2500,
        StrideSamples = 2500,
        Resampling = ResamplingMethod.EndpointLinear,
        Normalization = new Standardize { Epsilon = 0 },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    private static string[] Positives(Manifest manifest, int row) => [.. manifest.Labels.Where((_, k) => manifest.Rows[row].Labels[k] == 1)];

    private void Copy(string sample, string target)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Einthoven.slnx"))) root = Path.GetDirectoryName(root)!;
        string folder = Directory.CreateDirectory(Path.Combine(_folder, target)).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(root, "samples"), sample + ".*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }
}
