// How fast a store feeds training, and what a store of 1.5 million recordings costs to open and to sample.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;

namespace Einthoven.Bench;

internal static class FeedSpeed
{
    /// <summary>The program calls itself with this word, so that what made the store is not counted as memory of reading it.</summary>
    internal const string Measure = "feed-large";

    private const int Recordings = 256;
    private const int Large = 1_500_000;
    private const int Batch = 256;
    private static readonly string[] s_leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    internal static void Run()
    {
        string folder = Directory.CreateTempSubdirectory("einthoven-feed-").FullName;
        try
        {
            Console.WriteLine($"{Recordings} recordings of 12 leads, 10 s; batches of {Batch} windows");
            string slow = Path.Combine(folder, "100hz"), fast = Path.Combine(folder, "500hz");
            Pack(folder, slow, 100);
            Pack(folder, fast, 500);
            foreach ((string store, int samples) in new[] { (slow, 1000), (fast, 2500) })
                foreach ((string name, WindowAugmentation[] augmentations) in Variations())
                    Feed(store, samples, name, augmentations);
            Enlarge(fast);
            using Process child = Process.Start(Environment.ProcessPath!, [Measure, fast]);
            child.WaitForExit();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static void MeasureLarge(string folder)
    {
        double before = ResidentMegabytes();
        long start = Stopwatch.GetTimestamp();
        using RecordStore store = RecordStore.Open(folder);
        double opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        int[] train = store.InSplits(["train"]);
        double chosen = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        double rate = Sample(store, 2500, [new RandomLeadMasking()], train, batches: 400);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{store.Count} recordings: opened in {opened:F0} ms, {train.Length} of a split found in {chosen:F0} ms; {400 * Batch} windows drawn at random from all of them, "
            + $"{rate:F0} windows/s, {ResidentMegabytes():F0} MB resident ({before:F0} before)"));
    }

    private static (string, WindowAugmentation[])[] Variations() =>
    [
        ("as they are", []),
        ("lead masking (ECG-FM)", [new RandomLeadMasking()]),
        ("hum, shift, wander and lead masking", [new PowerlineNoise(), new BaselineShift(), new BaselineWander(), new RandomLeadMasking()]),
        ("all five, each on half of the windows", [.. new WindowAugmentation[] { new PowerlineNoise(), new EmgNoise(), new BaselineShift(), new BaselineWander(), new RandomLeadMasking() }
            .Select(a => a with { Probability = 0.5 })]),
    ];

    private static void Feed(string folder, int samples, string name, WindowAugmentation[] augmentations)
    {
        using RecordStore store = RecordStore.Open(folder);
        int[] all = [.. Enumerable.Range(0, store.Count)];
        Sample(store, samples, augmentations, all, batches: 4);
        Console.WriteLine($"12 x {samples}, {name}: {Sample(store, samples, augmentations, all, batches: 60):F0} windows/s on {Environment.ProcessorCount} cores");
    }

    private static double Sample(RecordStore store, int samples, WindowAugmentation[] augmentations, int[] records, int batches)
    {
        var reader = new WindowReader(store, samples, augmentations);
        var picks = new WindowPick[Batch];
        var values = new float[Batch * reader.WindowSize];
        var labels = new float[store.Labels.Count];
        var random = new PhiloxRandom(1);
        long start = Stopwatch.GetTimestamp();
        for (int batch = 0; batch < batches; batch++)
        {
            for (int k = 0; k < Batch; k++)
            {
                int record = records[random.Integer(records.Length)];
                picks[k] = new WindowPick(record, (int)random.Integer(store.Samples(record) - samples + 1));
                store.CopyLabels(record, labels);
            }
            reader.Read(picks, 1, (ulong)(batch * Batch), values, Environment.ProcessorCount);
        }
        return batches * Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>WFDB recordings of noise, packed.</summary>
    private static void Pack(string folder, string store, int rate)
    {
        string records = Directory.CreateDirectory(Path.Combine(folder, $"records{rate}")).FullName;
        var random = new Random(1);
        var bytes = new byte[12 * 2 * 10 * rate];
        var rows = new List<ManifestRow>();
        for (int k = 0; k < Recordings; k++)
        {
            for (int t = 0; t < bytes.Length; t += 2) BitConverter.TryWriteBytes(bytes.AsSpan(t), (short)random.Next(-1000, 1000));
            string path = Path.Combine(records, $"r{k}");
            File.WriteAllLines(path + ".hea", [$"r{k} 12 {rate} {10 * rate}", .. s_leads.Select(l => $"r{k}.dat 16 1000(0)/mV 16 0 0 0 0 {l}")]);
            File.WriteAllBytes(path + ".dat", bytes);
            rows.Add(new ManifestRow($"r{k}", path + ".hea", $"p{k}", "train", [.. Enumerable.Range(0, 17).Select(l => (float)random.Next(2))]));
        }
        long start = Stopwatch.GetTimestamp();
        StoreBuilder.Build(new Manifest("made up", [.. Enumerable.Range(0, 17).Select(l => $"label {l}")], rows), Contract(rate), store);
        Console.WriteLine($"packed at {Recordings / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} recordings/s ({rate} Hz)");
    }

    /// <summary>Gives a store an index of 1.5 million recordings that share its payload.</summary>
    private static void Enlarge(string folder)
    {
        Journal journal = Journal.Open(folder, Contract(500));
        StoredShard shard = journal.Shards[0];
        var rows = new List<ManifestRow>(Large);
        var stored = new List<StoredRecord>(Large);
        float[] labels = [.. Enumerable.Range(0, 17).Select(l => (float)(l % 2))];
        for (int k = 0; k < Large; k++)
        {
            StoredRecord real = shard.Records[k % shard.Records.Count];
            stored.Add(real with { Key = $"s{40_000_000 + k}" });
            rows.Add(new ManifestRow(stored[k].Key, $"files/p{k / 10000}/s{40_000_000 + k}.hea", $"{10_000_000 + (k / 5)}", k % 10 == 0 ? "test" : "train", labels));
        }
        StoreIndexWriter.Write(folder, new Manifest("large", [.. Enumerable.Range(0, 17).Select(l => $"label {l}")], rows), Contract(500), [shard with { Records = stored }], []);
    }

    private static InputContract Contract(int rate) => new()
    {
        Leads = s_leads,
        SamplingRateHz = rate,
        WindowSamples = 5 * rate,
        StrideSamples = 5 * rate,
        Resampling = ResamplingMethod.EndpointLinear,
        Normalization = new Standardize { Epsilon = 0 },
        MissingLeads = MissingLeadPolicy.Error,
        InterpolatedGapSeconds = 0,
        LongGaps = LongGapPolicy.Error,
        ShortRecords = ShortRecordPolicy.Error,
    };

    private static double ResidentMegabytes()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64 / 1e6;
    }
}
