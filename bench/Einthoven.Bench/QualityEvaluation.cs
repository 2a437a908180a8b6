// Verdicts beside the labels of the Challenge 2011, and exchanged limb cables found among recordings in which they were exchanged by arithmetic.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;

namespace Einthoven.Bench;

internal static class QualityEvaluation
{
    private const int Folds = 5;

    // The challenge's own share of acceptable recordings; the set here has half of each.
    private const double AcceptableShare = 0.773;

    private static readonly double[] s_jumps = [0.7, 1, 1.25, 1.5, 2, 2.5], s_wanders = [0.4, 0.5, 0.6, 0.8, 1.2], s_mains = [0.1, 0.2], s_noises = [0.035, 0.04, 0.05, 0.07, 0.09];

    private sealed record Judged(bool Good, bool IsDead, bool IsAcceptable, LeadFigures[] Leads)
    {
        public bool Refused(LeadThresholds limits, int disturbed) => IsDead
            || Leads.Count(l => l.Jump > limits.Jump || l.Wander > limits.Wander || l.Mains > limits.Mains || l.Noise > limits.Noise) >= disturbed;
    }

    /// <summary>Reads DIR/labels.csv (labels_source acceptable or unacceptable) and prints the counts with the thresholds in use, and with thresholds chosen on other records.</summary>
    public static void Challenge(string folder)
    {
        string[] head = File.ReadLines(Path.Combine(folder, "labels.csv")).First().Split(',');
        int column = Array.IndexOf(head, "labels_source");
        Judged[] all =
        [
            .. File.ReadLines(Path.Combine(folder, "labels.csv")).Skip(1).Select(l => l.Split(',')).OrderBy(f => f[0], StringComparer.Ordinal)
                .Select(f => Judge(EcgRecord.Read(Path.Combine(folder, f[0] + ".hea")), f[column] == "acceptable")),
        ];
        Print("thresholds in use (chosen on these records)", all, [.. all.Select(r => !r.IsAcceptable)]);

        bool[] refused = new bool[all.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            Judged[] others = [.. all.Where((_, i) => i % Folds != fold)];
            (LeadThresholds limits, int disturbed) = Grid().MaxBy(g => Natural(others, [.. others.Select(r => r.Refused(g.Limits, g.Disturbed))]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  without fold {fold}: {limits}, {disturbed} leads"));
            for (int i = fold; i < all.Length; i += Folds) refused[i] = all[i].Refused(limits, disturbed);
        }
        Print($"thresholds chosen on the other {Folds - 1} of {Folds} folds", all, refused);
    }

    private static Judged Judge(EcgRecord record, bool good)
    {
        RecordQuality quality = RecordQuality.Of(record);
        bool isDead = quality.Leads.Any(QualityJudge.IsDead) || quality.Reasons.Any(r => r is QualityReasons.NoBeats or QualityReasons.ImpossibleRate or QualityReasons.TooLarge or QualityReasons.TooSmall);
        return new(good, isDead, quality.IsAcceptable, [.. record.Leads.Select(l => LeadFigures.Of([.. l.Samples.ToArray().Where(double.IsFinite)], l.SamplingRateHz))]);
    }

    private static IEnumerable<(LeadThresholds Limits, int Disturbed)> Grid() =>
        from jump in s_jumps
        from wander in s_wanders
        from mains in s_mains
        from noise in s_noises
        from disturbed in Enumerable.Range(1, 3)
        select (new LeadThresholds(jump, wander, mains, noise), disturbed);

    private static double Natural(Judged[] records, bool[] refused)
    {
        int good = records.Count(r => r.Good), kept = records.Where((r, i) => r.Good && !refused[i]).Count(), caught = records.Where((r, i) => !r.Good && refused[i]).Count();
        return AcceptableShare * kept / good + (1 - AcceptableShare) * caught / (records.Length - good);
    }

    private static void Print(string name, Judged[] records, bool[] refused)
    {
        int good = records.Count(r => r.Good), kept = records.Where((r, i) => r.Good && !refused[i]).Count(), caught = records.Where((r, i) => !r.Good && refused[i]).Count();
        (double low, double high) = QrsEvaluation.Wilson(kept + caught, records.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {records.Length} records, accuracy {100.0 * (kept + caught) / records.Length:F1} % ({100 * low:F1}-{100 * high:F1}), acceptable kept {kept} of {good}, unacceptable refused {caught} of {records.Length - good}; weighted to the challenge's 77.3 % acceptable: {100 * Natural(records, refused):F1} %"));
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
            if (placement.Name == ElectrodePlacement.LimbArrangements[0].Name) ArmAndLeg(records);
            Console.WriteLine($"  {placement.Name,-18} {string.Join(", ", counts.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}"))}");
        }
    }

    // LA/LL leaves an ordinary ECG whose lead I is the true II: what a rule on the height of P would give (P in I above P in II by so much).
    private static void ArmAndLeg(EcgRecord[] records)
    {
        var above = new List<double>();
        foreach (EcgRecord record in records)
        {
            EcgMeasurements measured = EcgMeasurements.Of(record);
            double? Height(string lead) => measured.Leads.FirstOrDefault(l => l.Lead == lead)?.P;
            if (measured.PMs is not null && Height("I") - Height("II") is { } difference) above.Add(difference);
        }
        foreach (double least in new[] { 0, 0.02, 0.04, 0.06, 0.08 })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  LA/LL by P in I above II by {1000 * least:0} uV: {above.Count} with P, exchanged found {100.0 * above.Count(d => -d > least) / above.Count:F1} %, correct ones suspected {100.0 * above.Count(d => d > least) / above.Count:F1} %"));
    }
}
