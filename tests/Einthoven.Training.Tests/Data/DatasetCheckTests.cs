// Each thing that spoils a run is found and named in one line; a clean data set is left in peace.
using System.Globalization;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class DatasetCheckTests : IDisposable
{
    private readonly TinyDataset _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_clean_data_set_has_no_problem()
    {
        Manifest manifest = _data.Manifest(4);
        manifest.Rows[1].Labels[1] = 0;
        Assert.Empty(DatasetCheck.Run(manifest));
    }

    [Theory]
    [InlineData("flat", "r1", "lead II is flat")]
    [InlineData("nan", "r1", "lead I lacks 1 of 121 samples")]
    [InlineData("microvolts", "r1", "impossible gain")]
    [InlineData("tiny", "r1", "impossible gain, or next to no signal")]
    [InlineData("broken", "r1", "cannot be read")]
    [InlineData("missing", "r1", "cannot be read")]
    [InlineData("double", "r1", "has the same samples as r3")]
    [InlineData("constant label", "label maybe", "is 1 wherever it is known")]
    [InlineData("unknown label", "label maybe", "is unknown everywhere")]
    [InlineData("label out of range", "label maybe", "holds 3")]
    [InlineData("leak", "patient p0", "is in splits 1 and 2")]
    public void A_problem_is_named(string problem, string where, string what)
    {
        Manifest manifest = _data.Manifest(6);
        manifest.Rows[1].Labels[1] = 0;
        string path = manifest.Rows[1].Path;
        switch (problem)
        {
            case "flat": Change(path, fields => fields[2] = "0.25"); break;
            case "nan": Change(path, fields => fields[1] = fields[0] == "0.5" ? "NaN" : fields[1]); break;
            case "microvolts": Change(path, fields => fields[1] = Times(fields[1], 1000)); break;
            case "tiny": Change(path, fields => fields[1] = Times(fields[1], 0.001)); break;
            case "broken": File.WriteAllText(path, "not an ECG"); break;
            case "missing": File.Delete(path); break;
            case "double": File.Copy(path, manifest.Rows[3].Path, overwrite: true); break;
            case "constant label": manifest.Rows[1].Labels[1] = 1; break;
            case "unknown label": foreach (ManifestRow row in manifest.Rows) row.Labels[1] = float.NaN; break;
            case "label out of range": manifest.Rows[4].Labels[1] = 3; break;
            default: manifest = manifest with { Rows = [manifest.Rows[0] with { Split = "2" }, .. manifest.Rows.Skip(1)] }; break;
        }
        DatasetProblem found = Assert.Single(DatasetCheck.Run(manifest));
        Assert.Equal(where, found.Where);
        Assert.Contains(what, found.What, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', found.What);
    }

    [Fact]
    public void A_damaged_store_is_found()
    {
        StoreBuilder.Build(_data.Manifest(3), TinyDataset.Contract, _data.StoreFolder);
        Assert.Empty(DatasetCheck.RunStore(_data.StoreFolder));
        string shard = Path.Combine(_data.StoreFolder, "shard-00000.npy");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[^5] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Assert.Equal("shard-00000.npy", Assert.Single(DatasetCheck.RunStore(_data.StoreFolder)).Where);
        File.Delete(shard);
        Assert.Contains("missing", Assert.Single(DatasetCheck.RunStore(_data.StoreFolder)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_count_what_is_there()
    {
        Manifest manifest = _data.Manifest(8);
        File.WriteAllText(manifest.Rows[7].Path, "not an ECG");
        DatasetStatistics statistics = DatasetStatistics.Of(manifest, headers: true);
        Assert.Equal((8, 4), (statistics.Records, statistics.Patients));
        Assert.Equal([new ValueCount("1", 4), new ValueCount("2", 4)], statistics.Splits);
        Assert.Equal([new ValueCount("I II", 7)], statistics.Leads);
        Assert.Equal([new ValueCount("100", 7)], statistics.Rates);
        Assert.Equal(7, statistics.Lengths.Sum(l => l.Count));
        Assert.Single(statistics.Unreadable);
        Assert.Equal(new LabelCount("odd", 4, 4, 0, 1), statistics.Labels[0]);
        Assert.Equal((5, 0, 3), (statistics.Labels[1].Positives, statistics.Labels[1].Negatives, statistics.Labels[1].Unknown));
    }

    [Fact]
    public void The_weight_of_positives_is_that_of_the_training_part()
    {
        Manifest manifest = new("m", ["x"], [.. Enumerable.Range(0, 10).Select(k => new ManifestRow($"{k}", "", $"{k}", k < 5 ? "train" : "test", [k is 0 or > 5 ? 1 : 0]))]);
        Assert.Equal(4, DatasetStatistics.LabelCounts(manifest)[0].PosWeight);
    }

    private static string Times(string number, double factor) =>
        (double.Parse(number, CultureInfo.InvariantCulture) * factor).ToString(CultureInfo.InvariantCulture);

    private static void Change(string path, Action<string[]> change)
    {
        string[] lines = File.ReadAllLines(path);
        for (int k = 2; k < lines.Length; k++)
        {
            string[] fields = lines[k].Split(',');
            change(fields);
            lines[k] = string.Join(',', fields);
        }
        File.WriteAllLines(path, lines);
    }
}
