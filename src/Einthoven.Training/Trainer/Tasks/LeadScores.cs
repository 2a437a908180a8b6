// What a network of any one lead made of the validation recordings from one lead.
using Einthoven.Evaluation;
using Einthoven.Models.Packages;

namespace Einthoven.Training.Trainer;

/// <summary>Scores from one lead.</summary>
/// <param name="Lead">Its name.</param>
/// <param name="Rows">Which validation recordings have it, by their place.</param>
/// <param name="Table">A row a recording that has it.</param>
/// <param name="Areas">AUROC of every label.</param>
/// <param name="Offered">Whether the label is judged from this lead.</param>
internal sealed record LeadScores(string Lead, int[] Rows, ScoreTable Table, AurocReport Areas, bool[] Offered)
{
    /// <summary>Some labels alone.</summary>
    internal LeadScores Keep(int[] labels) => this with
    {
        Table = Table.Keep(labels),
        Areas = Areas with
        {
            Labels = [.. labels.Select(k => Areas.Labels[k])],
        },
        Offered = [.. labels.Select(k => Offered[k])],
    };

    /// <summary>The same with probabilities put right.</summary>
    internal LeadScores Calibrate(LabelCalibration?[] maps)
    {
        double[] scores = Table.AllScores();
        for (int k = 0; k < scores.Length; k++) scores[k] = maps[k % maps.Length]?.Of(scores[k]) ?? scores[k];
        return this with { Table = new ScoreTable(Table.Labels, Table.Clusters, scores, Table.AllTruths()) };
    }

    /// <summary>Truths, row-major, unknown for labels that this lead does not offer.</summary>
    internal float[] OfferedTruths()
    {
        float[] truths = Table.AllTruths();
        for (int k = 0; k < truths.Length; k++)
            if (!Offered[k % Offered.Length]) truths[k] = float.NaN;
        return truths;
    }

    /// <summary>The table with the offered labels' truths alone.</summary>
    internal ScoreTable OfferedTable() => new(Table.Labels, Table.Clusters, Table.AllScores(), OfferedTruths());
}
