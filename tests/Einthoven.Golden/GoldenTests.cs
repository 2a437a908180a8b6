// One test a golden case; another tree of the same layout gives other tests.
namespace Einthoven.Golden;

public sealed class GoldenTests
{
    private static readonly GoldenTree? Tree = GoldenTree.Find();

    public static TheoryData<string> Names()
    {
        TheoryData<string> names = [];
        foreach (GoldenCase golden in Tree?.Sets.SelectMany(s => s.Cases) ?? []) names.Add(Name(golden));
        if (Tree == null) names.Add("(no tree)");
        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_case_is_matched_within_its_tolerance(string name)
    {
        Assert.SkipWhen(Tree == null, GoldenTree.Missing);
        GoldenOutcome outcome = GoldenRunner.Run(Tree.Sets.SelectMany(s => s.Cases).First(c => Name(c) == name));
        Assert.SkipWhen(outcome.Status == GoldenStatus.Skipped, outcome.Detail);
        Assert.True(outcome.Status == GoldenStatus.Passed, $"{name}: {outcome.Detail}");
    }

    private static string Name(GoldenCase golden) => $"{golden.Path} {golden.Kind}";
}
