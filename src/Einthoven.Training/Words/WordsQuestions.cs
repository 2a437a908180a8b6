// What a trained model of words is asked on its validation part: every statement or condition that its training texts name.
using Einthoven.Models.Packages;
using Einthoven.Models.Text;
using Einthoven.Models.Vocabularies;
using Einthoven.Training.Data;

namespace Einthoven.Training.Words;

/// <summary>A question whose answer is known.</summary>
/// <param name="Label">Its name and codes.</param>
/// <param name="IsTrue">Whether it is so of a recording.</param>
internal sealed record KnownQuestion(ModelLabel Label, Func<RecordWords, bool> IsTrue)
{
    /// <summary>As the model is asked it.</summary>
    internal string Prompt => EcgTextGenerator.Prompt(Label.Name);
}

internal static class WordsQuestions
{
    // Machine statements come in thousands of spellings; the common ones are asked.
    private const int Most = 200;
    private const int FewestTexts = 5;

    /// <summary>The questions of a training part: its statements; else the conditions that its reports name; else its commonest reports.</summary>
    internal static IReadOnlyList<KnownQuestion> Of(IReadOnlyList<RecordWords> training)
    {
        List<KnownQuestion> statements =
        [
            .. training.SelectMany(w => w.Statements).GroupBy(s => s, StringComparer.OrdinalIgnoreCase).OrderByDescending(g => g.Count()).Take(Most)
                .Select(g => new KnownQuestion(Describe(g.First()), words => words.Statements.Contains(g.Key, StringComparer.OrdinalIgnoreCase))),
        ];
        if (statements.Count > 0) return statements;

        var generator = new EcgTextGenerator();
        List<KnownQuestion> conditions =
        [
            .. training.SelectMany(w => generator.Describe([w.Report])).GroupBy(c => c.Code).Where(g => g.Count() >= FewestTexts).OrderByDescending(g => g.Count())
                .Select(g => new KnownQuestion(new ModelLabel { Name = g.First().Keywords[0], Threshold = 1 }, words => generator.Describe([words.Report]).Any(c => c.Code == g.Key))),
        ];
        if (conditions.Count > 0) return conditions;
        return
        [
            .. training.GroupBy(w => w.Report, StringComparer.OrdinalIgnoreCase).OrderByDescending(g => g.Count()).Take(FewestTexts)
                .Select(g => new KnownQuestion(new ModelLabel { Name = g.Key.Length > 80 ? g.Key[..80] : g.Key, Threshold = 1 }, words => words.Report.Equals(g.Key, StringComparison.OrdinalIgnoreCase)))
                .DistinctBy(q => q.Label.Name),
        ];
    }

    private static ModelLabel Describe(string statement) =>
        PtbXlStatements.All.FirstOrDefault(s => s.Name.Equals(statement, StringComparison.OrdinalIgnoreCase)) is { } known
            ? new ModelLabel { Name = known.Name, Code = known.QualifiedCode, Snomed = known.Snomed?.Code ?? "", Category = known.Category, Threshold = 1 }
            : new ModelLabel { Name = statement, Threshold = 1 };
}
