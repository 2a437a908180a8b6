// One run of a study: a method with a share of the labels, and what it reached on the test splits.
using System.Globalization;
using System.Text.Json;
using Einthoven.Evaluation;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>A run.</summary>
/// <param name="Method">How the classifier is made.</param>
/// <param name="Share">With how many labels.</param>
/// <param name="Repeat">Which repeat, from 1.</param>
public sealed record ScalingCell(ScalingMethod Method, ScalingShare Share, int Repeat)
{
    private const string Result = "test.safetensors";

    /// <summary>Its folder within the study's.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{MethodName(Method)}-{Share.Share * 100:G4}pct-{Repeat}");

    /// <summary>The name of a method as recipes write it.</summary>
    public static string MethodName(ScalingMethod method) => JsonSerializer.Serialize(method, s_names).Trim('"');

    private static readonly JsonSerializerOptions s_names = new() { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    /// <summary>All runs of a study: small shares first, so that a first picture comes soon.</summary>
    internal static IEnumerable<ScalingCell> Of(ScalingRecipe recipe) =>
        from share in recipe.Shares.OrderBy(s => s.Share)
        from repeat in Enumerable.Range(1, share.Repeats)
        from method in recipe.Methods
        select new ScalingCell(method, share, repeat);

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
