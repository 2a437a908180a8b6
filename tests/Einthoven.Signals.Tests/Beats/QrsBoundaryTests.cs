// Where QRS begins and ends on beats made by formula, whose boundaries are exact, under what has misled the delineator.
using Einthoven.Signals.Beats;
using Einthoven.Signals.Quality;

namespace Einthoven.Signals.Tests.Beats;

public class QrsBoundaryTests
{
    const double Rate = 500, Onset = 0.4, Length = 0.1;

    [Theory]
    [InlineData(0.08)]
    [InlineData(0.35)]
    public void A_small_first_wave_belongs_to_QRS(double q)
    {
        GlobalMarks marks = Marks(t => -q * Wave(t, Onset, 0.022) + 1.2 * Wave(t, Onset + 0.022, 0.044) - 0.4 * Wave(t, Onset + 0.066, 0.034));

        Assert.InRange(marks.QrsOn!.Value % 1, Onset - 0.010, Onset + 0.010);
        Assert.InRange(marks.QrsOff!.Value % 1, Onset + Length - 0.012, Onset + Length + 0.012);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.15)]
    [InlineData(0.3)]
    public void A_slope_of_ST_does_not_lengthen_QRS(double st)
    {
        GlobalMarks marks = Marks(t => 0.8 * Wave(t, Onset, 0.05) - 1.1 * Wave(t, Onset + 0.05, 0.05) + st * Wave(t, Onset + Length - 0.02, 0.12));

        Assert.InRange(marks.QrsOff!.Value % 1, Onset + Length - 0.012, Onset + Length + 0.012);
    }

    [Fact]
    public void A_pacing_spike_is_neither_QRS_nor_P()
    {
        double Paced(double t) => (t is >= Onset - 0.06 and < Onset - 0.056 ? 1.5 : 0) + 1.1 * Wave(t, Onset, 0.07) - 0.9 * Wave(t, Onset + 0.06, 0.09);
        GlobalMarks marks = Marks(Paced, withP: false);

        Assert.InRange(marks.QrsOn!.Value % 1, Onset - 0.012, Onset + 0.016);
        Assert.Null(marks.POn);
    }

    [Fact]
    public void What_still_grows_where_QRS_ends_is_no_second_R()
    {
        EcgMeasurements measured = EcgMeasurements.Of(Record(t => 0.5 * Wave(t, Onset, 0.05) - 1.1 * Wave(t, Onset + 0.05, 0.05) + 0.3 * Wave(t, Onset + Length - 0.02, 0.14)));

        Assert.All(measured.Leads.Where(l => l.Lead is "I" or "II" or "V5"), l => Assert.Null(l.RPrime));
    }

    [Fact]
    public void A_large_wide_QRS_is_no_jump_of_the_baseline_but_a_step_is()
    {
        double Wide(double t) => -4 * Wave(t, Onset, 0.18) + 1.5 * Wave(t, Onset + 0.2, 0.3);
        EcgRecord wide = Record(Wide), step = Record(Wide, step: 3);

        Assert.DoesNotContain(RecordQuality.Of(wide).Leads, l => l.Reasons.Contains(QualityReasons.Jumps));
        Assert.Contains(RecordQuality.Of(step).Leads, l => !l.IsAcceptable && l.Reasons.Contains(QualityReasons.Jumps));
    }

    // The boundaries of the third beat; one beat a second.
    static GlobalMarks Marks(Func<double, double> qrs, bool withP = true) => GlobalMarks.Of(EcgMeasurements.Of(Record(qrs, withP)).Series.Beats[2]);

    static EcgRecord Record(Func<double, double> qrs, bool withP = true, double step = 0)
    {
        double[] gains = [0.7, 1, 0.3, -0.85, 0.2, 0.65, 0.4, 0.8, 1, 1.3, 1.2, 0.9];
        var random = new Random(5);
        return new EcgRecord("made", "made", Rate, 5000, [.. LeadNames.Standard12.Select((name, c) => new EcgLead(name, "mV", Rate, Enumerable.Range(0, 5000).Select(i =>
        {
            double t = i / Rate % 1;
            return gains[c] * (qrs(t) + (i > 2650 ? step : 0) + (withP ? 0.15 * Wave(t, Onset - 0.18, 0.1) : 0) + 0.3 * Wave(t, Onset + 0.23, 0.17)) + 0.004 * (random.NextDouble() - 0.5);
        }).ToArray()))]);
    }

    // A raised cosine: exactly zero outside.
    static double Wave(double t, double from, double length) => t <= from || t >= from + length ? 0 : 0.5 - 0.5 * Math.Cos(2 * Math.PI * (t - from) / length);
}
