// What a model of words is asked on a labelled data set: MERL's tasks where the labels are PTB-XL's statements, else every label by its name.
// Source: Liu et al., ICML 2024 (arXiv 2403.06659); a task keeps the recordings that have one of its classes, as published.
using Einthoven.Models.Merl;
using Einthoven.Models.Vocabularies;
using Einthoven.Training.Data;
using Einthoven.Training.Words;

namespace Einthoven.Training.Evaluating;

/// <summary>A class of a task.</summary>
/// <param name="Name">As tables call it.</param>
/// <param name="Words">What is asked.</param>
/// <param name="Columns">Labels of the data set that make it; one of them is enough.</param>
public sealed record WordsClass(string Name, string Words, IReadOnlyList<int> Columns)
{
    /// <summary>1 present, 0 absent, NaN where no label is known to be present and one is unknown.</summary>
    public float TruthOf(ManifestRow row)
    {
        if (Columns.Any(c => row.Labels[c] == 1)) return 1;
        return Columns.Any(c => float.IsNaN(row.Labels[c])) ? float.NaN : 0;
    }
}

/// <summary>A task.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classes">Its classes.</param>
/// <param name="NeedsClass">Whether only recordings with one of the classes count.</param>
/// <param name="Published">MERL's zero-shot area on the whole data set, ResNet-18, 771,693 training pairs; null where none is known.</param>
public sealed record WordsTask(string Name, IReadOnlyList<WordsClass> Classes, bool NeedsClass, double? Published)
{
    /// <summary>The tasks of a data set.</summary>
    public static IReadOnlyList<WordsTask> Of(Manifest manifest)
    {
        (Statement? Statement, int Column)[] labels = [.. manifest.Labels.Select((label, column) => (EcgTexts.StatementOf(label), column))];
        if (labels.Length > 0 && labels.All(l => l.Statement is not null))
        {
            return
            [
                .. ZeroShotTask.All.Where(task => task.Level is not null).Select(task => new WordsTask(
                    task.Name,
                    [.. task.Classes.Select(c => new WordsClass(c.Name, c.Prompt, ColumnsOf(labels, ZeroShotTask.StatementsOf(task.Level, c.Name)))).Where(c => c.Columns.Count > 0)],
                    NeedsClass: true, PublishedArea(task.Name))).Where(task => task.Classes.Count > 0),
                new WordsTask("statements", [.. labels.Select(l => new WordsClass(l.Statement!.Code, l.Statement.Name, [l.Column]))], NeedsClass: false, null),
            ];
        }

        return [new WordsTask(manifest.Name, [.. manifest.Labels.Select((label, column) => new WordsClass(label, NameOf(label), [column]))], NeedsClass: false, null)];
    }

    /// <summary>A label in words: the statement of PTB-XL or the challenge's diagnosis that it is, else itself.</summary>
    private static string NameOf(string label)
    {
        if (EcgTexts.StatementOf(label) is { } statement) return statement.Name;
        if (SnomedHeaders.Diagnoses.TryGetValue(label, out ChallengeDiagnosis? diagnosis)) return diagnosis.Name;
        return SnomedHeaders.Diagnoses.Values.FirstOrDefault(d => d.Class == label)?.Name ?? label;
    }

    private static int[] ColumnsOf((Statement? Statement, int Column)[] labels, IReadOnlyList<Statement> statements) =>
        [.. labels.Where(l => statements.Contains(l.Statement!)).Select(l => l.Column)];

    // Table of results of Liu et al., as far as it could be established; the mean over its six sets is the abstract's 75.2.
    private static double? PublishedArea(string task) => task switch
    {
        "ptbxl_super_class" => 0.742,
        "ptbxl_sub_class" => 0.757,
        "ptbxl_form" => 0.659,
        "ptbxl_rhythm" => 0.785,
        _ => null,
    };
}
