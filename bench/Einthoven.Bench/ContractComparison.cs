// How far ECGFounder's three ways to prepare a recording differ: the prepared signals, and what a network makes of them.
using System.Globalization;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFounder;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class ContractComparison
{
    private const int Largest = 60;
    private static readonly (int First, int Second)[] s_pairs = [(0, 1), (0, 2), (1, 2)];

    /// <summary>Untrained networks: what can be said without anybody's weights.</summary>
    internal static void Run(string folder)
    {
        List<Prepared> recordings = Prepare(folder, [.. Contracts(LeadNames.Standard12)]);
        Signals(recordings);
        Console.WriteLine("\nlogits of untrained networks (default initial weights): difference between contracts over difference between recordings");
        foreach (ulong seed in (ulong[])[1, 2, 3])
        {
            using Net1D network = new(new Net1DConfig());
            network.Initialize(new PhiloxRandom(seed));
            double[][][] logits = [.. recordings.Select(r => r.Windows.Select(w => Logits(network, w)).ToArray())]; // [recordings][contracts][labels]
            Console.WriteLine(Row($"seed {seed}", s_pairs.Select(pair => Ratio(logits, pair).ToString("F2", CultureInfo.InvariantCulture))));
        }
    }

    /// <summary>A model of the family: how probabilities and findings change with the contract.</summary>
    internal static void Run(string folder, string name)
    {
        using EcgModel model = EcgModel.Load(name);
        List<Prepared> recordings = Prepare(folder, [model.Description.Input, .. model.Description.OtherInputs]);
        Signals(recordings);
        double[][][] probabilities = [.. recordings.Select(r => r.Windows.Select(w => Logits(model.Network, w).Select(z => 1 / (1 + Math.Exp(-z))).ToArray()).ToArray())];
        double[] thresholds = [.. model.Description.Labels.Select(l => l.Threshold)];
        Console.WriteLine(Row("mean |Δ probability|", s_pairs.Select(pair => probabilities.Average(r => r[pair.First].Zip(r[pair.Second], (a, b) => Math.Abs(a - b)).Average()).ToString("F4", CultureInfo.InvariantCulture))));
        Console.WriteLine(Row("findings that change, a recording", s_pairs.Select(pair => probabilities.Average(
            r => Enumerable.Range(0, thresholds.Length).Count(k => r[pair.First][k] >= thresholds[k] != r[pair.Second][k] >= thresholds[k])).ToString("F1", CultureInfo.InvariantCulture))));
    }

    private static IEnumerable<InputContract> Contracts(IReadOnlyList<string> leads) =>
        [EcgFounderContracts.A(leads), EcgFounderContracts.B(leads), EcgFounderContracts.C(leads)];

    private sealed record Prepared(float[][] Windows, float[][] Millivolts); // [contracts][leads · samples]

    // The first window of each recording, as the network gets it and in millivolts.
    private static List<Prepared> Prepare(string folder, InputContract[] contracts)
    {
        var prepared = new List<Prepared>();
        int refused = 0;
        foreach (EcgInput input in EcgInputs.Expand([folder]).Inputs)
        {
            if (prepared.Count == Largest) break;
            try
            {
                EcgRecord record = EcgRecord.Read(input.Path);
                prepared.Add(new(
                    [.. contracts.Select(c => c.Apply(record)[0].ToArray())],
                    [.. contracts.Select(c => (c with { Normalization = new FixedScale { Millivolts = [.. c.Leads.Select(_ => 1.0)] } }).Apply(record)[0].ToArray())]));
            }
            catch (Exception e) when (e is EcgFormatException or InputContractException)
            {
                refused++;
            }
        }

        Console.WriteLine($"{prepared.Count} recordings ({refused} have no twelve leads or cannot be read)");
        Console.WriteLine(Row("", s_pairs.Select(pair => $"{Letter(pair.First)} and {Letter(pair.Second)}")));
        return prepared;

        string Letter(int k) => contracts[k].Name[(contracts[k].Name.LastIndexOf('-') + 1)..].ToUpperInvariant();
    }

    private static void Signals(List<Prepared> recordings)
    {
        Line("millivolts, root mean square of the difference", r => r.Millivolts, RootMeanSquare);
        Line("millivolts, largest difference", r => r.Millivolts, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max());
        Line("as the network gets it, root mean square", r => r.Windows, RootMeanSquare);
        Line("as the network gets it, largest", r => r.Windows, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max());

        void Line(string what, Func<Prepared, float[][]> of, Func<float[], float[], double> figure) => Console.WriteLine(Row(what, s_pairs.Select(pair =>
        {
            double[] values = [.. recordings.Select(r => figure(of(r)[pair.First], of(r)[pair.Second])).Order()];
            return string.Create(CultureInfo.InvariantCulture, $"{values[values.Length / 2]:F2} ({values[values.Length / 10]:F2}–{values[values.Length * 9 / 10]:F2})");
        })));
    }

    // Root mean square over labels and recordings of the change by contract, over that of the deviation between recordings.
    private static double Ratio(double[][][] logits, (int First, int Second) pair)
    {
        double change = 0, spread = 0;
        for (int label = 0; label < logits[0][0].Length; label++)
        {
            double mean = logits.Average(r => r[pair.First][label]);
            spread += logits.Sum(r => Math.Pow(r[pair.First][label] - mean, 2));
            change += logits.Sum(r => Math.Pow(r[pair.First][label] - r[pair.Second][label], 2));
        }

        return Math.Sqrt(change / spread);
    }

    private static double RootMeanSquare(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average());

    private static double[] Logits(EcgNetwork network, float[] window)
    {
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        return network.Forward(Tensor.From(window, 1, 12, window.Length / 12)).ToArray<double>();
    }

    private static string Row(string what, IEnumerable<string> figures) => $"{what,-48}{string.Concat(figures.Select(f => f.PadLeft(20)))}";
}
