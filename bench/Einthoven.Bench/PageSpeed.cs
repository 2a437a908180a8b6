// How long a clinical page takes, from samples to a file's bytes.
using System.Diagnostics;
using Einthoven.Signals;
using Einthoven.Signals.Page;
using Einthoven.Signals.Simulation;

namespace Einthoven.Bench;

internal static class PageSpeed
{
    private const int Records = 40;

    internal static void Run()
    {
        EcgRecord[] records = [.. Enumerable.Range(0, Records).Select(k => EcgSimulator.Run(new SimulationOptions { Seed = (ulong)k }).Record)];
        using var output = new MemoryStream();
        Measure("layout alone", records, _ => { });
        Measure("SVG", records, pages => PageFile.WriteSvg(pages[0], output));
        Measure("PDF", records, pages => PageFile.WritePdf(pages, output));
        Measure("PNG, 10 pixels a mm", records, pages => PageFile.WritePng(pages[0], output));

        void Measure(string what, EcgRecord[] all, Action<IReadOnlyList<DisplayList>> write)
        {
            double[] milliseconds = [.. Enumerable.Range(0, 4).SelectMany(_ => all).Select(record =>
            {
                output.SetLength(0);
                long start = Stopwatch.GetTimestamp();
                write(EcgPages.Draw(record));
                return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }).Skip(Records).Order()];
            Console.WriteLine($"{what}: median {milliseconds[milliseconds.Length / 2]:F2} ms, 95th percentile {milliseconds[milliseconds.Length * 95 / 100]:F2} ms");
        }
    }
}
