// A written text taken apart into statements, and each of them held against what a classifier says.
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;

namespace Einthoven.Models.Words;

/// <summary>A part of a written text.</summary>
/// <param name="Text">A statement's proper name where it is one, else as written.</param>
/// <param name="Known">The statement of PTB-XL that it is; null where it is none.</param>
public sealed record WrittenStatement(string Text, Statement? Known);

/// <summary>How a classifier sees a written statement.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Finding">The classifier's label of it; null where it has none.</param>
public sealed record CheckedStatement(WrittenStatement Statement, Finding? Finding)
{
    /// <summary>In a word: confirmed, doubtful (below the classifier's threshold), or unchecked: it has no label of it, or one that is unproven.</summary>
    public string Verdict => Finding is null || Finding.Definition.Unproven ? "unchecked" : Finding.IsPositive ? "confirmed" : "doubtful";
}

/// <summary>A text that a model wrote.</summary>
/// <param name="Statements">Its statements in order, repeated ones too.</param>
public sealed record WrittenReport(IReadOnlyList<WrittenStatement> Statements)
{
    private static readonly ConditionLabels s_conditions = new([.. PtbXlStatements.All.Select(s => new ModelLabel { Name = s.Name, Code = s.QualifiedCode })]);

    /// <summary>The text as people read it; every statement once.</summary>
    public string Text => Statements.Count == 0 ? "nothing" : string.Join(", ", Statements.Select(s => s.Text).Distinct(StringComparer.OrdinalIgnoreCase)) + ".";

    /// <summary>How many statements are said again.</summary>
    public int Repetitions => Statements.Count - Statements.Select(s => s.Text).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    /// <summary>Pairs of its statements that exclude each other, as sentences.</summary>
    public IReadOnlyList<string> Contradictions => s_conditions.Contradictions(s_conditions.Vector(Statements.Select(s => s.Known?.Code).OfType<string>().Distinct()));

    /// <summary>Takes a text apart.</summary>
    /// <param name="model">The model that wrote it, for its spelling.</param>
    /// <param name="text">As it was written.</param>
    public static WrittenReport Of(WordsModel model, string text)
    {
        // A vocabulary that cannot spell two statements makes one of them: the first stands for both.
        Dictionary<string, Statement> known = PtbXlStatements.All.DistinctBy(s => model.Spell(s.Name)).ToDictionary(s => model.Spell(s.Name), s => s, StringComparer.Ordinal);
        return new([.. text.TrimEnd('.', ' ').Split(" , ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => known.TryGetValue(part, out Statement? statement) ? new WrittenStatement(statement.Name, statement) : new WrittenStatement(part, null))]);
    }

    /// <summary>Every statement, each once, beside the classifier's label of the same code or name.</summary>
    public IReadOnlyList<CheckedStatement> Check(Prediction prediction) =>
        [.. Statements.DistinctBy(s => s.Text, StringComparer.OrdinalIgnoreCase).Select(s => new CheckedStatement(s, prediction.Labels.FirstOrDefault(finding => Means(finding, s))))];

    /// <summary>What the classifier finds and the text does not say.</summary>
    public IReadOnlyList<Finding> Missing(Prediction prediction) => [.. prediction.Findings.Where(finding => !Statements.Any(s => Means(finding, s)))];

    private static bool Means(Finding finding, WrittenStatement statement) =>
        statement.Known is { } known && finding.Definition.Code.Length > 0 ? finding.Definition.Code == known.QualifiedCode : finding.Label.Equals(statement.Text, StringComparison.OrdinalIgnoreCase);
}
