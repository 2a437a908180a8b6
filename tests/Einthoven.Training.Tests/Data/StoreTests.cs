// The store: what goes in comes out, whatever happens while it is built.
using System.Text;
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class StoreTests : IDisposable
{
    private readonly TinyDataset _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Windows_cut_from_the_store_are_the_recordings_own()
    {
        Build(9, shardBytes: 1000);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        Assert.Equal(9, store.Count);
        Assert.True(store.Description.Shards.Count > 1 || store.Description.Shards[0].Samples == 9 * 124);
        var window = new float[2 * 50];
        for (int k = 0; k < 9; k++)
        {
            Assert.Equal(120 + k, store.Samples(k));
            store.Read(k, 30, 50, window);
            for (int t = 0; t < 50; t++)
            {
                Assert.Equal(TinyDataset.Value(k, 30 + t), window[t], 1e-4);
                Assert.Equal(-TinyDataset.Value(k, 30 + t) / 2, window[50 + t], 1e-4);
            }
        }
    }

    [Fact]
    public void A_window_past_the_end_is_filled_with_zeros()
    {
        Build(1);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        float[] window = [.. Enumerable.Repeat(7f, 2 * 50)];
        store.Read(0, 100, 50, window);
        Assert.Equal(TinyDataset.Value(0, 119), window[19], 1e-4);
        Assert.All(window[20..50], value => Assert.Equal(0, value));
        Assert.All(window[70..], value => Assert.Equal(0, value));
        store.Read(0, 500, 50, window);
        Assert.All(window, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Rows_labels_and_splits_are_those_of_the_manifest()
    {
        Manifest manifest = Build(8);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        var labels = new float[2];
        for (int k = 0; k < 8; k++)
        {
            ManifestRow expected = manifest.Rows[k];
            StoreRow row = store.Row(k);
            Assert.Equal((expected.Record, expected.Patient, expected.Split, expected.Path), (row.Record, row.Patient, row.Split, row.Path));
            store.CopyLabels(k, labels);
            Assert.Equal(expected.Labels, labels);
            Assert.Equal(k / 2, row.Person);
        }
        Assert.Equal([2, 3, 6, 7], store.InSplits(["2"]));
        Assert.Equal([6, 7], store.InSplits(["2"], minimumSamples: 125));
        Assert.Contains("1, 2", Assert.Throws<DatasetException>(() => store.InSplits(["valid"])).Message, StringComparison.Ordinal);
        Assert.Equal(4, store.Description.Patients);
    }

    [Fact]
    public void Labels_that_are_numbers_keep_their_value()
    {
        Manifest manifest = _data.Manifest(3);
        manifest = manifest with { Rows = [.. manifest.Rows.Select(r => r with { Labels = [62.5f, float.NaN] })] };
        StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        var labels = new float[2];
        store.CopyLabels(2, labels);
        Assert.Equal([62.5f, float.NaN], labels);
    }

    [Fact]
    public void New_recordings_are_added_and_packed_ones_are_not_read_again()
    {
        Build(4);
        byte[] before = File.ReadAllBytes(Path.Combine(_data.StoreFolder, "shard-00000.npy"));
        Manifest more = _data.Manifest(7);
        foreach (ManifestRow row in more.Rows.Take(4)) File.WriteAllText(row.Path, "gone");
        more = more with { Labels = ["other"], Rows = [.. more.Rows.Select((r, k) => r with { Labels = [k], Split = "test" })] };
        PackResult result = StoreBuilder.Build(more, TinyDataset.Contract, _data.StoreFolder);
        Assert.Equal((3, 4, 0), (result.Packed, result.Kept, result.Refused.Count));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_data.StoreFolder, "shard-00000.npy")));
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        Assert.Equal(7, store.InSplits(["test"]).Length);
        Assert.Equal(Enumerable.Range(0, 7).Select(k => $"r{k}"), Enumerable.Range(0, 7).Select(k => store.Row(k).Record));
        Assert.Equal(2, Directory.GetFiles(_data.StoreFolder, "index-*").Length);
    }

    [Fact]
    public void A_cancelled_build_keeps_what_it_prepared()
    {
        Manifest manifest = _data.Manifest(150);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => StoreBuilder.Build(
            manifest, TinyDataset.Contract, _data.StoreFolder, progress: _ => stop.Cancel(), cancellation: stop.Token));
        Assert.Throws<DatasetException>(() => RecordStore.Open(_data.StoreFolder));
        PackResult result = StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder);
        Assert.Equal(64, result.Kept);
        Assert.Equal(86, result.Packed);
        RequireAllRight(150);
    }

    [Theory]
    [InlineData("torn journal")]
    [InlineData("shard without its line")]
    [InlineData("lost shard")]
    [InlineData("cut shard")]
    [InlineData("unfinished files")]
    [InlineData("no description")]
    public void A_build_that_was_killed_goes_on_to_the_same_store(string moment)
    {
        Build(8, shardBytes: 1000);
        // More recordings than one group, so that there are several shards.
        Manifest manifest = _data.Manifest(140);
        StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder, new PackOptions { ShardBytes = 1000 });
        string journal = Path.Combine(_data.StoreFolder, "journal.jsonl"), shard = Path.Combine(_data.StoreFolder, "shard-00001.npy");
        switch (moment)
        {
            case "torn journal":
                byte[] bytes = File.ReadAllBytes(journal);
                File.WriteAllBytes(journal, bytes[..^40]);
                break;
            case "shard without its line":
                File.WriteAllLines(journal, File.ReadAllLines(journal)[..^1]);
                break;
            case "lost shard":
                File.Delete(shard);
                break;
            case "cut shard":
                File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..^7]);
                break;
            case "unfinished files":
                File.WriteAllText(Path.Combine(_data.StoreFolder, "shard-00009.npy.unfinished"), "x");
                break;
            default:
                File.Delete(Path.Combine(_data.StoreFolder, StoreDescription.FileName));
                break;
        }
        StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder, new PackOptions { ShardBytes = 1000 });
        RequireAllRight(140);
        Assert.Empty(Directory.GetFiles(_data.StoreFolder, "*.unfinished"));
    }

    [Fact]
    public void A_store_of_another_contract_is_refused_and_the_difference_named()
    {
        Build(2);
        InputContract other = TinyDataset.Contract with { SamplingRateHz = 200 };
        var e = Assert.Throws<DatasetException>(() => StoreBuilder.Build(_data.Manifest(2), other, _data.StoreFolder));
        Assert.Contains("samplingRateHz 100, not 200", e.Message, StringComparison.Ordinal);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        store.RequireContract(TinyDataset.Contract with { WindowSamples = 25, StrideSamples = 5 });
        Assert.Throws<DatasetException>(() => store.RequireContract(other));
    }

    [Fact]
    public void Refused_recordings_are_listed_and_the_others_packed()
    {
        Manifest manifest = _data.Manifest(5);
        File.WriteAllText(manifest.Rows[3].Path, "not an ECG");
        PackResult result = StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder);
        Assert.Equal("r3", Assert.Single(result.Refused).Row.Record);
        string[] listed = File.ReadAllLines(Path.Combine(_data.StoreFolder, "refused.csv"));
        Assert.StartsWith("r3,", listed[1], StringComparison.Ordinal);
        using (RecordStore store = RecordStore.Open(_data.StoreFolder)) Assert.Equal((4, 1), (store.Count, store.Description.Refused));

        var e = Assert.Throws<DatasetException>(() => StoreBuilder.Build(
            manifest, TinyDataset.Contract, Path.Combine(_data.Folder, "strict"), new PackOptions { Strict = true }));
        Assert.Contains("r3", e.Message, StringComparison.Ordinal);

        // Mended, it is taken by the next build, and the list is gone.
        File.Delete(manifest.Rows[3].Path);
        _data.Write(3, 123);
        Assert.Equal(1, StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder).Packed);
        Assert.False(File.Exists(Path.Combine(_data.StoreFolder, "refused.csv")));
        RequireAllRight(5);
    }

    [Fact]
    public void A_record_named_twice_is_an_error()
    {
        Manifest manifest = _data.Manifest(2);
        var e = Assert.Throws<DatasetException>(() => StoreBuilder.Build(
            manifest with { Rows = [manifest.Rows[0], manifest.Rows[0]] }, TinyDataset.Contract, _data.StoreFolder));
        Assert.Contains("r0 twice", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_builder_waits_for_nobody_and_says_so()
    {
        Manifest manifest = _data.Manifest(2);
        Directory.CreateDirectory(_data.StoreFolder);
        using var held = new FileStream(Path.Combine(_data.StoreFolder, ".lock"), FileMode.Create, FileAccess.Write, FileShare.None);
        var e = Assert.Throws<DatasetException>(() => StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder));
        Assert.Contains("Another program is packing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_payload_is_named_when_it_is_read()
    {
        Build(2);
        string shard = Path.Combine(_data.StoreFolder, "shard-00000.npy");
        File.WriteAllBytes(shard, File.ReadAllBytes(shard)[..200]);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        var e = Assert.Throws<DatasetException>(() => store.Read(1, 0, 50, new float[100]));
        Assert.Contains("shard-00000.npy", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_read_the_same_windows()
    {
        Build(12);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        var expected = new float[12][];
        for (int k = 0; k < 12; k++) store.Read(k, 5, 50, expected[k] = new float[100]);
        Parallel.For(0, 480, n =>
        {
            var window = new float[100];
            store.Read(n % 12, 5, 50, window);
            Assert.Equal(expected[n % 12], window);
        });
    }

    [Fact]
    public void The_files_are_arrays_that_NumPy_opens()
    {
        Build(3);
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        byte[] payload = File.ReadAllBytes(Path.Combine(_data.StoreFolder, store.Description.Shards[0].File));
        Assert.StartsWith("{'descr': '<i2', 'fortran_order': False, 'shape': (363, 2), }", Encoding.ASCII.GetString(payload, 10, 100), StringComparison.Ordinal);
        Assert.Equal(0, (payload.Length - (363 * 2 * 2)) % 64);
        Assert.Equal((byte)'\n', payload[payload.Length - (363 * 2 * 2) - 1]);
        byte[] index = File.ReadAllBytes(Path.Combine(_data.StoreFolder, store.Description.Index.File));
        Assert.Contains("('labels', '|i1', (2,))", Encoding.ASCII.GetString(index, 10, 300), StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(_data.StoreFolder, "index.csv")).Length);
    }

    private Manifest Build(int count, long shardBytes = 64 << 20)
    {
        Manifest manifest = _data.Manifest(count);
        StoreBuilder.Build(manifest, TinyDataset.Contract, _data.StoreFolder, new PackOptions { ShardBytes = shardBytes });
        return manifest;
    }

    private void RequireAllRight(int count)
    {
        using RecordStore store = RecordStore.Open(_data.StoreFolder);
        Assert.Equal(count, store.Count);
        var window = new float[2 * 100];
        for (int k = 0; k < count; k++)
        {
            store.Read(k, 20, 100, window);
            Assert.Equal($"r{k}", store.Row(k).Record);
            for (int t = 0; t < 100; t++) Assert.Equal(TinyDataset.Value(k, 20 + t), window[t], 1e-3);
        }
    }
}
