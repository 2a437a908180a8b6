// Contact sheets: a wave that leaves its cell is drawn up to the edge, and a gap in the samples is a gap in the line.
using Einthoven.Signals.Page;

namespace Einthoven.Signals.Tests.Page;

public class ContactSheetTests
{
    [Fact]
    public void A_tall_wave_reaches_the_edge_of_its_cell_from_both_sides()
    {
        double[] samples = new double[200];
        (samples[99], samples[100], samples[101]) = (0.2, 9, 0.2);

        PagePoint[][] strokes = Strokes(samples);

        Assert.Equal(2, strokes.Length);
        Assert.Equal(strokes[0][^1].Y, strokes[1][0].Y, 1e-9);
        Assert.True(strokes[0][^1].Y < strokes[0][0].Y - 10, "the edge is above the baseline");
        Assert.True(strokes[0][^1].X > strokes[0][^2].X && strokes[1][0].X > strokes[0][^1].X);
    }

    [Fact]
    public void A_gap_in_the_samples_is_a_gap_in_the_line()
    {
        double[] samples = new double[200];
        samples.AsSpan(50, 20).Fill(double.NaN);

        PagePoint[][] strokes = Strokes(samples);

        Assert.Equal(2, strokes.Length);
        Assert.True(strokes[1][0].X > strokes[0][^1].X + 2);
    }

    static PagePoint[][] Strokes(double[] samples)
    {
        var record = new EcgRecord("made", "made", 100, samples.Length, [new EcgLead("II", "mV", 100, samples)]);
        DisplayList page = Assert.Single(ContactSheet.Draw("made", [new ContactSheetEntry(record, "one")], "II"));
        return [.. Assert.Single(page.Items.OfType<PageLines>(), lines => lines.Title == "lead II").Strokes];
    }
}
