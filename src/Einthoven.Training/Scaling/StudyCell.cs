// One run of a study: one way to make a classifier with a share of the labels, and what it reached on the test splits.
using System.Globalization;
using Einthoven.Evaluation;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>A run.</summary>
/// <param name="Label">How the classifier is made, as tables name it.</param>
/// <param name="Share">With how many labels.</param>
/// <param name="Repeat">Which repeat, from 1.</param>
/// <param name="Part">What is shown of a recording, where it is not all of it.</param>
internal sealed record StudyCell(string Label, ScalingShare Share, int Repeat, string Part = "")
{
    private const string Result = "test.safetensors";

    /// <summary>Its folder within the study's.</summary>
    internal string Name => string.Create(CultureInfo.InvariantCulture, $"{Label}{(Part.Length > 0 ? $"-{Part}" : "")}-{Share.Share * 100:G4}pct-{Repeat}");

    /// <summary>What cells must share to be repeats of each other.</summary>
    internal (string Label, string Part, double Share) Group => (Label, Part, Share.Share);

    internal static bool IsDone(string folder) => File.Exists(Path.Combine(folder, Result));

    internal static void Save(string folder, ScoreTable table, double seconds, int epoch) =>
        SafeTensorsWriter.Write(
            Path.Combine(folder, Result),
            [CheckpointTensor.From<double>("scores", [table.Rows, table.Labels.Count], table.AllScores())],
            new Dictionary<string, string>
            {
                ["seconds"] = seconds.ToString("F1", CultureInfo.InvariantCulture),
                ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture),
            });

    /// <summary>The test recordings' scores and the seconds that the run took.</summary>
    internal static (ScoreTable Table, double Seconds) Load(string folder, RecordStore store, int[] test)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path.Combine(folder, Result));
        return (Validation.Table(store, test, file["scores"].ToDoubles()), double.Parse(file.Metadata["seconds"], CultureInfo.InvariantCulture));
    }
}
