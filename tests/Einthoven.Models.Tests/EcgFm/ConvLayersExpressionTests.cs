// The expression in which published configurations list convolutions, read without evaluating anything.
using Einthoven.Models.EcgFm;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Tests.EcgFm;

public sealed class ConvLayersExpressionTests
{
    [Theory]
    [InlineData("[(256, 2, 2)] * 4", "256/2/2 256/2/2 256/2/2 256/2/2")]
    [InlineData("[(24, 10, 5)] + [(24, 3, 2)] * 2", "24/10/5 24/3/2 24/3/2")]
    [InlineData(" 2*[(1,2,3),(4,5,6,),]", "1/2/3 4/5/6 1/2/3 4/5/6")]
    [InlineData("([(1,2,3)]+[(4,5,6)])*2", "1/2/3 4/5/6 1/2/3 4/5/6")]
    public void Sums_and_multiples_of_lists_are_understood(string expression, string expected) =>
        Assert.Equal(expected, string.Join(' ', ConvLayersExpression.Parse(expression).Select(l => $"{l.Width}/{l.Kernel}/{l.Stride}")));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[(256, 2)] * 4")]
    [InlineData("[(256, 2, 2)] * 4 extra")]
    [InlineData("[(256, 2, 2)] * 1000000000")]
    [InlineData("[(256, 2, 2)] * 99 * 99")]
    [InlineData("[(256, 2, 2)] * 99999999999999999999")]
    [InlineData("[(256, 0, 2)]")]
    [InlineData("[(256, -2, 2)]")]
    [InlineData("[(1,1,1)] * [(1,1,1)]")]
    [InlineData("__import__('os').system('true')")]
    [InlineData("3 * 4")]
    public void Anything_else_is_refused_and_shown(string expression)
    {
        CheckpointException e = Assert.Throws<CheckpointException>(() => ConvLayersExpression.Parse(expression));
        Assert.Contains(expression, e.Message, StringComparison.Ordinal);
    }
}
