// Choosing among a model's contracts, and a lead for a model of one: what is loaded, said, and refused.
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.SeResNet;
using Einthoven.Models.Tests.Packages;
using Einthoven.Torch;

namespace Einthoven.Models.Tests.Contracts;

public sealed class InputChoiceTests
{
    [Fact]
    public void Every_prediction_says_which_contract_prepared_the_recording()
    {
        ModelDescription model = OneLead();
        Assert.Equal("net-a", Predict(model, null, "I").Provenance.Contract);
        Assert.Equal("net-b", Predict(model, new InputChoice { Contract = "net-b" }, "I").Provenance.Contract);
        Assert.Equal("net-b", Predict(model, new InputChoice { Contract = "B" }, "I").Provenance.Contract);
        ModelPackageException unknown = Assert.Throws<ModelPackageException>(() => Predict(model, new InputChoice { Contract = "d" }, "I"));
        Assert.Equal("one has no input contract \"d\"; it has net-a, net-b.", unknown.Message);
    }

    [Fact]
    public void A_model_of_one_lead_takes_any_lead_and_says_that_it_was_trained_on_another()
    {
        Prediction usual = Predict(OneLead(), new InputChoice { Lead = "Lead I" }, "I", "II");
        Assert.DoesNotContain(usual.Warnings, warning => warning.Contains("was trained on", StringComparison.Ordinal));
        Prediction other = Predict(OneLead(), new InputChoice { Lead = "ii" }, "I", "II");
        Assert.Contains("the network was trained on lead I and is given lead II: it may do worse than its card says", other.Warnings);
        var missing = Assert.Throws<InputContractException>(() => Predict(OneLead(), new InputChoice { Lead = "V3" }, "I", "II"));
        Assert.Equal("lead V3 is missing; the recording has I, II. Choose one of these.", missing.Reason);
    }

    [Fact]
    public void What_one_lead_cannot_show_is_said_and_findings_of_that_kind_are_named()
    {
        ModelDescription model = OneLead();
        Prediction prediction = Predict(model, null, "I");
        Assert.Contains(prediction.Warnings, warning => warning.StartsWith("one lead shows rate and rhythm; 1 of 2 labels need more leads", StringComparison.Ordinal));
        Assert.Contains("reached the threshold but cannot be judged from one lead: anterior infarction", prediction.Warnings);
        ModelDescription rhythms = model with { Labels = [.. model.Labels.Select(label => label with { NeedsMoreLeads = false })] };
        Assert.DoesNotContain(Predict(rhythms, null, "I").Warnings, warning => warning.Contains("one lead", StringComparison.Ordinal));
    }

    [Fact]
    public void A_lead_cannot_be_chosen_for_a_model_of_several()
    {
        using var network = new SeResNetwork(SmallModel.Config);
        ModelPackageException refused = Assert.Throws<ModelPackageException>(
            () => EcgModel.Create(SmallModel.Description, ModelPackage.WeightsOf(network), null, new InputChoice { Lead = "II" }));
        Assert.Contains("takes the leads I, V1 together", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contracts_need_names_of_their_own_where_there_are_several()
    {
        ModelDescription model = OneLead();
        Assert.Throws<ArgumentException>((model with { OtherInputs = [model.Input] }).Validate);
        Assert.Throws<ArgumentException>((model with { OtherInputs = [model.Input with { Name = "" }] }).Validate);
        Assert.Throws<ArgumentException>((model with { OtherInputs = [model.Input with { Name = "two", Leads = ["I", "II"] }] }).Validate);
        model.Validate();
    }

    // A threshold of 0 makes every label a finding, whatever the weights.
    private static ModelDescription OneLead()
    {
        InputContract input = Records.Contract() with { Name = "net-a", Leads = ["I"], Normalization = new Standardize { Epsilon = 0 } };
        return SmallModel.Description with
        {
            Name = "one",
            Configuration = SeResNetFamily.Write(SmallModel.Config with { Leads = 1, Labels = 2 }),
            Input = input,
            OtherInputs = [input with { Name = "net-b" }],
            Labels =
            [
                new ModelLabel { Name = "atrial fibrillation", Threshold = 0 },
                new ModelLabel { Name = "anterior infarction", Threshold = 0, NeedsMoreLeads = true },
            ],
        };
    }

    private static Prediction Predict(ModelDescription description, InputChoice? choice, params string[] leads)
    {
        using var network = new SeResNetwork(SeResNetFamily.Read(description.Configuration));
        network.Initialize(new PhiloxRandom(3));
        using EcgModel model = EcgModel.Create(description, ModelPackage.WeightsOf(network), null, choice);
        return model.Predict(Records.Sines(100, 100, leads));
    }
}
