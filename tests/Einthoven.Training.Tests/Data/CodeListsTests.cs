// Tables with the labels in one column.
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class CodeListsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-codes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Codes_become_labels_equivalent_ones_are_one_and_a_row_without_codes_is_unknown()
    {
        // 59118001 and 713427006, right bundle branch block, are one to the Challenge 2021.
        Manifest manifest = Read("record,patient,age,snomed\na,p1,NaN,426783006;59118001\nb,p1,61,713427006\nc,p2,,\n");
        Assert.Equal(2, manifest.Labels.Count);
        int block = manifest.Labels.ToList().FindIndex(label => label != "426783006");
        Assert.Equal([1f, 1f, float.NaN], manifest.Rows.Select(row => row.Labels[block]));
        Assert.Equal([1f, 0f], manifest.Rows.Take(2).Select(row => row.Labels[1 - block]));
        Assert.Equal((null, 61.0), (manifest.Rows[0].AgeYears, manifest.Rows[1].AgeYears!.Value));
        Assert.Equal("p1", manifest.Rows[1].Patient);
    }

    [Fact]
    public void A_recording_without_a_file_is_named()
    {
        var e = Assert.Throws<DatasetException>(() => Read("record,snomed\nzz,426783006\n"));
        Assert.Contains("recording zz has no file", e.Message, StringComparison.Ordinal);
    }

    private Manifest Read(string table)
    {
        foreach (string name in (string[])["a", "b", "c"]) File.WriteAllText(Path.Combine(_folder, name + ".hea"), $"{name} 1 100 10\n{name}.dat 16 1000/mV 16 0 0 0 0 I\n");
        foreach (string name in (string[])["a", "b", "c"]) File.WriteAllBytes(Path.Combine(_folder, name + ".dat"), new byte[20]);
        string path = Path.Combine(_folder, "labels.tsv.csv");
        File.WriteAllText(path, table);
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        foreach (string name in (string[])["a", "b", "c"])
        {
            File.Move(Path.Combine(_folder, name + ".hea"), Path.Combine(_folder, "data", name + ".hea"), overwrite: true);
            File.Move(Path.Combine(_folder, name + ".dat"), Path.Combine(_folder, "data", name + ".dat"), overwrite: true);
        }

        return DatasetImporters.Read(Path.Combine(_folder, "data"), ImportOptions.Default with { Labels = path, Codes = "snomed" });
    }
}
