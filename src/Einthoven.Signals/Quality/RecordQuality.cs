// The verdict on a recording: per lead and as a whole, with every reason in a word.
namespace Einthoven.Signals.Quality;

/// <summary>The verdict on one lead.</summary>
/// <param name="Lead">Canonical name.</param>
/// <param name="IsAcceptable">False where the lead should not be read.</param>
/// <param name="Reasons">What is wrong or doubtful, in single words of <see cref="QualityReasons"/>.</param>
public sealed record LeadQuality(string Lead, bool IsAcceptable, IReadOnlyList<string> Reasons);

/// <summary>The verdict on a recording.</summary>
/// <param name="IsAcceptable">False where the recording should not be read as a whole.</param>
/// <param name="Reasons">What concerns the whole recording.</param>
/// <param name="Leads">The leads in the order of the record.</param>
public sealed record RecordQuality(bool IsAcceptable, IReadOnlyList<string> Reasons, IReadOnlyList<LeadQuality> Leads)
{
    /// <summary>Judges a recording of any rate, length and leads.</summary>
    public static RecordQuality Of(EcgRecord record) => QualityJudge.Judge(record);

    /// <summary>The verdict as sentences for people; none where there is nothing to say.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            var warnings = new List<string>();
            foreach (IGrouping<string, LeadQuality> group in Leads.Where(l => !l.IsAcceptable).GroupBy(l => string.Join(" and ", l.Reasons)))
                warnings.Add($"quality: {(group.Count() == Leads.Count ? "all leads" : string.Join(", ", group.Select(l => l.Lead)))} {group.Key}");
            warnings.AddRange(Reasons.Where(r => r != QualityReasons.BadLeads).Select(r => $"quality: {r}"));
            return warnings;
        }
    }
}

/// <summary>The words that stand for reasons; the columns of <c>quality</c> hold them.</summary>
public static class QualityReasons
{
    /// <summary>A tenth or more of the samples are missing.</summary>
    public const string Missing = "missing";

    /// <summary>No change for a second, or hardly any in the whole.</summary>
    public const string Flat = "flat";

    /// <summary>Stands at a limit of the converter.</summary>
    public const string Saturated = "saturated";

    /// <summary>Peaks are cut off at one value.</summary>
    public const string Clipped = "clipped";

    /// <summary>Muscle noise or other fast noise.</summary>
    public const string Noisy = "noisy";

    /// <summary>Mains hum.</summary>
    public const string Mains = "mains";

    /// <summary>Slow swings of the baseline.</summary>
    public const string Wander = "wander";

    /// <summary>Sudden jumps of the baseline.</summary>
    public const string Jumps = "jumps";

    /// <summary>Too large to be millivolts of a body's surface.</summary>
    public const string TooLarge = "too large: wrong unit or scale";

    /// <summary>Too small to be millivolts of a body's surface.</summary>
    public const string TooSmall = "too small: wrong unit or scale";

    /// <summary>The unit is not known.</summary>
    public const string NoScale = "unknown scale";

    /// <summary>The rate of the beats cannot be a heart's.</summary>
    public const string ImpossibleRate = "impossible heart rate: wrong sampling rate?";

    /// <summary>No beat was found.</summary>
    public const string NoBeats = "no heartbeat found";

    /// <summary>The limb leads contradict each other.</summary>
    public const string LimbLeadsDisagree = "limb leads contradict each other";

    /// <summary>Leads that are unacceptable make the recording so.</summary>
    public const string BadLeads = "unacceptable leads";
}
