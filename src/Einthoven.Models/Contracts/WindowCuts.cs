// Where the windows of a recording lie.
namespace Einthoven.Models.Contracts;

/// <summary>Cuts recordings into windows.</summary>
public static class WindowCuts
{
    /// <summary>Windows from the start on, one a stride.</summary>
    /// <param name="samples">Length of the recording.</param>
    /// <param name="window">Samples of a window; 0: the whole recording is one.</param>
    /// <param name="stride">Samples from one start to the next, at least 1.</param>
    /// <param name="shortest">Samples that a last window must have; those that have fewer are left out.</param>
    /// <returns>First sample of each and the one behind its last.</returns>
    public static IReadOnlyList<(int Start, int End)> Of(int samples, int window, int stride, int shortest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (window == 0) return [(0, samples)];
        var cuts = new List<(int, int)>();
        for (int start = 0; start < samples; start += stride)
        {
            int end = Math.Min(samples, start + window);
            if (end - start >= shortest) cuts.Add((start, end));
        }

        return cuts;
    }
}
