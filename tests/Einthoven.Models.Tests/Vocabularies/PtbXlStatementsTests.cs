// The PTB-XL vocabulary: counts that the data set publishes, order, and the codes people look for.

using Einthoven.Models.Vocabularies;

namespace Einthoven.Models.Tests.Vocabularies;

public sealed class PtbXlStatementsTests
{
    [Fact]
    public void There_are_71_statements_of_which_44_are_diagnostic_19_form_and_12_rhythm()
    {
        Assert.Equal(71, PtbXlStatements.All.Count);
        Assert.Equal(44, PtbXlStatements.All.Count(statement => statement.IsDiagnostic));
        Assert.Equal(19, PtbXlStatements.All.Count(statement => statement.IsForm));
        Assert.Equal(12, PtbXlStatements.All.Count(statement => statement.IsRhythm));
    }

    [Fact]
    public void Codes_are_sorted_by_ordinal_and_distinct()
    {
        string[] codes = [.. PtbXlStatements.All.Select(statement => statement.Code)];
        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), codes);
    }

    [Fact]
    public void Every_diagnostic_statement_and_no_other_has_a_superclass_and_a_subclass()
    {
        string[] superclasses = ["NORM", "MI", "STTC", "CD", "HYP"];
        Assert.All(PtbXlStatements.All, statement =>
        {
            Assert.Equal(statement.IsDiagnostic, statement.Superclass is not null);
            Assert.Equal(statement.IsDiagnostic, statement.Subclass is not null);
            if (statement.Superclass is { } superclass)
                Assert.Contains(superclass, superclasses);
        });
        Assert.Equal(23, PtbXlStatements.All.Select(statement => statement.Subclass).OfType<string>().Distinct().Count());
    }

    [Theory]
    [InlineData("AFIB", "atrial fibrillation", "rhythm", "164889003", "exact")]
    [InlineData("NDT", "non-diagnostic T-wave abnormalities", "diagnostic", "164934002", "challenge")]
    [InlineData("PVC", "premature ventricular complex", "form", "427172004", "exact")]
    [InlineData("LMI", "lateral myocardial infarction", "diagnostic", "164865005", "broader")]
    public void A_statement_carries_name_category_and_SNOMED_CT_code(string code, string name, string category, string snomed, string relation)
    {
        Statement statement = Assert.IsType<Statement>(PtbXlStatements.Find(code));
        Assert.Equal(name, statement.Name);
        Assert.Equal(category, statement.Category);
        Assert.Equal("SCP:" + code, statement.QualifiedCode);
        Assert.Equal(snomed, statement.Snomed?.Code);
        Assert.Equal(relation, statement.Snomed?.Relation);
    }

    [Fact]
    public void SNOMED_CT_codes_are_digits_and_unknown_codes_are_not_found()
    {
        Assert.All(PtbXlStatements.All, statement => Assert.Matches("^[0-9]{6,18}$", statement.Snomed?.Code ?? "000000"));
        Assert.Null(PtbXlStatements.Find("XYZ"));
    }
}
