// Which patches a masked autoencoder sees, from uniform noise: those with the smallest numbers, in the order of their numbers.
// Source: He et al., "Masked autoencoders are scalable vision learners", CVPR 2022, §3; bakqui/ST-MEM.
using Einthoven.Torch;

namespace Einthoven.Models.MaskedAutoencoders;

/// <summary>Kept and removed patches of a batch; a group is what is masked alone, a lead or a window.</summary>
public sealed class PatchMask
{
    private readonly long[] _kept;
    private readonly long[] _restore;
    private readonly float[] _removed;

    private PatchMask(int groups, int patches, int keptCount) =>
        (Groups, Patches, Kept, _kept, _restore, _removed) =
            (groups, patches, keptCount, new long[groups * keptCount], new long[groups * patches], new float[groups * patches]);

    /// <summary>Groups of the whole batch.</summary>
    public int Groups { get; }

    /// <summary>Patches of a group.</summary>
    public int Patches { get; }

    /// <summary>Patches of a group that are seen.</summary>
    public int Kept { get; }

    /// <summary>Patches of the whole batch that are not.</summary>
    public long RemovedCount => (long)Groups * (Patches - Kept);

    /// <summary>For each patch in time its place in the order of the noise, [groups · patches]: kept ones come first.</summary>
    public ReadOnlySpan<long> Restore => _restore;

    /// <summary>1 where a patch is removed, 0 where it is seen, [groups · patches].</summary>
    public ReadOnlySpan<float> Removed => _removed;

    /// <summary>Draws a mask.</summary>
    /// <param name="groups">Groups of the batch.</param>
    /// <param name="patches">Patches of a group.</param>
    /// <param name="ratio">Share to remove; what is kept is rounded down.</param>
    /// <param name="random">The source.</param>
    /// <exception cref="ArgumentException">Nothing would be kept, or nothing removed.</exception>
    public static PatchMask Draw(int groups, int patches, double ratio, IRandomSource random)
    {
        var noise = new float[groups * patches];
        random.Uniform(noise);
        return From(noise, groups, patches, ratio);
    }

    /// <summary>The mask of given noise, [groups · patches]; of equal numbers the earlier comes first.</summary>
    /// <exception cref="ArgumentException">Nothing would be kept, or nothing removed.</exception>
    public static PatchMask From(ReadOnlySpan<float> noise, int groups, int patches, double ratio)
    {
        var kept = (int)(patches * (1 - ratio));
        if (kept < 1 || kept >= patches)
            throw new ArgumentException($"A mask ratio of {ratio} keeps {kept} of {patches} patches: at least one must be kept and one removed.");
        var mask = new PatchMask(groups, patches, kept);
        var order = new int[patches];
        var keys = new float[patches];
        for (int group = 0; group < groups; group++)
        {
            noise.Slice(group * patches, patches).CopyTo(keys);
            for (int k = 0; k < patches; k++) order[k] = k;
            Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
            for (int place = 0; place < patches; place++)
            {
                int patch = (group * patches) + order[place];
                mask._restore[patch] = place;
                if (place < kept) mask._kept[(group * kept) + place] = order[place];
                else mask._removed[patch] = 1;
            }
        }

        return mask;
    }

    /// <summary>Takes the seen patches: [groups, patches, width] → [groups, kept, width], in the order of the noise.</summary>
    internal Tensor Keep(Tensor patches) =>
        patches.Gather(1, Tensor.From(_kept, Groups, Kept, 1).To(patches.Device).Expand(Groups, Kept, patches.Size(2)));

    /// <summary>Puts patches in the order of the noise back in time: [groups, patches, width] → the same shape.</summary>
    internal Tensor InTime(Tensor patches) =>
        patches.Gather(1, Tensor.From(_restore, Groups, Patches, 1).To(patches.Device).Expand(Groups, Patches, patches.Size(2)));

    /// <summary><see cref="Removed"/> as a tensor, float32 [groups, patches].</summary>
    public Tensor ToTensor(Device device) => Tensor.From(_removed, Groups, Patches).To(device);
}
