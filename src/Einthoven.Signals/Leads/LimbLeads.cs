// The six limb leads are two measurements: the rest follows by Einthoven's and Goldberger's relations.
using System.Diagnostics.CodeAnalysis;

namespace Einthoven.Signals;

/// <summary>A linear relation that the limb leads of one recording must fulfil: the weighted sum of the leads is zero.</summary>
/// <param name="Formula">The relation, for people.</param>
/// <param name="Terms">Lead and weight.</param>
public sealed record LimbRelation(string Formula, IReadOnlyList<(string Lead, double Weight)> Terms);

/// <summary>Derives limb leads and tells how well the recorded ones agree. All in millivolts and float64.</summary>
public static class LimbLeads
{
    static readonly string[] Names = ["I", "II", "III", "aVR", "aVL", "aVF"];

    /// <summary>Einthoven's relation first, then Goldberger's.</summary>
    public static IReadOnlyList<LimbRelation> Relations { get; } =
    [
        new("I-II+III", [("I", 1), ("II", -1), ("III", 1)]),
        new("aVR+(I+II)/2", [("aVR", 1), ("I", 0.5), ("II", 0.5)]),
        new("aVL-(I-III)/2", [("aVL", 1), ("I", -0.5), ("III", 0.5)]),
        new("aVF-(II+III)/2", [("aVF", 1), ("II", -0.5), ("III", -0.5)]),
        new("aVR+aVL+aVF", [("aVR", 1), ("aVL", 1), ("aVF", 1)]),
    ];

    /// <summary>Derives one of the six limb leads from any two of I, II and III.</summary>
    /// <returns>False when fewer than two of them are there in millivolts with equal rate and length, or the name is no limb lead.</returns>
    public static bool TryDerive(EcgRecord record, string name, [NotNullWhen(true)] out EcgLead? derived)
    {
        derived = null;
        string canonical = LeadNames.Canonical(name);
        (double[] I, double[] II, EcgLead Pattern)? pair = OneAndTwo(record);
        if (pair is not { } known || !Names.Contains(canonical)) return false;
        (double[] one, double[] two) = (known.I, known.II);
        double[] samples = new double[one.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = canonical switch
            {
                "I" => one[i],
                "II" => two[i],
                "III" => two[i] - one[i],
                "aVR" => -(one[i] + two[i]) / 2,
                "aVL" => one[i] - two[i] / 2,
                _ => two[i] - one[i] / 2,
            };
        }
        derived = new EcgLead(canonical, Units.Millivolt, known.Pattern.SamplingRateHz, samples);
        return true;
    }

    /// <summary>The record with its missing limb leads derived and added, in the customary order where all twelve are there; a warning names them.</summary>
    /// <remarks>Returns the same record where nothing is missing or nothing can be derived. Stored leads are never replaced.</remarks>
    public static EcgRecord Complete(EcgRecord record)
    {
        var added = new List<EcgLead>();
        foreach (string name in Names)
            if (!record.TryGetLead(name, out _) && TryDerive(record, name, out EcgLead? lead)) added.Add(lead);
        if (added.Count == 0) return record;
        EcgLead[] leads =
        [
            .. record.Leads.Concat(added).OrderBy(lead => LeadNames.StandardIndex(lead.Name) is >= 0 and int index ? index : int.MaxValue),
        ];
        string names = string.Join(", ", added.Select(lead => lead.Name));
        var metadata = new Dictionary<string, string>(record.Metadata) { ["derived_leads"] = names };
        return new EcgRecord(record.Path, record.Format, record.SamplingRateHz, record.SampleCount, leads, metadata,
            [.. record.Warnings, $"derived from the other limb leads: {names}"]);
    }

    /// <summary>The weighted sum of a relation, sample by sample in millivolts; null where a lead is missing or lengths differ.</summary>
    public static double[]? Residual(EcgRecord record, LimbRelation relation)
    {
        double[]? sum = null;
        foreach ((string name, double weight) in relation.Terms)
        {
            if (!record.TryGetLead(name, out EcgLead? lead) || !lead.IsMillivolts) return null;
            ReadOnlySpan<double> samples = lead.Samples.Span;
            sum ??= new double[samples.Length];
            if (sum.Length != samples.Length) return null;
            for (int i = 0; i < sum.Length; i++) sum[i] += weight * samples[i];
        }
        return sum;
    }

    /// <summary>Root mean square of a relation's residual in millivolts over the samples that are not missing; null where it cannot be computed.</summary>
    public static double? ResidualRms(EcgRecord record, LimbRelation relation)
    {
        if (Residual(record, relation) is not { } residual) return null;
        double squares = 0;
        int present = 0;
        foreach (double value in residual)
        {
            if (double.IsNaN(value)) continue;
            squares += value * value;
            present++;
        }
        return present == 0 ? null : Math.Sqrt(squares / present);
    }

    /// <summary>Root mean square of I - II + III in millivolts: near zero for leads of one recording, large when electrodes or columns are mixed up.</summary>
    public static double? EinthovenResidual(EcgRecord record) => ResidualRms(record, Relations[0]);

    // I and II in time order, computed from whichever two of I, II, III are there.
    static (double[] I, double[] II, EcgLead Pattern)? OneAndTwo(EcgRecord record)
    {
        record.TryGetLead("I", out EcgLead? one);
        record.TryGetLead("II", out EcgLead? two);
        record.TryGetLead("III", out EcgLead? three);
        EcgLead[] pair = [.. new[] { one, two, three }.OfType<EcgLead>().Take(2)];
        if (pair.Length < 2 || !pair[0].IsMillivolts || !pair[1].IsMillivolts
            || pair[0].Samples.Length != pair[1].Samples.Length
            || !pair[0].SamplingRateHz.Equals(pair[1].SamplingRateHz)) return null;
        double[] first = pair[0].Samples.ToArray(), second = pair[1].Samples.ToArray();
        if (one is null)
        {
            for (int i = 0; i < first.Length; i++) second[i] = first[i] - second[i]; // I = II - III
            return (second, first, pair[0]);
        }
        if (two is null)
        {
            for (int i = 0; i < first.Length; i++) second[i] = first[i] + second[i]; // II = I + III
        }
        return (first, second, pair[0]);
    }
}
