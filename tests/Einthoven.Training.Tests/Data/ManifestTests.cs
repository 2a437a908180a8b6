// Manifests as tables: what people write by hand, and what an import writes, come back as they were.
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class ManifestTests : IDisposable
{
    private readonly TinyDataset _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_folder_and_a_table_of_labels_are_a_data_set()
    {
        _data.Write(0, 60);
        Directory.CreateDirectory(Path.Combine(_data.Folder, "deep"));
        File.Move(_data.Write(1, 60), Path.Combine(_data.Folder, "deep", "r1.csv"));
        string table = Table("record,patient,split,AF,\"STEMI, acute\"", "r1,p9,train,1,", "r0,,valid,0,1");
        Manifest manifest = DatasetImporters.Read(_data.Folder, new ImportOptions { Labels = table });
        Assert.Equal(["AF", "STEMI, acute"], manifest.Labels);
        Assert.Equal([1f, float.NaN], manifest.Rows[0].Labels);
        Assert.Equal(("r1", "p9", "train"), (manifest.Rows[0].Record, manifest.Rows[0].Patient, manifest.Rows[0].Split));
        Assert.Equal("r0", manifest.Rows[1].Patient);
        Assert.EndsWith(Path.Combine("deep", "r1.csv"), manifest.Rows[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_comes_back_as_it_was_written()
    {
        Manifest manifest = _data.Manifest(5);
        manifest = manifest with
        {
            Rows = [.. manifest.Rows.Select((r, k) => r with
            {
                Source = "here",
                AgeYears = k == 0 ? null : 40.5 + k,
                Sex = k == 1 ? "F" : "",
                Time = k == 2 ? null : new DateTime(2020, 1, 2 + k, 3, 4, 5),
                Report = k == 3 ? "sinus rhythm, \"normal\"" : "",
            })],
        };
        string path = Path.Combine(_data.Folder, "tables", "m.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ManifestCsv.Write(manifest, path);
        Manifest read = ManifestCsv.Read(path);
        Assert.Equal(manifest.Labels, read.Labels);
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(manifest.Rows[k].Labels, read.Rows[k].Labels);
            Assert.Equal(manifest.Rows[k] with { Labels = [] }, read.Rows[k] with { Labels = [] }, (a, b) => a!.ToString()!.Split("Labels")[0] == b!.ToString()!.Split("Labels")[0] && a.Report == b.Report);
        }
        Assert.Contains("../r0.csv", File.ReadAllLines(path)[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("record,AF|r0,2", "line 2, column AF: '2' is not 1 (present), 0 (absent) or empty")]
    [InlineData("record,AF|r0,yes", "'yes' is not 1")]
    [InlineData("record,AF|r0,1|r7,0|r8,0", "2 of 3 recordings have no file")]
    [InlineData("name,AF|r0,1", "no column record; it has name, AF")]
    [InlineData("record,AF|r0,1|r0,0", "r0 twice")]
    [InlineData("record,AF,AF|r0,1,1", "column AF twice")]
    [InlineData("record,age,AF|r0,old,1", "column age: 'old' is not a number of years")]
    [InlineData("record,AF|,1", "'' is not the name of a recording")]
    public void A_fault_in_a_table_is_one_clear_line(string lines, string message)
    {
        _data.Write(0, 60);
        var e = Assert.Throws<DatasetException>(() => ManifestCsv.Read(Table(lines.Split('|')), _data.Folder));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Numbers_are_labels_where_they_are_asked_for()
    {
        _data.Write(0, 60);
        Assert.Equal([54.5f], ManifestCsv.Read(Table("record,lvef", "r0,54.5"), _data.Folder, numbers: true).Rows[0].Labels);
    }

    [Fact]
    public void Two_files_of_one_name_are_told_apart_by_nobody()
    {
        _data.Write(0, 60);
        Directory.CreateDirectory(Path.Combine(_data.Folder, "deep"));
        File.Copy(Path.Combine(_data.Folder, "r0.csv"), Path.Combine(_data.Folder, "deep", "r0.csv"));
        var e = Assert.Throws<DatasetException>(() => ManifestCsv.Read(Table("record,AF", "r0,1"), _data.Folder));
        Assert.Contains("two recordings named r0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_data_sets_keep_their_sources_and_do_not_know_each_others_labels()
    {
        Manifest first = new("a", ["AF", "SR"], [new("1", "a1", "p", "train", [1, 0]) { Source = "a" }]);
        Manifest second = new("b", ["SR", "PVC"], [new("1", "b1", "p", "train", [1, 1]) { Source = "b" }]);
        Manifest merged = Manifest.Merge([first, second]);
        Assert.Equal(["AF", "SR", "PVC"], merged.Labels);
        Assert.Equal([1, 0, float.NaN], merged.Rows[0].Labels);
        Assert.Equal([float.NaN, 1, 1], merged.Rows[1].Labels);
        Assert.NotEqual(merged.Rows[0].Person, merged.Rows[1].Person);
        Assert.Throws<DatasetException>(() => Manifest.Merge([first, first]));
    }

    private string Table(params string[] lines)
    {
        string path = Path.Combine(_data.Folder, "labels.csv");
        File.WriteAllLines(path, lines);
        return path;
    }
}
