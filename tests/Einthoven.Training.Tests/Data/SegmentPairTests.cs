// Which segments of a recording become a pair.
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class SegmentPairTests
{
    [Fact]
    public void Segments_are_taken_two_by_two_and_one_left_over_is_dropped() =>
        Assert.Equal([(0, 1), (2, 3)], SegmentPairs.Of([4, 0, 3, 2, 1], SegmentPairing.Adjacent));

    [Fact]
    public void Only_the_published_pairing_joins_what_is_not_adjacent()
    {
        Assert.Equal([(0, 1), (2, 10)], SegmentPairs.Of([10, 2, 0, 1], SegmentPairing.Published));
        Assert.Equal([(0, 1)], SegmentPairs.Of([10, 2, 0, 1], SegmentPairing.Adjacent));
        Assert.Equal([(1, 3)], SegmentPairs.Of([1, 3, 4], SegmentPairing.Published));
        Assert.Equal([(3, 4)], SegmentPairs.Of([1, 3, 4], SegmentPairing.Adjacent));
    }

    [Fact]
    public void A_store_gives_the_pairs_of_its_recordings()
    {
        using var data = new TinyDataset();
        StoreBuilder.Build(data.Manifest(4), TinyDataset.Contract, data.StoreFolder);
        using RecordStore store = RecordStore.Open(data.StoreFolder);
        // 121 to 123 samples: four segments of 30 samples, two of 50, one of 100.
        Assert.Equal([new SegmentPair(1, 0, 1), new SegmentPair(1, 2, 3), new SegmentPair(3, 0, 1), new SegmentPair(3, 2, 3)], SegmentPairs.Of(store, [1, 3], 30));
        Assert.Equal([new SegmentPair(2, 0, 1)], SegmentPairs.Of(store, [2], 50));
        Assert.Empty(SegmentPairs.Of(store, [0, 1, 2, 3], 100));
    }
}
