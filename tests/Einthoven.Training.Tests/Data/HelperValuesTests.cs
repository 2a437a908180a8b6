// Values learned beside the labels: scaled over the training part, found by name or file, forgotten by the package.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Tests.Data;

public sealed class HelperValuesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-helpers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Values_have_mean_0_and_deviation_1_over_the_training_part_and_no_outlier_beyond_three()
    {
        Manifest manifest = SineData.Make(_folder);
        using RecordStore store = SineData.Pack(manifest, _folder);
        // By name, by file, unknown, and far out; "note" holds no numbers, "same" does not vary.
        string table = Table("record,rate,note,same", "0,60,x,1", $"{manifest.Rows[1].Path},80,x,1", "2,,x,1", "3,1000,x,1", "elsewhere,5,x,1");
        HelperValues values = HelperValues.Read(new Helpers { Tables = [table] }, store, [0, 1, 2])!;
        Assert.Equal(["rate"], values.Names);
        Assert.Equal(3, values.Count);
        float[] got = [.. Enumerable.Range(0, 5).Select(k =>
        {
            var one = new float[1];
            values.CopyTo(k, one);
            return one[0];
        })];
        Assert.Equal([-1, 1, float.NaN, 3, float.NaN], got);
    }

    [Fact]
    public void Tables_that_help_nothing_are_refused()
    {
        using RecordStore store = SineData.Pack(SineData.Make(_folder), _folder);
        Assert.Null(HelperValues.Read(new Helpers(), store, [0, 1]));
        Assert.Contains("none of the recordings", Refused(store, "record,rate", "x,60"), StringComparison.Ordinal);
        Assert.Contains("no column of numbers varies", Refused(store, "record,rate", "0,60", "1,60"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_learned_values_beside_its_labels_gives_the_labels_alone()
    {
        Manifest manifest = SineData.Make(_folder);
        string table = Table(["record,hertz", .. manifest.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Record},{(row.Labels[0] == 1 ? 12 : 5)}"))]);
        FinetuneResult result = Run(manifest, "helped", Recipe() with { Helpers = new() { Tables = [table], Weight = 0.05 } });
        JsonElement[] trained = [.. File.ReadLines(Path.Combine(_folder, "helped", "log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.GetProperty("event").GetString() == "train")];
        double first = trained[0].GetProperty("loss.helpers").GetDouble(), last = trained[^1].GetProperty("loss.helpers").GetDouble();
        Assert.True(last < 0.5 * first, $"the helpers' error went from {first} to {last}");
        Assert.True(result.Report.Macro.Value > 0.95, $"macro AUROC {result.Report.Macro}");

        using EcgModel model = EcgModel.Load(result.Folder);
        Assert.Equal(2, model.Predict(EcgRecord.Read(manifest.Rows[1].Path)).Labels.Count);
        Assert.Equal(2, model.Network.State().Single(s => s.Name == $"{model.Network.HeadPrefix}weight").Tensor.Size(0));
        string card = File.ReadAllText(Path.Combine(result.Folder, "card.md"));
        Assert.Contains("helpers.csv", card, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, card, StringComparison.Ordinal);
    }

    private string Refused(RecordStore store, params string[] lines) =>
        Assert.Throws<DatasetException>(() => HelperValues.Read(new Helpers { Tables = [Table(lines)] }, store, [0, 1])).Message;

    private string Table(params string[] lines)
    {
        string path = Path.Combine(_folder, "helpers.csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    private FinetuneResult Run(Manifest manifest, string name, FinetuneRecipe recipe) =>
        new Finetuning(recipe, manifest, new RunOptions(Path.Combine(_folder, name), Resume: false, "command", Device.Cpu, _ => { })).Run(CancellationToken.None)!;

    private static FinetuneRecipe Recipe() => new()
    {
        Name = "sines",
        Summary = "made up",
        Family = "se-resnet",
        Network = JsonDocument.Parse("""{"leads":2,"labels":2,"stem":[8],"stages":[8,8],"blocksPerStage":1,"reduction":4}""").RootElement,
        Input = SineData.Contract,
        TrainSplits = ["1"],
        ValidationSplits = ["2"],
        Epochs = 16,
        Batch = 8,
        LearningRate = 0.01,
        AverageDecay = 0.9,
        Precision = Precision.Float32,
        Augmentation = new SupervisedAugmentation { CropSamples = 128 },
    };
}
