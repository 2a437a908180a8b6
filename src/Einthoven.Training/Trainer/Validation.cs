// A network's probabilities on recordings with labels.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Scores recordings; one window each.</summary>
internal static class Validation
{
    private const int Batch = 64;

    /// <summary>
    /// Probabilities of the first window of every recording; the network is in evaluation mode already. A store may hold more leads behind
    /// those of the input, for training to choose from.
    /// </summary>
    internal static ScoreTable Score(EcgNetwork network, RecordStore store, int[] records, InputContract input, Device device)
    {
        IReadOnlyList<string> labels = store.Labels;
        var scores = new double[records.Length * labels.Count];
        int size = input.Leads.Count * input.WindowSamples;
        var stored = new float[store.LeadCount * input.WindowSamples];
        using var noGrad = GradMode.Off();
        for (int start = 0; start < records.Length; start += Batch)
        {
            using var scope = new Scope();
            int count = Math.Min(Batch, records.Length - start);
            Tensor x = Tensor.Empty([count, input.Leads.Count, input.WindowSamples]);
            Span<float> values = x.AsSpan<float>();
            for (int k = 0; k < count; k++)
            {
                store.Read(records[start + k], 0, input.WindowSamples, stored);
                stored.AsSpan(0, size).CopyTo(values.Slice(k * size, size));
            }
            network.Forward(x.To(device)).To(ScalarType.Float64).Sigmoid().CopyTo(scores.AsSpan(start * labels.Count, count * labels.Count));
        }
        return Table(store, records, scores);
    }

    /// <summary>Scores beside what is true of the recordings and whose they are.</summary>
    /// <param name="store">Has the labels.</param>
    /// <param name="records">A recording a row.</param>
    /// <param name="scores">Row-major [records, labels].</param>
    internal static ScoreTable Table(RecordStore store, int[] records, double[] scores)
    {
        var truths = new float[scores.Length];
        for (int row = 0; row < records.Length; row++) store.CopyLabels(records[row], truths.AsSpan(row * store.Labels.Count));
        return new ScoreTable(store.Labels, [.. records.Select(r => store.Row(r).Patient)], scores, truths);
    }

    /// <summary>The figures of a validation; the macro AUROC chooses, or the loss where no label has both classes.</summary>
    internal static ValidationOutcome Outcome(ScoreTable table)
    {
        double macro = Bootstrap.MeanOfDefined(Enumerable.Range(0, table.Labels.Count).Select(k => Auroc.Of(table.Scores(k), table.Truths(k))));
        double crossEntropy = CrossEntropy(table);
        return new ValidationOutcome(double.IsNaN(macro) ? -crossEntropy : macro, [("macro_auroc", macro), ("cross_entropy", crossEntropy)]);
    }

    /// <summary>Mean binary cross-entropy of the known labels.</summary>
    internal static double CrossEntropy(ScoreTable table)
    {
        double sum = 0;
        long n = 0;
        for (int label = 0; label < table.Labels.Count; label++)
        {
            double[] scores = table.Scores(label);
            float[] truths = table.Truths(label);
            for (int row = 0; row < scores.Length; row++)
            {
                if (float.IsNaN(truths[row])) continue;
                double p = Math.Clamp(truths[row] > 0.5f ? scores[row] : 1 - scores[row], 1e-12, 1);
                sum -= Math.Log(p);
                n++;
            }
        }
        return sum / n;
    }
}
