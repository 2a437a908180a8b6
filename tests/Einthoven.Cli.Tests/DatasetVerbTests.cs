// The road of a user's own data set through the verb: import, split, stats, pack, check, with their exit statuses.
namespace Einthoven.Cli.Tests;

public sealed class DatasetVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-dataset-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_with_labels_goes_all_the_way_to_a_store()
    {
        MakeFolder();
        string manifest = At("m.csv"), parts = At("parts.csv"), store = At("store");
        Expect(0, "40 recordings of 20 patients, 2 labels", "dataset", "import", At("ecgs"), "--labels", At("labels.csv"), "--out", manifest);
        Expect(0, "valid: 4 recordings of 2 patients", "dataset", "split", manifest, "--by", "stratified", "--out", parts);
        (int status, string output, _) = Cli.Run(_folder, null, "dataset", "stats", parts);
        Assert.Equal(0, status);
        Assert.Contains("lengths (s) 2: 40", output, StringComparison.Ordinal);
        Assert.Contains("pos_weight", output, StringComparison.Ordinal);
        Expect(0, "40 recordings packed, 0 were packed before, 0 refused", "dataset", "pack", parts, "--contract", At("contract.json"), "--out", store);
        Expect(0, "0 recordings packed, 40 were packed before", "dataset", "pack", parts, "--contract", At("contract.json"), "--out", store);
        Expect(0, "no problem found", "dataset", "check", store);
        Expect(0, "no problem found", "dataset", "check", parts);
    }

    [Fact]
    public void What_is_wrong_ends_in_one_line_and_a_status()
    {
        MakeFolder();
        Expect(1, "laid out like no known data set", "dataset", "import", At("ecgs"), "--out", At("m.csv"));
        Expect(0, "40 recordings", "dataset", "import", At("ecgs"), "--labels", At("labels.csv"), "--out", At("m.csv"));
        Expect(2, "exactly one of --model, --preset and --contract", "dataset", "pack", At("m.csv"), "--out", At("store"));
        Expect(2, "add up to 0.9", "dataset", "split", At("m.csv"), "--shares", "0.8,0.1", "--out", At("p.csv"));
        Expect(1, "needs the column time", "dataset", "split", At("m.csv"), "--by", "time", "--out", At("p.csv"));
        Expect(1, "patients are in more than one part", "dataset", "split", At("m.csv"), "--by", "random", "--out", At("p.csv"));
        Expect(1, "is no finished store", "dataset", "check", At("ecgs"));
        File.WriteAllText(At("ecgs/r7.csv"), "not an ECG");
        Expect(1, "r7: ", "dataset", "pack", At("m.csv"), "--contract", At("contract.json"), "--out", At("store"));
        (int status, string output, _) = Cli.Run(_folder, null, "dataset", "check", At("m.csv"));
        Assert.Equal(1, status);
        Assert.StartsWith("r7: cannot be read", output, StringComparison.Ordinal);
    }

    private void Expect(int status, string message, params string[] call)
    {
        (int actual, _, string errors) = Cli.Run(_folder, null, call);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(status, actual);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void MakeFolder()
    {
        Directory.CreateDirectory(At("ecgs"));
        var labels = new List<string> { "record,patient,AF,SR" };
        for (int k = 0; k < 40; k++)
        {
            labels.Add($"r{k},p{k / 2},{k / 2 % 2},{(k % 5 == 0 ? "" : 1 - (k / 2 % 2))}");
            File.WriteAllLines(At($"ecgs/r{k}.csv"), Enumerable.Range(0, 200).Select(t => FormattableString.Invariant(
                $"{t / 100.0:F2},{Math.Sin(0.1 * (k + 1) * t):F5}")).Prepend("time,I").Prepend("# unit: mV"));
        }
        File.WriteAllLines(At("labels.csv"), labels);
        File.WriteAllText(At("contract.json"), """
            { "leads": ["I"], "samplingRateHz": 100, "windowSamples": 100, "strideSamples": 100, "resampling": "anti-aliased",
              "normalization": { "kind": "standardize", "epsilon": 0 }, "missingLeads": "error", "interpolatedGapSeconds": 0,
              "longGaps": "error", "shortRecords": "error" }
            """);
    }
}
