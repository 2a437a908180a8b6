// The recordings in samples/ read without a word, and their table of labels fits them.
namespace Einthoven.Signals.Tests;

public class SamplesTests
{
    [Fact]
    public void The_samples_are_a_dozen_recordings_that_read_without_warnings()
    {
        string folder = Folder();

        EcgInputList list = EcgInputs.Expand([folder]);

        Assert.InRange(list.Inputs.Count, 12, 24);
        var formats = new HashSet<string>();
        foreach (EcgInput input in list.Inputs)
        {
            Assert.Null(input.Error);
            EcgRecord record = EcgRecord.Read(input.Path);
            Assert.Empty(record.Warnings);
            Assert.True(record.Duration.TotalSeconds >= 10);
            Assert.All(record.Leads, lead => Assert.Equal(0, EcgLeadSummary.Of(lead).Missing));
            if (record.Leads.Count == 12) Assert.InRange(LimbLeads.EinthovenResidual(record)!.Value, 0, 0.002);
            formats.Add(record.Format);
        }
        Assert.Equal(["csv", "mat", "npy", "wfdb"], formats.Order());
    }

    [Fact]
    public void Every_sample_has_its_row_of_labels()
    {
        string folder = Folder();
        string[] rows = File.ReadAllLines(Path.Combine(folder, "labels.csv"));

        Assert.Equal("record,file,source,source_record,patient,age,sex,licence,labels,snomed", rows[0]);
        string[] named = [.. rows.Skip(1).Select(row => row.Split(',')[1]).Order(StringComparer.Ordinal)];
        Assert.Equal(EcgInputs.Expand([folder]).Inputs.Select(i => Path.GetFileName(i.Path)).Order(StringComparer.Ordinal), named);
    }

    static string Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Einthoven.slnx"))) return Path.Combine(at.FullName, "samples");
        throw new DirectoryNotFoundException("the repository's root is not above the test's folder");
    }
}
