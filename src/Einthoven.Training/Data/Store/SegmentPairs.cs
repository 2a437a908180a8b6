// Pairs of neighbouring segments of one recording: the positives of CMSC (Kiyasseh et al., "CLOCS", ICML 2021).
// The published pairing is that of fairseq-signals' manifest converter; spec: golden cmsc_manifest.
namespace Einthoven.Training.Data;

/// <summary>Two segments of a recording, counted from 0.</summary>
/// <param name="Record">The recording in its store.</param>
/// <param name="First">The earlier segment; it begins at sample First · segment length.</param>
/// <param name="Second">The later one.</param>
public readonly record struct SegmentPair(int Record, int First, int Second);

/// <summary>How segments become pairs.</summary>
public enum SegmentPairing
{
    /// <summary>Only segments that follow each other in time.</summary>
    Adjacent,

    /// <summary>As published: neighbours in the list of those that exist, taken two by two, even where others between them are missing.</summary>
    Published,
}

/// <summary>Makes pairs.</summary>
public static class SegmentPairs
{
    /// <summary>Takes the segments of one recording two by two, in time order; one left over is dropped.</summary>
    /// <param name="segments">Numbers of the segments that exist, in any order.</param>
    /// <param name="pairing">Which may be paired.</param>
    public static IEnumerable<(int First, int Second)> Of(IEnumerable<int> segments, SegmentPairing pairing)
    {
        int[] sorted = [.. segments.Order()];
        for (int k = 0; k + 1 < sorted.Length; k++)
        {
            if (pairing == SegmentPairing.Adjacent && sorted[k + 1] != sorted[k] + 1) continue;
            yield return (sorted[k], sorted[k + 1]);
            k++;
        }
    }

    /// <summary>The pairs of many recordings, in their order; a recording of fewer than two segments gives none.</summary>
    /// <param name="store">Where they lie.</param>
    /// <param name="records">Which.</param>
    /// <param name="samples">Samples of a segment.</param>
    public static SegmentPair[] Of(RecordStore store, IReadOnlyList<int> records, int samples)
    {
        var pairs = new List<SegmentPair>(records.Count);
        foreach (int record in records)
        {
            // In a store every segment of a recording exists: both pairings are the same.
            int count = store.SegmentCount(record, samples);
            for (int k = 0; k + 1 < count; k += 2) pairs.Add(new SegmentPair(record, k, k + 1));
        }
        return [.. pairs];
    }
}
