// From the outputs of a recording's windows to findings or values: activation, aggregation, calibration.

using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;

namespace Einthoven.Models;

internal static class NetworkOutputs
{
    /// <summary>One probability a label from the logits [windows, labels] of one recording; none for a model of values.</summary>
    /// <param name="model">Whose labels they are.</param>
    /// <param name="logits">Row-major [windows, labels].</param>
    /// <param name="leadOf">For a network of any one lead, the lead of every window: labels that these leads cannot show are left out.</param>
    /// <exception cref="ArithmeticException">A logit is not a number: a network that overflows must not pass for one that found nothing.</exception>
    public static Finding[] Findings(ModelDescription model, ReadOnlySpan<float> logits, IReadOnlyList<string>? leadOf = null) => model.Task switch
    {
        ModelTask.Regression => [],
        ModelTask.MultiClass => Classes(model.Labels, logits),
        _ => Probabilities(model.Labels, logits, leadOf),
    };

    /// <summary>One value a label, the mean over the windows; none for a model of probabilities.</summary>
    /// <exception cref="ArithmeticException">An output is not a number.</exception>
    public static EstimatedValue[] Values(ModelDescription model, ReadOnlySpan<float> outputs)
    {
        if (model.Task != ModelTask.Regression)
            return [];
        int labels = model.Labels.Count, windows = outputs.Length / labels;
        var values = new EstimatedValue[labels];
        for (int label = 0; label < labels; label++)
        {
            double sum = 0;
            for (int window = 0; window < windows; window++)
                sum += outputs[(window * labels) + label];
            double mean = Number(sum / windows, model.Labels[label]);
            values[label] = new EstimatedValue(model.Labels[label], model.Labels[label].Value?.Of(mean) ?? mean);
        }

        return values;
    }

    /// <summary>Each label by itself: sigmoid, aggregation over the windows of the leads that can show it, calibration.</summary>
    public static Finding[] Probabilities(IReadOnlyList<ModelLabel> labels, ReadOnlySpan<float> logits, IReadOnlyList<string>? leadOf = null)
    {
        int windows = logits.Length / labels.Count;
        var findings = new List<Finding>(labels.Count);
        for (int label = 0; label < labels.Count; label++)
        {
            IReadOnlyList<string>? leads = leadOf is { Count: > 0 } ? labels[label].Leads : null;
            int seen = 0;
            double sum = 0;
            double largest = 0;
            for (int window = 0; window < windows; window++)
            {
                if (leads is not null && !leads.Contains(LiveLeads.Direction(leadOf![window])))
                    continue;
                double probability = 1 / (1 + Math.Exp(-logits[(window * labels.Count) + label]));
                sum += probability;
                largest = Math.Max(largest, probability);
                seen++;
            }

            if (seen == 0)
                continue;
            double mean = Number(sum / seen, labels[label]);
            double found = labels[label].Aggregation == Aggregation.Max ? largest : mean;
            findings.Add(new Finding(labels[label], labels[label].Calibration?.Of(found) ?? found));
        }

        return [.. findings];
    }

    // The mean over windows of each window's softmax: the probabilities of a recording add up to 1. The most probable class is the finding.
    private static Finding[] Classes(IReadOnlyList<ModelLabel> labels, ReadOnlySpan<float> logits)
    {
        int windows = logits.Length / labels.Count;
        var means = new double[labels.Count];
        for (int window = 0; window < windows; window++)
        {
            ReadOnlySpan<float> row = logits.Slice(window * labels.Count, labels.Count);
            double largest = double.NegativeInfinity, sum = 0;
            foreach (float logit in row)
                largest = Math.Max(largest, logit);
            foreach (float logit in row)
                sum += Math.Exp(logit - largest);
            for (int k = 0; k < means.Length; k++)
                means[k] += Math.Exp(row[k] - largest) / sum / windows;
        }

        int best = 0;
        for (int k = 0; k < means.Length; k++)
            if (Number(means[k], labels[k]) > means[best]) best = k;
        return [.. means.Select((p, k) => new Finding(labels[k], p) { IsPositive = k == best })];
    }

    private static double Number(double value, ModelLabel label) => double.IsNaN(value)
        ? throw new ArithmeticException($"the network's output for \"{label.Name}\" is not a number")
        : value;
}
