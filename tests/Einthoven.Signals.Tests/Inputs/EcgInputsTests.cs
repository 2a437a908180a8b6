// What counts as an input: one a recording, nothing else in folders, everything that is named.
using Einthoven.Signals.Formats.Table;
using Einthoven.Signals.Formats.Wfdb;

namespace Einthoven.Signals.Tests.Inputs;

public sealed class EcgInputsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_its_recordings_once_each_and_in_order()
    {
        WfdbWriter.Write(TestRecords.Counting(50), _folder["b.hea"]);
        Directory.CreateDirectory(_folder["sub"]);
        WfdbWriter.Write(TestRecords.Counting(50), _folder["sub/a.hea"]);
        CsvWriter.Write(TestRecords.Counting(50), _folder["c.csv"]);
        _folder.Write("b.atr", [0, 4, 0, 0]);
        _folder.Write("README.md", "# 1 2 3");
        _folder.Write("RECORDS", "b\nsub/a\n");
        _folder.Write("notes.txt", "1,2\n3,4\n");
        _folder.Write("settings.json", "{}");
        _folder.Write("labels.csv", "record,labels,snomed\nb,NORM,164854000\n");
        _folder.Write("metrics.csv", "epoch,loss\n1,0.5\n2,0.4\n");

        EcgInputList list = EcgInputs.Expand([_folder.Path]);

        Assert.Equal(["b.hea", "c.csv", "sub/a.hea"], Names(list));
        Assert.All(list.Inputs, input => Assert.Null(input.Error));
        Assert.Contains(_folder["labels.csv"], list.Ignored);
        Assert.Contains(_folder["metrics.csv"], list.Ignored);
        Assert.DoesNotContain(_folder["b.dat"], list.Ignored);
    }

    [Fact]
    public void A_header_and_its_data_file_are_one_input_however_they_are_named()
    {
        WfdbWriter.Write(TestRecords.Counting(50), _folder["r.hea"]);

        Assert.Equal(["r.dat"], Names(EcgInputs.Expand([_folder["r.dat"], _folder["r.hea"], _folder["r"], _folder.Path])));
        Assert.Single(EcgInputs.Expand([_folder["r.*"]]).Inputs);
        Assert.Single(EcgInputs.Expand([_folder.Path + "//", _folder.Path]).Inputs);
    }

    [Fact]
    public void A_challenge_header_and_its_matlab_file_are_one_input()
    {
        string source = SharedData.Require("data", "formats", "mat", "A00001.hea");
        File.Copy(source, _folder["A00001.hea"]);
        File.Copy(Path.ChangeExtension(source, ".mat"), _folder["A00001.mat"]);

        Assert.Equal(["A00001.hea"], Names(EcgInputs.Expand([_folder.Path])));
        Assert.Equal(["A00001.mat"], Names(EcgInputs.Expand([_folder["A00001.mat"], _folder["A00001.hea"]])));
    }

    [Fact]
    public void The_segments_of_a_record_are_no_inputs_of_their_own()
    {
        string source = Path.GetDirectoryName(SharedData.Require("data", "formats", "wfdb", "multi_041s", "041s.hea"))!;
        foreach (string file in Directory.GetFiles(source)) File.Copy(file, _folder[Path.GetFileName(file)]);

        Assert.Equal(["041s.hea"], Names(EcgInputs.Expand([_folder.Path])));
    }

    [Fact]
    public void Broken_recordings_in_a_folder_stay_inputs_so_that_they_are_reported()
    {
        WfdbWriter.Write(TestRecords.Counting(50), _folder["good.hea"]);
        _folder.Write("broken.hea", "nothing of use");
        _folder.Write("broken.mat", [1, 2, 3]);
        _folder.Write("broken.npy", [1, 2, 3]);
        _folder.Write("empty.csv", []);
        _folder.Write("binary.csv", [0, 1, 2, 3]);
        _folder.Write("orphan.dat", [1, 2, 3, 4]);

        EcgInputList list = EcgInputs.Expand([_folder.Path]);

        Assert.Equal(["binary.csv", "broken.hea", "broken.npy", "empty.csv", "good.hea", "orphan.dat"], Names(list));
        Assert.Contains("header", list.Inputs.Single(i => i.Path.EndsWith("orphan.dat", StringComparison.Ordinal)).Error!.Message, StringComparison.Ordinal);
        foreach (EcgInput input in list.Inputs.Where(i => i.Error is null && !i.Path.EndsWith("good.hea", StringComparison.Ordinal)))
            Assert.NotEmpty(Assert.Throws<EcgFormatException>(() => EcgRecord.Read(input.Path)).Reason);
    }

    [Fact]
    public void A_broken_matlab_file_stays_an_input()
    {
        _folder.Write("broken.mat", [1, 2, 3]);

        Assert.Equal(["broken.mat"], Names(EcgInputs.Expand([_folder.Path])));
        Assert.Contains("not recognised", Assert.Throws<EcgFormatException>(() => EcgRecord.Read(_folder["broken.mat"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_named_is_always_an_input_and_fails_loudly()
    {
        string readme = _folder.Write("README.md", "no ECG at all");
        string labels = _folder.Write("labels.csv", "record,labels\na,NORM\n");

        EcgInputList list = EcgInputs.Expand([readme, labels]);

        Assert.Equal(["README.md", "labels.csv"], Names(list));
        Assert.All(list.Inputs, input => Assert.Contains(input.Path, Assert.Throws<EcgFormatException>(() => EcgRecord.Read(input.Path)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void What_does_not_exist_is_an_entry_with_an_error()
    {
        EcgInputList list = EcgInputs.Expand([_folder["nothing.hea"], _folder["*.xyz"], _folder.Path]);

        Assert.Equal(3, list.Inputs.Count);
        Assert.All(list.Inputs, input => Assert.NotNull(input.Error));
    }

    [Fact]
    public void A_list_on_standard_input_is_expanded_like_arguments()
    {
        WfdbWriter.Write(TestRecords.Counting(50), _folder["a.hea"]);
        CsvWriter.Write(TestRecords.Counting(50), _folder["b.csv"]);
        using var lines = new StringReader($"{_folder["b.csv"]}\n\n  {_folder["a.hea"]}\n{_folder["b.csv"]}\n");

        Assert.Equal(["b.csv", "a.hea"], Names(EcgInputs.Expand(["-"], lines)));
    }

    [Fact]
    public void Patterns_reach_into_folders()
    {
        foreach (string name in new[] { "x/1.hea", "x/y/2.hea", "z/3.hea" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            WfdbWriter.Write(TestRecords.Counting(50), _folder[name]);
        }

        Assert.Equal(["x/1.hea", "x/y/2.hea", "z/3.hea"], Names(EcgInputs.Expand([_folder["**/*.hea"]])));
        Assert.Equal(["x/1.hea", "z/3.hea"], Names(EcgInputs.Expand([_folder["*/?.hea"]])));
        Assert.Equal(["z/3.hea"], Names(EcgInputs.Expand([_folder["z*"]])));
    }

    string[] Names(EcgInputList list) => [.. list.Inputs.Select(input => Path.GetRelativePath(_folder.Path, Path.GetFullPath(input.Path)))];
}
