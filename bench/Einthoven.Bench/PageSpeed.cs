// How long a clinical page takes, from samples to a file's bytes; by processor time, so that other work on the machine does not count.
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
            double best = double.MaxValue;
            for (int round = 0; round < 5; round++)
            {
                using var self = Process.GetCurrentProcess();
                TimeSpan start = self.TotalProcessorTime;
                foreach (EcgRecord record in all)
                {
                    output.SetLength(0);
                    write(EcgPages.Draw(record));
                }
                self.Refresh();
                best = Math.Min(best, (self.TotalProcessorTime - start).TotalMilliseconds / all.Length);
            }
            Console.WriteLine($"{what}: {best:F2} ms a page");
        }
    }
}
