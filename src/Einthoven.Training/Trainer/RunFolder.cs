// The folder of a run: its recipe, its packed recordings, and who may write there.
using Einthoven.Models.Contracts;
using Einthoven.Torch;
using Einthoven.Training.Data;

namespace Einthoven.Training.Trainer;

/// <summary>Prepares folders of runs.</summary>
internal static class RunFolder
{
    /// <summary>Joins the run's processes, refuses a folder that holds another run, and writes the recipe.</summary>
    /// <exception cref="DatasetException">The folder holds a run and resuming was not asked for.</exception>
    internal static ProcessGroup Begin(RunOptions options, string recipe)
    {
        if (File.Exists(TrainingLoop.StateFile(options.Folder)) && !options.Resume)
            throw new DatasetException($"{options.Folder} holds a run already. Add --resume to go on with it, or choose another folder.");
        ProcessGroup group = options.Group ?? ProcessGroup.FromEnvironment(options.Device);
        if (group.IsFirst)
        {
            Directory.CreateDirectory(options.Folder);
            File.WriteAllText(Path.Combine(options.Folder, "recipe.json"), recipe + "\n");
        }
        return group;
    }

    /// <summary>Takes a folder for something that a recipe determines whole, and goes on with it only by that recipe.</summary>
    /// <param name="options">The folder, and whether to go on.</param>
    /// <param name="recipe">What recipe.json holds.</param>
    /// <param name="what">For the message: "a study".</param>
    /// <param name="other">For the message: what the folder holds where its recipe is not this one.</param>
    /// <exception cref="DatasetException">The folder holds another, or going on was not asked for.</exception>
    internal static void Claim(RunOptions options, string recipe, string what, string other)
    {
        Directory.CreateDirectory(options.Folder);
        string file = Path.Combine(options.Folder, "recipe.json"), text = recipe + "\n";
        if (File.Exists(file) && !options.Resume)
            throw new DatasetException($"{options.Folder} holds {what} already. Add --resume to go on with it, or choose another folder.");
        if (File.Exists(file) && File.ReadAllText(file) != text)
            throw new DatasetException($"{options.Folder} holds {other}");
        File.WriteAllText(file, text);
    }

    /// <summary>The recordings of some splits, prepared once and kept beside the run: a run that is resumed finds them packed.</summary>
    /// <exception cref="DatasetException">There are none, or they cannot be packed.</exception>
    internal static RecordStore Pack(
        Manifest manifest, InputContract input, IReadOnlyCollection<string> splits, RunOptions options, ProcessGroup group, CancellationToken cancellation)
    {
        string folder = options.StoreFolder ?? Path.Combine(options.Folder, "store");
        if (group.IsFirst)
        {
            PackResult result = StoreBuilder.Build(
                manifest with { Rows = manifest.InSplits(splits) }, input, folder, null,
                p => options.Show(new($"packing recordings: {p.Done} of {p.Total}", false)), cancellation);
            if (result.Refused.Count > 0)
            {
                options.Show(new(
                    $"{result.Refused.Count} recordings cannot be used, such as {result.Refused[0].Row.Record}: {result.Refused[0].Reason} "
                    + $"{Path.Combine(folder, "refused.csv")} names them all", true));
            }
        }
        group.Barrier();
        return RecordStore.Open(folder);
    }
}
