// A network's probabilities on recordings with labels.
using Einthoven.Evaluation;
using Einthoven.Evaluation.Classification;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Scores recordings over all their windows, as predict does.</summary>
internal static class Validation
{
    private const int Batch = 64;

    /// <summary>Probabilities of every recording; the network is in evaluation mode already. Leads that are not kept are zero.</summary>
    internal static ScoreTable Score(
        EcgNetwork network, RecordStore store, int[] records, InputContract input, Device device, Aggregation aggregation = Aggregation.Mean, bool[]? kept = null) =>
        Table(store, records, Outputs(network, store, records, input, device, logits => logits.Sigmoid(), aggregation, kept: kept));

    /// <summary>The same for a network of one lead, from a lead of one's choice.</summary>
    /// <param name="network">The network, in evaluation mode.</param>
    /// <param name="store">Has the recordings.</param>
    /// <param name="records">Which.</param>
    /// <param name="leads">The stored lead that each is judged from.</param>
    /// <param name="input">What the network expects.</param>
    /// <param name="device">Where to compute.</param>
    internal static ScoreTable Score(EcgNetwork network, RecordStore store, int[] records, int[] leads, InputContract input, Device device) =>
        Table(store, records, Outputs(network, store, records, input, device, logits => logits.Sigmoid(), leads: leads));

    /// <summary>
    /// What becomes of the outputs over all windows of every recording; the network is in evaluation mode already. A store may hold more leads
    /// behind those of the input, for training to choose from.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="store">Has the recordings.</param>
    /// <param name="records">Which.</param>
    /// <param name="input">What the network expects, and how windows are cut.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="activation">What is made of the outputs, float64 [rows, labels].</param>
    /// <param name="aggregation">How the windows of a recording become one.</param>
    /// <param name="leads">For a network of one lead: the stored lead that each recording is judged from; null: the first.</param>
    /// <param name="kept">Leads of the input that are there, the others are zero; null: all.</param>
    /// <returns>Row-major [records, labels].</returns>
    internal static double[] Outputs(
        EcgNetwork network, RecordStore store, int[] records, InputContract input, Device device, Func<Tensor, Tensor> activation,
        Aggregation aggregation = Aggregation.Mean, int[]? leads = null, bool[]? kept = null)
    {
        int labels = store.Labels.Count, size = input.Leads.Count * input.WindowSamples;
        int[] counts = [.. records.Select(record => input.WindowsOf(store.Samples(record)))];
        (int Row, int Start)[] windows = [.. counts.SelectMany((count, row) => Enumerable.Range(0, count).Select(k => (row, k * input.StrideSamples)))];
        var outputs = new double[records.Length * labels];
        var stored = new float[store.LeadCount * input.WindowSamples];
        var part = new double[Batch * labels];
        using var noGrad = GradMode.Off();
        for (int start = 0; start < windows.Length; start += Batch)
        {
            using var scope = new Scope();
            int count = Math.Min(Batch, windows.Length - start);
            Tensor x = Tensor.Empty([count, input.Leads.Count, input.WindowSamples]);
            Span<float> values = x.AsSpan<float>();
            for (int k = 0; k < count; k++)
            {
                (int row, int from) = windows[start + k];
                store.Read(records[row], from, input.WindowSamples, stored);
                stored.AsSpan((leads?[row] ?? 0) * input.WindowSamples, size).CopyTo(values.Slice(k * size, size));
                for (int lead = 0; kept is not null && lead < kept.Length; lead++)
                    if (!kept[lead]) values.Slice((k * size) + (lead * input.WindowSamples), input.WindowSamples).Clear();
            }
            // Behind the labels there may be helpers, of use to training alone.
            activation(network.Forward(x.To(device)).Narrow(1, 0, labels).To(ScalarType.Float64)).CopyTo(part.AsSpan(0, count * labels));
            for (int k = 0; k < count; k++)
            {
                int row = windows[start + k].Row;
                Span<double> sum = outputs.AsSpan(row * labels, labels);
                for (int label = 0; label < labels; label++)
                {
                    double value = part[(k * labels) + label];
                    sum[label] = aggregation == Aggregation.Max ? Math.Max(sum[label], value) : sum[label] + (value / counts[row]);
                }
            }
        }
        return outputs;
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

    /// <summary>The figures of a validation; the macro AUROC chooses unless another is named, or the loss where no label has both classes.</summary>
    internal static ValidationOutcome Outcome(ScoreTable table, SelectionFigure select = SelectionFigure.Auto)
    {
        RankingCurve[] curves = [.. Enumerable.Range(0, table.Labels.Count).Select(k => RankingCurve.Of(table.Scores(k), table.Truths(k)))];
        double area = Bootstrap.MeanOfDefined(curves.Select(c => c.Auroc)), precision = Bootstrap.MeanOfDefined(curves.Select(c => c.AveragePrecision));
        double crossEntropy = CrossEntropy(table);
        double chosen = select switch
        {
            SelectionFigure.MacroAuprc => precision,
            SelectionFigure.CrossEntropy => -crossEntropy,
            _ => area,
        };
        return new ValidationOutcome(double.IsNaN(chosen) ? -crossEntropy : chosen, [("macro_auroc", area), ("macro_auprc", precision), ("cross_entropy", crossEntropy)]);
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
