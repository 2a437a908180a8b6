// The text generator: the table covers PTB-XL, rules that decide between keywords, odd input.
using Einthoven.Models.Text;
using Einthoven.Models.Vocabularies;
using Xunit;

namespace Einthoven.Models.Tests.Text;

public sealed class EcgTextGeneratorTests
{
    private static readonly EcgTextGenerator s_generator = new();

    public static TheoryData<string> Statements => [.. PtbXlStatements.All.Select(s => s.Code)];

    [Theory]
    [MemberData(nameof(Statements))]
    public void Every_statement_of_PTB_XL_is_described(string code) =>
        Assert.NotEmpty(s_generator.Describe([PtbXlStatements.Find(code)!.Name]));

    [Fact]
    public void Codes_keywords_and_descriptions_are_apart()
    {
        IReadOnlyList<EcgTextCondition> conditions = EcgTextTable.Default.Conditions;
        Assert.Equal(conditions.Count, conditions.Select(c => c.Code).Distinct().Count());
        string[] keywords = [.. conditions.SelectMany(c => c.Keywords)];
        Assert.Equal(keywords.Length, keywords.Distinct().Count());
        Assert.All(keywords, k => Assert.Equal(k.ToLowerInvariant().Trim(), k));
        Assert.All(conditions, c => Assert.EndsWith(".", c.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("incomplete right bundle branch block", "incomplete_rbbb")]
    [InlineData("RBBBs", "rbbb")]
    [InlineData("Mobitz II", "avb2_2")]
    [InlineData("prebbb", "")]
    [InlineData("no ST elevation", "")]
    [InlineData("ST depression without ST elevation", "st_depression")]
    [InlineData("electrode off, sinus rhythm", "")]
    public void The_longest_whole_word_counts_unless_denied_or_administrative(string statement, string expected) =>
        Assert.Equal(expected, string.Join(' ', s_generator.Describe([statement]).Select(c => c.Code)));

    [Fact]
    public void Nothing_known_is_an_empty_text_and_decoration_is_no_statement()
    {
        Assert.Equal("", s_generator.Write(new([])));
        Assert.Equal("", s_generator.Write(new(["***", " -- ", ""])));
        Assert.Equal("ECG Findings: old inferior infarction.", EcgTextGenerator.Prompt("old inferior infarction"));
    }

    [Fact]
    public void A_measurement_that_is_no_number_is_left_out_and_words_follow_the_rounded_one()
    {
        string text = s_generator.Write(new([], Sex: "F", Measurements: new(HeartRateBpm: double.NaN, PrMs: 200.4, QtcMs: 460.5)));
        Assert.Equal("This patient is female.\nMeasurements: PR 200 ms (normal); QTc 461 ms (prolonged).", text);
    }
}
