// A network's probabilities on recordings with labels.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Scores recordings; one window each.</summary>
internal static class Validation
{
    private const int Batch = 64;

    internal static ScoreTable Score(EcgNetwork network, LabeledWindows windows, IReadOnlyList<string> labels)
    {
        var scores = new double[windows.Items.Count * labels.Count];
        var truths = new float[scores.Length];
        int size = windows.Leads * windows.Samples;
        using var noGrad = GradMode.Off();
        for (int start = 0; start < windows.Items.Count; start += Batch)
        {
            using var scope = new Scope();
            int count = Math.Min(Batch, windows.Items.Count - start);
            Tensor x = Tensor.Empty([count, windows.Leads, windows.Samples]);
            Span<float> values = x.AsSpan<float>();
            for (int k = 0; k < count; k++) windows.Items[start + k].Values.Span.CopyTo(values.Slice(k * size, size));
            network.Forward(x).To(ScalarType.Float64).Sigmoid().CopyTo(scores.AsSpan(start * labels.Count, count * labels.Count));
        }
        for (int row = 0; row < windows.Items.Count; row++) windows.Items[row].Row.Labels.CopyTo(truths, row * labels.Count);
        return new ScoreTable(labels, [.. windows.Items.Select(i => i.Row.Patient)], scores, truths);
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
