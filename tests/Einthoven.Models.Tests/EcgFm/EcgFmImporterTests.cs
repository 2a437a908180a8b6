// Published checkpoints become model packages that load, or are refused with a word.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;

namespace Einthoven.Models.Tests.EcgFm;

public sealed class EcgFmImporterTests
{
    [Fact]
    public void A_fine_tuned_checkpoint_becomes_a_model_that_loads_with_its_published_labels()
    {
        using TorchCheckpoint file = TorchCheckpoint.Open(SharedFolder.Require("golden/ecg-fm/tiny_a_finetuned17.pt"));
        ImportedModel imported = ModelFamilies.Get("ecg-fm").Import!(file);
        imported.Description.Validate();
        Assert.Equal(17, imported.Description.Labels.Count);
        ModelLabel fibrillation = imported.Description.Labels[6];
        Assert.Equal(("Atrial fibrillation", "164889003", Aggregation.Mean), (fibrillation.Name, fibrillation.Snomed, fibrillation.Aggregation));
        Assert.Equal(Aggregation.Max, imported.Description.Labels[16].Aggregation);
        Assert.StartsWith("36.796317, 0.231449", imported.Description.Provenance["positiveWeights"], StringComparison.Ordinal);
        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        Assert.Equal(imported.Description, model.Description);
    }

    [Fact]
    public void A_pretrained_checkpoint_has_no_classifier_to_import_but_gives_its_encoder_under_either_naming()
    {
        foreach (string name in (string[])["tiny_a_pretrained", "tiny_b_pretrained_oldnames"])
        {
            using TorchCheckpoint file = TorchCheckpoint.Open(SharedFolder.Require($"golden/ecg-fm/{name}.pt"));
            CheckpointException e = Assert.Throws<CheckpointException>(() => EcgFmImporter.Import(file));
            Assert.Contains("without a classifier", e.Message, StringComparison.Ordinal);

            EcgFmCheckpoint checkpoint = EcgFmCheckpoint.Read(file);
            using Scope scope = new();
            using EcgFmEncoder encoder = new(checkpoint.Config);
            encoder.Load(checkpoint.EncoderTensors().ToDictionary(t => t.Name, t => Tensor.FromBytes(t.Data.Span, t.DType, t.Shape)));
        }
    }

    [Fact]
    public void The_seventeen_labels_are_those_of_the_published_pipeline_in_its_order_and_aggregation()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden/ecg-fm/e2e.json")));
        JsonElement aggregation = golden.RootElement.GetProperty("aggregation");
        EcgFmLabelSet set = EcgFmLabelSet.OfSize(17)!;
        Assert.Equal(golden.RootElement.GetProperty("labels").EnumerateArray().Select(l => l.GetString()), set.Labels.Select(l => l.Name));
        Assert.All(set.Labels, l => Assert.Equal(aggregation.GetProperty(l.Name).GetString(), l.Aggregation.ToString().ToLowerInvariant()));
    }

    [Fact]
    public void The_published_label_sets_are_whole()
    {
        Assert.Equal([17, 26], EcgFmLabelSet.All.Select(s => s.Labels.Count));
        foreach (EcgFmLabelSet set in EcgFmLabelSet.All)
        {
            Assert.Equal(set.Labels.Count, set.Labels.Select(l => l.Name).Distinct().Count());
            Assert.All(set.Labels, l => Assert.All(l.Snomed, c => Assert.True(char.IsAsciiDigit(c))));
            Assert.All(set.Labels, l => Assert.Contains(l.Category, (string[])["", "diagnostic", "form", "rhythm"]));
        }

        Assert.Null(EcgFmLabelSet.OfSize(5));
    }
}
