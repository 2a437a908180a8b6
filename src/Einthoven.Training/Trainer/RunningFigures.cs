// Loss terms and figures added up over micro-batches and processes, and divided once.
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Trainer;

/// <summary>Sums since the last line of the log.</summary>
internal sealed class RunningFigures
{
    private readonly SortedDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private double _sampleSize;

    /// <summary>Adds a micro-batch: terms as sums, metrics weighted by the sample size.</summary>
    internal void Add(ObjectiveResult result)
    {
        _sampleSize += result.SampleSize;
        foreach (LossTerm term in result.Terms) AddTo($"loss.{term.Name}", term.Sum.Detach().Item());
        foreach ((string name, double value) in result.Metrics) AddTo(name, value * result.SampleSize);
    }

    private void AddTo(string name, double value) => _sums[name] = _sums.GetValueOrDefault(name) + value;

    /// <summary>The means over everything added by all processes, the total loss first, and a fresh start.</summary>
    internal IReadOnlyList<(string Name, double Value)> Take(ProcessGroup group)
    {
        double[] all = [_sampleSize, .. _sums.Values];
        group.Sum(all);
        var means = new List<(string, double)> { ("loss", 0) };
        double loss = 0;
        int k = 1;
        foreach (string name in _sums.Keys)
        {
            double mean = all[0] > 0 ? all[k] / all[0] : double.NaN;
            if (name.StartsWith("loss.", StringComparison.Ordinal)) loss += mean;
            means.Add((name, mean));
            k++;
        }
        means[0] = ("loss", loss);
        _sums.Clear();
        _sampleSize = 0;
        return means;
    }
}
