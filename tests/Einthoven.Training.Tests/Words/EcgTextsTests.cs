// Texts of a data set's recordings: reports, statements, and neither.
using Einthoven.Training.Data;
using Einthoven.Training.Words;

namespace Einthoven.Training.Tests.Words;

public sealed class EcgTextsTests
{
    private static readonly Manifest s_manifest = new("test", ["AFIB", "SCP:LVH", "own label"],
    [
        new("a", "a.npy", "1", "", [1, 0, 0]) { Report = " Vorhofflimmern. ", AgeYears = 63, Sex = "M" },
        new("b", "b.npy", "2", "", [0, 1, 1]),
        new("c", "c.npy", "3", "", [float.NaN, 0, 0.5f]),
    ]);

    [Fact]
    public void A_report_is_taken_as_it_is_and_its_absence_is_no_text() =>
        Assert.Equal(["Vorhofflimmern.", null, null], EcgTexts.Of(s_manifest, EcgTextOrigin.Report));

    [Fact]
    public void Statements_are_written_in_plain_English_and_described()
    {
        IReadOnlyList<string?> texts = EcgTexts.Of(s_manifest, EcgTextOrigin.Statements);
        Assert.StartsWith("This patient is a 63 year-old Male. ECG Findings: atrial fibrillation.\nPotential ECG waveforms: \n", texts[0], StringComparison.Ordinal);
        Assert.StartsWith("ECG Findings: left ventricular hypertrophy, own label.\n", texts[1], StringComparison.Ordinal);
        Assert.Null(texts[2]);
    }

    [Fact]
    public void Statements_stand_in_where_there_is_no_report()
    {
        IReadOnlyList<string?> texts = EcgTexts.Of(s_manifest, EcgTextOrigin.ReportElseStatements);
        Assert.Equal("Vorhofflimmern.", texts[0]);
        Assert.StartsWith("ECG Findings:", texts[1], StringComparison.Ordinal);
    }
}
