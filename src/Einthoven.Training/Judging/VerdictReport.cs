// A judgement as Markdown.
using System.Globalization;
using System.Text;
using Einthoven.Evaluation;

namespace Einthoven.Training.Judging;

internal static class VerdictReport
{
    internal static string Markdown(Verdict v)
    {
        var text = new StringBuilder();
        Line($"# {v.Maker}");
        Line($"Data: {v.Data}. Brackets hold 95 % intervals (1,000 bootstrap draws of patients, or of recordings; shares by Wilson). Classifiers learned from {v.Learned} recordings; {v.Tested} real test recordings, {v.Paired} of them with a synthetic copy of the same statements; {v.Statements} statements have enough positives to be counted. Research use; not a medical device.");
        Line($"## Classifiers");
        Rows("macro AUROC", [.. v.Classifiers.Select(c => c.Classifier)],
        [
            ("learned from real, tested on real (reference)", [.. v.Classifiers.Select(c => Text(c.RealOnReal))]),
            ("learned from synthetic, tested on real", [.. v.Classifiers.Select(c => Text(c.SyntheticOnReal))]),
            ("— minus the reference", [.. v.Classifiers.Select(c => c.SyntheticMinusReal.ToSignedString())]),
            ("learned from real, tested on the real ones with a copy", [.. v.Classifiers.Select(c => Text(c.RealOnPaired))]),
            ("learned from real, tested on the synthetic copies", [.. v.Classifiers.Select(c => Text(c.RealOnSynthetic))]),
            ("rare statements: synthetic positives added, minus real alone", [.. v.Classifiers.Select(c => c.RareMinusReal is { } d ? d.ToSignedString() : "–")]),
            ("real told from synthetic (0.5: not at all)", [.. v.Classifiers.Select(c => Text(c.TwoSample))]),
        ]);
        foreach (ClassifierVerdict c in v.Classifiers.Where(c => c.Rare.Count > 0))
        {
            Line($"Rare statements by {c.Classifier}:");
            Rows("statement", ["positives learned", "synthetic added", "tested", "real alone", "with synthetic", "difference"],
                [.. c.Rare.Select(r => (r.Statement, new[] { $"{r.Learned}", $"{r.Added}", $"{r.Tested}", Number(r.Real), Number(r.WithSynthetic), r.Difference.ToSignedString() }))]);
        }

        foreach (ClassifierVerdict c in v.Classifiers)
        {
            Line($"Statements by {c.Classifier}, AUROC:");
            Rows("statement", ["positives", "real on real", "synthetic on real", "real on synthetic"],
                [.. c.Statements.Select(s => (s.Statement, new[] { $"{s.Positives}", Text(s.RealOnReal), Text(s.SyntheticOnReal), Text(s.RealOnSynthetic) }))]);
        }

        Line($"## Signs of statements");
        Line($"Recordings in which the delineator finds what the statement is about; where it cannot measure, it has not found.");
        Rows("statement", ["sign", "real", "of", "synthetic", "of", "median, real", "median, synthetic"],
            [.. v.Signs.Select(s => (s.Statement, new[] { s.Sign, Percent(s.Real), $"{s.RealCount}", Percent(s.Synthetic), $"{s.SyntheticCount}", Number(s.RealValue), Number(s.SyntheticValue) }))]);
        Line($"## Signals");
        Line($"Means over pairs. Lead relations: the largest error of Einthoven's and Goldberger's relations in a synthetic recording is {v.LeadRelationError:0.0000} mV.");
        Rows("figure", ["real", "synthetic", "synthetic − real"], [.. v.Signals.Select(s => (s.Figure, new[] { Text(s.Real), Text(s.Synthetic), s.Difference.ToSignedString() }))]);
        Line($"## Memorisation");
        Line($"Distance to the nearest recording that was learned from: 1 − correlation of six seconds of all leads, aligned at a beat. \"Close\": closer than the closest hundredth of unseen real recordings.");
        Rows("recordings", ["number", "median distance", "least", "close", "closest pair"],
            [.. v.Nearest.Select(n => (n.Who, new[] { $"{n.Count}", Text(n.Median), Number(n.Least), Percent(n.CloseShare), n.Closest }))]);
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\n\n");

        void Rows(string corner, string[] heads, IReadOnlyList<(string Name, string[] Cells)> rows)
        {
            text.Append("| ").Append(corner).Append(" | ").AppendJoin(" | ", heads).Append(" |\n|").Insert(text.Length, "---|", heads.Length + 1).Append('\n');
            foreach ((string name, string[] cells) in rows) text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");
            text.Append('\n');
        }
    }

    private static string Text(Estimate e) => double.IsNaN(e.Value) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{e.Value:F3} ({e.Low:F3} to {e.High:F3})");

    private static string Percent(Estimate e) => double.IsNaN(e.Value) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{e.Value:P0} ({e.Low:P0} to {e.High:P0})");

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.###", CultureInfo.InvariantCulture);
}
