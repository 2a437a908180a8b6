// Checkpoints in both published layouts become packages that load strictly; others are refused with a word.
using System.Text;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFounder;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Torch.Tests.Checkpoints;

namespace Einthoven.Models.Tests.EcgFounder;

public sealed class EcgFounderImporterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-test-").FullName;

    [Theory]
    [InlineData(12, true)]
    [InlineData(1, true)]
    [InlineData(12, false)]
    [InlineData(1, false)]
    public void Both_layouts_give_the_same_network_its_labels_and_its_three_contracts(int leads, bool wrapped)
    {
        using Net1D network = Net1DTests.Made(Small(leads, 150));
        string path = Write(network, wrapped);
        using TorchCheckpoint file = TorchCheckpoint.Open(path);
        ImportedModel imported = ModelFamilies.Get("ecgfounder").Import!(file);
        imported.Description.Validate();
        Assert.Equal(150, imported.Description.Labels.Count);
        Assert.Equal(["ecgfounder-a", "ecgfounder-b", "ecgfounder-c"], imported.Description.OtherInputs.Prepend(imported.Description.Input).Select(i => i.Name));
        Assert.Equal(leads == 1 ? ["I"] : ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"], imported.Description.Input.Leads);
        Assert.Equal(wrapped ? "10000" : null, imported.Description.Provenance.GetValueOrDefault("step"));
        Assert.Equal(wrapped ? "0.9204" : null, imported.Description.Provenance.GetValueOrDefault("validationAuroc"));

        using EcgModel model = EcgModel.Create(imported.Description, imported.Weights);
        using var scope = new Scope();
        Tensor x = new PhiloxRandom(5).UniformTensor([1, leads, 300], -1, 1);
        Assert.Equal(network.Forward(x).ToArray<float>(), model.Network.Forward(x).ToArray<float>());
    }

    [Fact]
    public void An_imported_package_predicts_any_recording_and_says_by_which_contract()
    {
        using Net1D network = Net1DTests.Made(Small(1, 150));
        string package = Path.Combine(_folder, "one");
        ModelImport.Run(Write(network, wrapped: true), "ecgfounder", package, "one");
        using EcgModel model = EcgModel.Load(package, null, new InputChoice { Contract = "c", Lead = "II" });
        Prediction prediction = model.Predict(Contracts.Records.Sines(6000, 500, "I", "II"));
        Assert.Equal(("ecgfounder-c", 2, 150), (prediction.Provenance.Contract, prediction.Windows, prediction.Labels.Count));
        Assert.Contains(prediction.Warnings, warning => warning.StartsWith("one lead shows rate and rhythm", StringComparison.Ordinal));
        Assert.Contains(prediction.Warnings, warning => warning.Contains("trained on lead I and is given lead II", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_have_the_code_of_the_statement_that_means_the_same_and_none_where_nothing_does()
    {
        ModelLabel[] labels = [.. EcgFounderLabels.Published.Labels.Select(label => label.ToModelLabel(singleLead: true))];
        Assert.Equal(("SCP:AFIB", "164889003", false), (labels[5].Code, labels[5].Snomed, labels[5].NeedsMoreLeads));
        Assert.Equal(("SCT:39732003", "39732003", true), (labels[8].Code, labels[8].Snomed, labels[8].NeedsMoreLeads));
        Assert.Equal(("", "", "overall"), (labels[0].Code, labels[0].Snomed, labels[0].Category));
        Assert.Equal(22, labels.Count(label => label.Category == "comparison" && label.NeedsMoreLeads));
        Assert.Equal(150, labels.Select(label => label.Name).Distinct().Count());
    }

    [Fact]
    public void A_network_fine_tuned_to_other_labels_is_imported_with_plain_names()
    {
        using Net1D network = Net1DTests.Made(Small(12, 4));
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(network, wrapped: false));
        Assert.Equal(["label 0", "label 1", "label 2", "label 3"], EcgFounderImporter.Import(file).Description.Labels.Select(label => label.Name));
    }

    [Fact]
    public void What_is_no_checkpoint_of_the_family_is_refused_with_what_it_lacks()
    {
        using Net1D network = Net1DTests.Made(Small(12, 150)), six = Net1DTests.Made(Small(6, 150));
        Assert.Contains("lacks dense.weight", Refused(Write(network, wrapped: true, name => name != "dense.weight")), StringComparison.Ordinal);
        Assert.Contains("takes 6 leads", Refused(Write(six, wrapped: false)), StringComparison.Ordinal);

        // A tensor that the sizes do not need is missed when the network is loaded: nothing passes silently.
        using TorchCheckpoint file = TorchCheckpoint.Open(Write(network, wrapped: true, name => name != "first_bn.weight"));
        ImportedModel imported = EcgFounderImporter.Import(file);
        CheckpointException strict = Assert.Throws<CheckpointException>(() => EcgModel.Create(imported.Description, imported.Weights));
        Assert.Contains("first_bn.weight is missing", strict.Message, StringComparison.Ordinal);

        static string Refused(string path)
        {
            using TorchCheckpoint file = TorchCheckpoint.Open(path);
            return Assert.Throws<CheckpointException>(() => EcgFounderImporter.Import(file)).Message;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Net1DConfig Small(int leads, int labels) => Net1DTests.Tiny with { Leads = leads, Labels = labels };

    // As torch.save writes the authors' dictionary: counters, weights, the optimiser's and the schedule's state, NumPy's float.
    private string Write(Net1D network, bool wrapped, Func<string, bool>? keep = null)
    {
        var pickle = new PickleBuilder();
        List<(string Key, byte[] Data)> storages = [];
        if (wrapped) pickle.Op('}', '(').Text("epoch").Int(1).Text("step").Int(10_000).Text("state_dict");
        pickle.Global("collections", "OrderedDict").Op(')', 'R', '(');
        foreach ((string name, Tensor tensor) in network.State().Where(t => keep is null || keep(t.Name)))
        {
            long[] strides = [.. tensor.Shape.Select((_, k) => tensor.Shape.Skip(k + 1).Aggregate(1L, (a, b) => a * b))];
            string key = $"{storages.Count}";
            pickle.Text(name).Tensor(tensor.DType == ScalarType.Int64 ? "LongStorage" : "FloatStorage", key, tensor.Elements, 0, tensor.Shape, strides);
            storages.Add((key, tensor.ToBytes()));
        }

        pickle.Op('u');
        if (wrapped)
        {
            pickle.Text("optimizer").Op('}', '(').Text("state").Op('}').Text("param_groups").Op(']', 'u')
                .Text("scheduler").Op('}', '(').Text("factor").Op('G').Raw([.. BitConverter.GetBytes(0.1).Reverse()]).Op('u')
                .Text("val_auroc").Global("numpy.core.multiarray", "scalar").Op('(')
                .Global("numpy", "dtype").Op('(').Text("f8").Op('\x89', '\x88', 't', 'R')
                .Global("_codecs", "encode").Op('(').Text(Encoding.Latin1.GetString(BitConverter.GetBytes(0.9204))).Text("latin1").Op('t', 'R')
                .Op('t', 'R').Op('u');
        }

        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.pth");
        File.WriteAllBytes(path, PickleBuilder.Archive(pickle.End(), [.. storages]));
        return path;
    }
}
