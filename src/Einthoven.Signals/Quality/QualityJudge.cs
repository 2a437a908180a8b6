// Puts the verdicts on leads together with what only the whole recording shows.
using Einthoven.Signals.Beats;
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Quality;

static class QualityJudge
{
    const double MaxRate = 300, MinRate = 20, LargestSwing = 15, SmallestSwing = 0.05, ResidualShare = 0.1, LeastResidual = 0.03;
    const int DisturbedLeads = 2;

    public static RecordQuality Judge(EcgRecord record)
    {
        var reasons = new List<string>();
        bool isBad = false;
        LeadQuality[] leads = [.. record.Leads.Select(l => l.IsMillivolts ? LeadJudge.Judge(l) : new LeadQuality(l.Name, true, l.Unit == Units.Count ? [QualityReasons.NoScale] : []))];
        // What says nothing at all in one lead spoils the whole; a reader passes over a single lead that is only disturbed.
        if (leads.Any(IsDead) || leads.Count(l => !l.IsAcceptable) >= Math.Min(DisturbedLeads, Math.Max(1, leads.Length)))
        {
            isBad = true;
            reasons.Add(QualityReasons.BadLeads);
        }
        if (Scale(record, leads) is { } scale)
        {
            isBad = true;
            reasons.Add(scale);
        }
        // Where every lead is flat, saturated or missing, beats would be artefacts.
        if (leads.Length > 0 && leads.All(l => !l.IsAcceptable)) return new(false, reasons, leads);

        EcgMeasurements measured = EcgMeasurements.Of(record);
        if (measured.Series.Beats.Count == 0 && record.Duration.TotalSeconds >= 3)
        {
            isBad = true;
            reasons.Add(QualityReasons.NoBeats);
        }
        if (measured.HeartRateBpm is > MaxRate or < MinRate)
        {
            isBad = true;
            reasons.Add(QualityReasons.ImpossibleRate);
        }
        if (Disagree(record)) reasons.Add(QualityReasons.LimbLeadsDisagree);
        if (LeadReversal.Suspect(record, measured) is { } reversal) reasons.Add($"limb cables exchanged? {reversal.Name}");
        return new(!isBad, reasons, leads);
    }

    /// <summary>True for a lead whose signal is missing, flat or at the limits.</summary>
    public static bool IsDead(LeadQuality lead) =>
        !lead.IsAcceptable && lead.Reasons.Any(r => r is QualityReasons.Missing or QualityReasons.Flat or QualityReasons.Saturated or QualityReasons.Clipped);

    // The median swing of the leads that are neither flat nor saturated.
    static string? Scale(EcgRecord record, LeadQuality[] leads)
    {
        var swings = new List<double>();
        for (int i = 0; i < leads.Length; i++)
        {
            if (!record.Leads[i].IsMillivolts || leads[i].Reasons.Any(r => r is QualityReasons.Flat or QualityReasons.Saturated or QualityReasons.Missing)) continue;
            double[] x = [.. record.Leads[i].Samples.ToArray().Where(double.IsFinite)];
            swings.Add(Statistics.Quantile(x, 0.995) - Statistics.Quantile(x, 0.005));
        }
        if (swings.Count == 0) return null;
        double swing = Statistics.Median([.. swings]);
        return swing > LargestSwing ? QualityReasons.TooLarge : swing < SmallestSwing ? QualityReasons.TooSmall : null;
    }

    static bool Disagree(EcgRecord record)
    {
        if (LimbLeads.EinthovenResidual(record) is not { } residual || !record.TryGetLead("II", out EcgLead? two)) return false;
        double[] x = [.. two.Samples.ToArray().Where(double.IsFinite)];
        return x.Length > 1 && residual > Math.Max(LeastResidual, ResidualShare * Standardization.Moments(x).Std);
    }
}
