// What a judgement found, as report.json holds it.
using Einthoven.Evaluation;

namespace Einthoven.Training.Judging;

/// <summary>What one kind of classifier says, macro AUROC over the statements that can be counted.</summary>
/// <param name="Classifier">Which.</param>
/// <param name="RealOnReal">Learned from real recordings, tested on all real test recordings: the reference.</param>
/// <param name="SyntheticOnReal">Learned from synthetic ones of the same statements, tested on the same.</param>
/// <param name="SyntheticMinusReal">The second minus the first on the same draws of patients.</param>
/// <param name="RealOnPaired">Learned from real ones, tested on the real recordings that have a synthetic copy.</param>
/// <param name="RealOnSynthetic">The same tested on the copies.</param>
/// <param name="RareMinusReal">Mean over the rare statements: real and synthetic positives minus real alone; null where there are none.</param>
/// <param name="Rare">Each rare statement.</param>
/// <param name="TwoSample">Real test recordings told from their copies: 0.5 where nobody can, 1 where it is easy.</param>
/// <param name="Statements">Each statement.</param>
public sealed record ClassifierVerdict(
    string Classifier, Estimate RealOnReal, Estimate SyntheticOnReal, Estimate SyntheticMinusReal, Estimate RealOnPaired, Estimate RealOnSynthetic,
    Estimate? RareMinusReal, IReadOnlyList<RareVerdict> Rare, Estimate TwoSample, IReadOnlyList<StatementVerdict> Statements);

/// <summary>A rare statement: area without and with synthetic positives beside the real ones.</summary>
public sealed record RareVerdict(string Statement, int Learned, int Added, int Tested, double Real, double WithSynthetic, Estimate Difference);

/// <summary>A statement by one kind of classifier; NaN where it has too few.</summary>
/// <param name="Statement">Its code.</param>
/// <param name="Positives">Real test recordings that have it.</param>
/// <param name="RealOnReal">As in <see cref="ClassifierVerdict"/>.</param>
/// <param name="SyntheticOnReal">The same.</param>
/// <param name="RealOnSynthetic">The same.</param>
public sealed record StatementVerdict(string Statement, int Positives, Estimate RealOnReal, Estimate SyntheticOnReal, Estimate RealOnSynthetic);

/// <summary>A figure of recordings, real test recordings beside their synthetic copies.</summary>
/// <param name="Figure">What, with its unit.</param>
/// <param name="Real">Mean over the real ones.</param>
/// <param name="Synthetic">Mean over the copies.</param>
/// <param name="Difference">Synthetic minus real, pairs drawn together.</param>
public sealed record SignalVerdict(string Figure, Estimate Real, Estimate Synthetic, Estimate Difference);

/// <summary>How often a sign that a statement is about can be measured.</summary>
/// <param name="Statement">Code of the statement.</param>
/// <param name="Sign">What is looked for.</param>
/// <param name="Real">Share of the real test recordings with the statement.</param>
/// <param name="RealCount">Of how many.</param>
/// <param name="Synthetic">Share of the synthetic recordings with the statement.</param>
/// <param name="SyntheticCount">Of how many.</param>
/// <param name="RealValue">Median of what is measured, real.</param>
/// <param name="SyntheticValue">The same, synthetic.</param>
public sealed record SignVerdict(
    string Statement, string Sign, Estimate Real, int RealCount, Estimate Synthetic, int SyntheticCount, double RealValue, double SyntheticValue);

/// <summary>How far recordings are from the nearest that the generator learned from: 1 − correlation, aligned at a beat.</summary>
/// <param name="Who">Whose.</param>
/// <param name="Count">How many.</param>
/// <param name="Median">The median distance.</param>
/// <param name="Least">The smallest.</param>
/// <param name="CloseShare">Share closer than the closest hundredth of real test recordings.</param>
/// <param name="Closest">The closest pair.</param>
public sealed record NearestVerdict(string Who, int Count, Estimate Median, double Least, Estimate CloseShare, string Closest);

/// <summary>Everything.</summary>
/// <param name="Maker">Who was judged.</param>
/// <param name="Data">On what.</param>
/// <param name="Learned">Real recordings that classifiers learned from, and synthetic ones.</param>
/// <param name="Tested">Real test recordings.</param>
/// <param name="Paired">Pairs of a real test recording and a synthetic copy.</param>
/// <param name="Statements">Statements that were counted.</param>
/// <param name="Classifiers">What classifiers say.</param>
/// <param name="Signals">What signals measure.</param>
/// <param name="LeadRelationError">Largest error of Einthoven's and Goldberger's relations in synthetic recordings, millivolts.</param>
/// <param name="Signs">What statements' signs say.</param>
/// <param name="Nearest">Memorisation.</param>
public sealed record Verdict(
    string Maker, string Data, int Learned, int Tested, int Paired, int Statements, IReadOnlyList<ClassifierVerdict> Classifiers, IReadOnlyList<SignalVerdict> Signals,
    double LeadRelationError, IReadOnlyList<SignVerdict> Signs, IReadOnlyList<NearestVerdict> Nearest);
