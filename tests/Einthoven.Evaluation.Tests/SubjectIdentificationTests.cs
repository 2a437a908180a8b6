// Equal error rate and rank 1 on vectors whose answer is plain.
using Einthoven.Evaluation.Embeddings;

namespace Einthoven.Evaluation.Tests;

public sealed class SubjectIdentificationTests
{
    [Fact]
    public void People_that_lie_apart_are_told_apart()
    {
        SubjectIdentification found = SubjectIdentification.Of([[1, 0], [0.9f, 0.1f], [0, 1], [0.1f, 0.9f], [-1, 0]], ["a", "a", "b", "b", "c"], draws: 50);
        Assert.Equal(0, found.EqualErrorRate.Value);
        Assert.Equal(1, found.RankOne.Value);
        Assert.Equal((5, 3, 4, 2L, 8L), (found.Recordings, found.Subjects, found.Asking, found.GenuinePairs, found.ImpostorPairs));
    }

    [Fact]
    public void Half_of_the_pairs_on_the_wrong_side_is_an_error_of_a_half()
    {
        // Cosines of one person: 1 and −1; of two: 1, 1, −1, −1.
        SubjectIdentification found = SubjectIdentification.Of([[1, 0], [1, 0], [1, 0], [-1, 0]], ["a", "a", "b", "b"], draws: 10);
        Assert.Equal(0.5, found.EqualErrorRate.Value, 1e-9);
    }

    [Fact]
    public void Without_two_recordings_of_one_person_there_is_nothing_to_ask() =>
        Assert.Throws<ArgumentException>(() => SubjectIdentification.Of([[1, 0], [0, 1]], ["a", "b"]));
}
