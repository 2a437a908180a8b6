// Span masks: what holds for every draw.
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Training.Tests.Objectives;

public sealed class SpanMaskingTests
{
    [Theory]
    [InlineData(SpanLengths.Static, 0, false)]
    [InlineData(SpanLengths.Uniform, 1, false)]
    [InlineData(SpanLengths.Normal, 3, false)]
    [InlineData(SpanLengths.Poisson, 0, false)]
    [InlineData(SpanLengths.Static, 0, true)]
    [InlineData(SpanLengths.Uniform, 1, true)]
    public void Every_row_has_equally_many_valid_positions_in_order(SpanLengths lengths, double other, bool apart)
    {
        SpanMasking masking = new() { Probability = 0.4, Length = 6, Selection = lengths, Other = other, NoOverlap = apart };
        int[] valid = [100, 60, 80];
        RandomMaskDraws draws = new(new PhiloxRandom(1));
        for (int k = 0; k < 50; k++)
        {
            int[][] rows = masking.Draw(draws, 3, 100, valid);
            Assert.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
            for (int row = 0; row < 3; row++)
            {
                Assert.Equal(rows[row].Distinct().Order(), rows[row]);
                Assert.InRange(rows[row][^1], 0, valid[row] - 1);
            }
        }
    }

    [Fact]
    public void The_published_equalization_masks_less_in_large_batches_and_the_mean_does_not()
    {
        double alone = Share(1, MaskEqualization.Smallest), published = Share(64, MaskEqualization.Smallest), mean = Share(64, MaskEqualization.Mean);
        Assert.InRange(alone, 0.45, 0.53);
        Assert.True(published < 0.41, $"{published}");
        Assert.InRange(mean, 0.45, 0.53);

        static double Share(int rows, MaskEqualization equalization)
        {
            SpanMasking masking = new() { Equalization = equalization };
            RandomMaskDraws draws = new(new PhiloxRandom(2));
            return Enumerable.Range(0, 100).Average(_ => masking.Draw(draws, rows, 156)[0].Length) / 156;
        }
    }

    [Fact]
    public void Spans_that_keep_apart_never_touch()
    {
        SpanMasking masking = new() { Probability = 0.4, Length = 5, NoOverlap = true, MinimumSpace = 2 };
        RandomMaskDraws draws = new(new PhiloxRandom(3));
        for (int k = 0; k < 50; k++)
        {
            int[] row = masking.Draw(draws, 1, 90)[0];
            Assert.Equal(0, row.Length % 5);
            for (int span = 0; span < row.Length; span += 5) Assert.Equal(row[span] + 4, row[span + 4]);
        }
    }

    [Fact]
    public void A_channel_mask_without_a_span_masks_nothing()
    {
        SpanMasking masking = new() { Probability = 0.01, Length = 4, MinimumSpans = 0 };
        Assert.All(masking.Draw(new RandomMaskDraws(new PhiloxRandom(4)), 5, 8), Assert.Empty);
    }

    [Theory]
    [InlineData(0.3, 100_000)]
    [InlineData(12, 50_000)]
    public void Poisson_draws_have_their_mean_and_variance(double mean, int count)
    {
        long[] draws = new RandomMaskDraws(new PhiloxRandom(5)).Poisson(mean, count);
        double average = draws.Average(), variance = draws.Average(d => (d - average) * (d - average));
        Assert.Equal(mean, average, 5 * Math.Sqrt(mean / count));
        Assert.Equal(mean, variance, 5 * Math.Sqrt(((2 * mean * mean) + mean) / count));
    }
}
