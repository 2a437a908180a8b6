// What a model of words says to a question about a recording: a probability where one was calibrated, a comparison where not.
using Einthoven.Models.Packages;

namespace Einthoven.Models.Words;

/// <summary>An answer.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Cosine">Between recording and question, −1 to 1; the order of recordings, and nothing else.</param>
/// <param name="Probability">0 to 1 where the question has a calibration; else null.</param>
/// <param name="HigherThan">Share of the package's reference recordings that are further from the question; NaN where it has none.</param>
public sealed record WordsAnswer(AskedQuestion Question, double Cosine, double? Probability, double HigherThan)
{
    /// <summary>Whether the probability reaches the label's threshold; null where there is none of either.</summary>
    public bool? IsFound => Probability is { } p && Question.Label is { Calibration: not null } label ? p >= label.Threshold : null;

    /// <summary>Answers a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="vector">The recording's unit vector.</param>
    /// <param name="reference">The package's reference recordings.</param>
    /// <param name="calibration">From the cosine as a logit; null: the package's own, where it has one.</param>
    public static WordsAnswer Of(AskedQuestion question, ReadOnlySpan<float> vector, IReadOnlyList<float[]> reference, LabelCalibration? calibration = null)
    {
        double cosine = WordsModel.Cosine(vector, question.Vector);
        int further = 0;
        foreach (float[] other in reference)
            if (WordsModel.Cosine(other, question.Vector) < cosine) further++;
        calibration ??= question.Label?.Calibration;
        return new WordsAnswer(
            question, cosine, calibration?.Of(1 / (1 + Math.Exp(-cosine))), reference.Count == 0 ? double.NaN : (double)further / reference.Count);
    }
}
