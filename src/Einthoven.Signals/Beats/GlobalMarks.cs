// Global boundaries of a beat: the earliest onset and the latest end of any lead, as far as other leads confirm them
// (the rule of the CSE working party, as used by Martínez et al., IEEE TBME 51:570, 2004).
namespace Einthoven.Signals.Beats;

/// <summary>Boundaries over all leads in seconds; intervals in milliseconds, null where a wave is missing.</summary>
readonly record struct GlobalMarks(double? POn, double? POff, double? QrsOn, double? QrsOff, double? TOff)
{
    public double? PMs => Ms(POn, POff);

    public double? PrMs => Ms(POn, QrsOn);

    public double? QrsMs => Ms(QrsOn, QrsOff);

    public double? QtMs => Ms(QrsOn, TOff);

    public static GlobalMarks Of(Beat beat) => new(
        Outermost(beat, m => m.POn, earliest: true, 0.012),
        Outermost(beat, m => m.POff, earliest: false, 0.010),
        Outermost(beat, m => m.QrsOn, earliest: true, 0.008),
        Outermost(beat, m => m.QrsOff, earliest: false, 0.010),
        Outermost(beat, m => m.TOff, earliest: false, 0.012));

    // The outermost mark that three others (or all others, where there are fewer) lie near to; the median where none is.
    static double? Outermost(Beat beat, Func<WaveMarks, double?> mark, bool earliest, double near)
    {
        const int Confirming = 3;
        double[] marks = [.. beat.Leads.Select(mark).OfType<double>().Order()];
        if (marks.Length == 0) return null;
        if (!earliest) Array.Reverse(marks);
        int needed = Math.Min(Confirming, marks.Length - 1);
        for (int i = 0; i + needed < marks.Length; i++)
            if (Math.Abs(marks[i + needed] - marks[i]) <= near) return marks[i];
        return marks[marks.Length / 2];
    }

    static double? Ms(double? from, double? to) => (to - from) * 1000;
}
