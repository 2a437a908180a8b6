// Teachers' probabilities beside labels: means over tables, the share of each, and tables that say nothing.
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class TeacherScoresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-teachers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Labels_and_the_mean_of_the_tables_are_mixed_by_weight_and_unknown_labels_are_the_mean_whole()
    {
        using RecordStore store = Store();
        TeacherScores teachers = TeacherScores.Read(
            new Teaching { Scores = [Table("a.csv", "0,fast,0.2", "0,slow,1", "1,slow,0.25"), Table("b.csv", "0,fast,0.6")], Weight = 0.25 }, store)!;
        Assert.Equal(2, teachers.Count);
        float[] first = [1, 0], second = [0, float.NaN], third = [1, 0];
        teachers.Blend(0, first);
        teachers.Blend(1, second);
        teachers.Blend(2, third);
        Assert.Equal([0.85f, 0.25f], first, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([0f, 0.25f], second);
        Assert.Equal([1f, 0f], third);
    }

    [Fact]
    public void A_table_about_other_recordings_or_with_an_impossible_probability_is_refused()
    {
        using RecordStore store = Store();
        Assert.Contains("none of the recordings and labels", Refused(store, "x,fast,0.2"), StringComparison.Ordinal);
        Assert.Contains("column probability: '1.5' is not a number from 0 to 1", Refused(store, "0,fast,1.5"), StringComparison.Ordinal);
        Assert.Null(TeacherScores.Read(new Teaching(), store));
    }

    private string Refused(RecordStore store, string row) =>
        Assert.Throws<DatasetException>(() => TeacherScores.Read(new Teaching { Scores = [Table("wrong.csv", row)] }, store)).Message;

    private RecordStore Store() => SineData.Pack(SineData.Make(_folder), _folder);

    private string Table(string name, params string[] rows)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllLines(path, rows.Prepend("record,label,probability"));
        return path;
    }
}
