// Verdicts beside the labels of the Challenge 2011, and exchanged limb cables found among recordings in which they were exchanged by arithmetic.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;

namespace Einthoven.Bench;

internal static class QualityEvaluation
{
    /// <summary>Reads DIR/labels.csv (labels_source acceptable or unacceptable) and prints the four counts of each half.</summary>
    public static void Challenge(string folder)
    {
        string[] head = File.ReadLines(Path.Combine(folder, "labels.csv")).First().Split(',');
        int column = Array.IndexOf(head, "labels_source");
        (string Record, bool Good)[] labels = [.. File.ReadLines(Path.Combine(folder, "labels.csv")).Skip(1).Select(l => l.Split(',')).Select(f => (f[0], f[column] == "acceptable")).OrderBy(l => l.Item1, StringComparer.Ordinal)];
        (string Record, bool Good, RecordQuality Found)[] all = [.. labels.Select(l => (l.Record, l.Good, RecordQuality.Of(EcgRecord.Read(Path.Combine(folder, l.Record + ".hea")))))];
        foreach ((string name, int half) in new[] { ("tuning half", 0), ("checking half", 1) })
        {
            var part = all.Where((_, i) => i % 2 == half).ToArray();
            int right = part.Count(p => p.Good == p.Found.IsAcceptable), kept = part.Count(p => p.Good && p.Found.IsAcceptable), refused = part.Count(p => !p.Good && !p.Found.IsAcceptable);
            int good = part.Count(p => p.Good), bad = part.Length - good;
            (double low, double high) = QrsEvaluation.Wilson(right, part.Length);
            double natural = 0.773 * kept / good + 0.227 * refused / bad;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {part.Length} records, accuracy {100.0 * right / part.Length:F1} % ({100 * low:F1}-{100 * high:F1}), acceptable kept {kept} of {good}, unacceptable refused {refused} of {bad}; weighted to the challenge's 77.3 % acceptable: {100 * natural:F1} %"));
            // What went wrong is shown of the tuning half only.
            foreach (var wrong in part.Where(p => half == 0 && p.Good != p.Found.IsAcceptable))
                Console.WriteLine($"  {wrong.Record} is {(wrong.Good ? "acceptable" : "unacceptable")}: {string.Join("; ", wrong.Found.Reasons)} | {string.Join(", ", wrong.Found.Leads.Where(l => l.Reasons.Count > 0).Select(l => $"{l.Lead} {string.Join('+', l.Reasons)}{(l.IsAcceptable ? "" : "!")}"))}");
        }
    }

    /// <summary>Exchanges the limb cables of every recording of a folder in all 24 ways and prints what was suspected.</summary>
    public static void Reversals(string folder)
    {
        EcgRecord[] records = [.. EcgInputs.Expand([folder]).Inputs.Where(i => i.Error is null).Select(i => EcgRecord.Read(i.Path)).Where(r => LeadNames.Standard12.All(n => r.TryGetLead(n, out _)))];
        Console.WriteLine($"{records.Length} recordings with twelve leads");
        foreach (ElectrodePlacement placement in ElectrodePlacement.LimbArrangements)
        {
            var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (EcgRecord record in records)
            {
                double[][] made = placement.Record([.. ElectrodePlacement.IndependentLeads.Select(n => record.Lead(n).Samples.ToArray())]);
                EcgLead[] leads = [.. LeadNames.Standard12.Select((n, c) => new EcgLead(n, "mV", record.SamplingRateHz, made[c]))];
                var moved = new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, leads, record.Metadata);
                string found = LeadReversal.Suspect(moved, EcgMeasurements.Of(moved))?.Name ?? "none";
                counts[found] = counts.GetValueOrDefault(found) + 1;
            }
            Console.WriteLine($"  {placement.Name,-18} {string.Join(", ", counts.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}"))}");
        }
    }
}
