// Which labels of a model and of a data set mean the same.
using Einthoven.Models.Packages;
using Einthoven.Training.Evaluating;

namespace Einthoven.Training.Tests.Evaluating;

public sealed class LabelMatchingTests
{
    private static readonly ModelLabel[] s_model =
    [
        new() { Name = "atrial fibrillation", Code = "SCP:AFIB", Snomed = "164889003" },
        new() { Name = "complete right bundle branch block", Code = "SCP:CRBBB", Snomed = "713427006" },
        new() { Name = "premature complexes", Code = "SCP:PRC(S)", Snomed = "284470004" },
        new() { Name = "premature atrial complex", Code = "SCP:PAC", Snomed = "284470004" },
    ];

    [Theory]
    [InlineData("AFIB", "0")]
    [InlineData("SCP:AFIB", "0")]
    [InlineData("Atrial Fibrillation", "0")]
    [InlineData("164889003", "0")]
    [InlineData("AF", "0")]             // the challenge's short name
    [InlineData("59118001", "1")]       // right bundle branch block, which the challenge scores as one with the complete one
    [InlineData("284470004", "2,3")]
    [InlineData("something else", "")]
    public void A_label_is_matched_by_code_then_by_name_then_by_concept(string label, string outputs)
    {
        LabelMatching matching = LabelMatching.Of(s_model, [label]);
        Assert.Equal(outputs, string.Join(',', matching.Labels.SelectMany(l => l.Outputs)));
        Assert.Equal(outputs.Length == 0 ? [label] : [], matching.WithoutScore);
        Assert.Equal(4 - matching.Labels.Sum(l => l.Outputs.Count), matching.WithoutTruth.Count);
    }
}
