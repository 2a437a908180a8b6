// Recordings for the benchmarks: made up, so that no data are needed.
using Einthoven.Models;
using Einthoven.Signals;

namespace Einthoven.Bench;

internal static class BenchRecordings
{
    /// <summary>Ten seconds of the leads that a model wants, at 500 Hz: spikes and noise, a new one for every index.</summary>
    internal static EcgRecord Make(EcgModel model, int index)
    {
        const double Rate = 500;
        const int Samples = 5000;
        var random = new Random(index);
        EcgLead[] leads = [.. model.Description.Input.Leads.Select(name =>
        {
            var values = new double[Samples];
            for (int t = 0; t < Samples; t++) values[t] = (t % 400 < 20 ? 1 : 0) + (0.05 * random.NextDouble());
            return new EcgLead(name, "mV", Rate, values);
        })];
        return new EcgRecord($"made-up-{index}", "bench", Rate, Samples, leads);
    }
}
