// Parts of a data set: as large as asked, the same for the same seed, and no patient in two.
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class SplittingTests
{
    private static readonly SplitPart[] s_parts = [new("train", 0.8), new("valid", 0.1), new("test", 0.1)];

    [Theory]
    [InlineData(SplitMethod.Patient)]
    [InlineData(SplitMethod.Stratified)]
    [InlineData(SplitMethod.Time)]
    public void No_patient_is_in_two_parts_and_the_parts_are_as_large_as_asked(SplitMethod method)
    {
        Manifest cut = Splitting.Cut(Data(), method, s_parts, 3);
        Assert.Empty(Splitting.Leaks(cut));
        int placed = cut.Rows.Count(r => r.Split.Length > 0);
        foreach (SplitPart part in s_parts) Assert.Equal(part.Share, (double)cut.InSplits([part.Name]).Count / placed, 0.06);
        if (method != SplitMethod.Time) Assert.Equal(cut.Rows.Count, placed);
    }

    [Fact]
    public void Recordings_at_random_leak_and_that_is_found()
    {
        Manifest cut = Splitting.Cut(Data(), SplitMethod.Random, s_parts, 3);
        Assert.NotEmpty(Splitting.Leaks(cut));
        Assert.Equal(240, cut.InSplits(["train"]).Count);
    }

    [Fact]
    public void A_seed_decides()
    {
        string[] first = Parts(1), again = Parts(1), other = Parts(2);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        static string[] Parts(ulong seed) => [.. Splitting.Cut(Data(), SplitMethod.Patient, s_parts, seed).Rows.Select(r => r.Split)];
    }

    [Fact]
    public void Stratified_parts_have_the_rare_label_in_proportion()
    {
        // 20 of 300 recordings have it: two belong into valid and two into test.
        Manifest cut = Splitting.Cut(Data(), SplitMethod.Stratified, s_parts, 5);
        Assert.InRange(cut.InSplits(["valid"]).Count(r => r.Labels[1] == 1), 1, 3);
        Assert.InRange(cut.InSplits(["test"]).Count(r => r.Labels[1] == 1), 1, 3);
        foreach (SplitPart part in s_parts)
            Assert.Equal(0.5, cut.InSplits([part.Name]).Average(r => r.Labels[0]), 0.1);
    }

    [Fact]
    public void By_time_the_test_part_is_the_latest()
    {
        Manifest cut = Splitting.Cut(Data(), SplitMethod.Time, s_parts, 0);
        Assert.True(cut.InSplits(["train"]).Max(r => r.Time) <= cut.InSplits(["valid"]).Min(r => r.Time));
        Assert.True(cut.InSplits(["valid"]).Max(r => r.Time) <= cut.InSplits(["test"]).Min(r => r.Time));
        Manifest undated = Data() with { Rows = [.. Data().Rows.Select(r => r with { Time = null })] };
        Assert.Contains("no time", Assert.Throws<DatasetException>(() => Splitting.Cut(undated, SplitMethod.Time, s_parts, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_patients_than_parts_are_an_error()
    {
        Manifest data = Data();
        Assert.Throws<DatasetException>(() => Splitting.Cut(data with { Rows = [.. data.Rows.Take(2)] }, SplitMethod.Patient, s_parts, 0));
    }

    /// <summary>300 recordings of 100 patients, in turn over time; one label on every other recording, one on the recordings of ten patients.</summary>
    private static Manifest Data() => new("made", ["half", "rare"], [.. Enumerable.Range(0, 300).Select(k => new ManifestRow(
        $"{k}", $"{k}.csv", $"p{k / 3}", "", [k % 2, k / 3 % 10 == 0 && k % 3 < 2 ? 1 : 0]) { Time = new DateTime(2000, 1, 1).AddDays(k) })]);
}
