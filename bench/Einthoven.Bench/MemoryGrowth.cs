// Whether a long run keeps its memory: 2,000 recordings one after another.
using System.Diagnostics;
using Einthoven.Models;
using Einthoven.Torch;

namespace Einthoven.Bench;

internal static class MemoryGrowth
{
    internal static void Run()
    {
        long before = Tensor.LiveCount;
        using (EcgModel model = EcgModel.Load("einthoven-mini"))
        {
            double early = 0;
            foreach ((Prediction _, int k) in model.PredictMany(Enumerable.Range(0, 2000).Select(k => BenchRecordings.Make(model, k))).Select((p, k) => (p, k)))
            {
                if ((k + 1) % 200 != 0) continue;
                double resident = ResidentMegabytes();
                if (k + 1 == 200) early = resident;
                Console.WriteLine($"{k + 1,5} recordings: {resident:F1} MB resident ({resident - early:+0.0;-0.0;0.0} since 200), {Tensor.LiveCount} live tensors");
            }
        }
        Console.WriteLine($"after the model is disposed: {Tensor.LiveCount - before} live tensors");
    }

    private static double ResidentMegabytes()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64 / 1e6;
    }
}
