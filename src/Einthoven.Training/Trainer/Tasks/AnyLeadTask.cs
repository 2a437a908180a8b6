// Labels from one lead that may be any: judged lead by lead, offered where a lead surely shows them, calibrated over all leads that do.
using Einthoven.Evaluation;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Models.Vocabularies;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Augmentation;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;
using Einthoven.Training.Objectives;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

internal sealed class AnyLeadTask : SupervisedTask
{
    private readonly double[]? _positiveWeights;
    private readonly int[] _candidates;

    /// <summary>Looks at the labels of both parts.</summary>
    internal AnyLeadTask(FinetuneRecipe recipe, RecordStore store, int[] training, int[] validation) : base(recipe, store)
    {
        LabelChecks.RequireBothClasses(store, training);
        if (recipe.PositiveWeighting == PositiveWeighting.Balanced) _positiveWeights = LabelChecks.PositiveWeights(store, training);
        float[][] truths = Truths(validation);
        _candidates =
        [
            .. Enumerable.Range(0, store.Labels.Count).Where(k => recipe.Offer is not { } offer
                || (OneLeadStatements.MayShow(store.Labels[k]) && truths.Count(t => t[k] == 1) >= offer.Positives)),
        ];
        if (_candidates.Length == 0)
        {
            throw new DatasetException(
                $"No label that one lead can show has {recipe.Offer!.Positives} positives in the validation part. Lower offer.positives, or leave offer out.");
        }
    }

    internal override IObjective Objective(EcgNetwork network, HelperValues? helpers) => LabelTask.Objective(network, Recipe.Loss, _positiveWeights);

    /// <summary>
    /// Every recording from its first live lead, which is lead I where it is there, and from one of the others in turn; both count alike.
    /// All leads would cost six times as much, every epoch.
    /// </summary>
    internal override ValidationOutcome Validate(EcgNetwork network, int[] validation, Device device)
    {
        int[][] live = Live(validation);
        int[] first = [.. live.Select(leads => leads[0])];
        int[] other = [.. live.Select((leads, k) => leads.Length == 1 ? leads[0] : leads[1 + (k % (leads.Length - 1))])];
        ValidationOutcome one = Outcome(first), any = Outcome(other);
        return new ValidationOutcome(
            (one.Metric + any.Metric) / 2,
            [.. one.Figures.Select(f => ($"first_lead_{f.Name}", f.Value)), .. any.Figures.Select(f => ($"other_lead_{f.Name}", f.Value))]);

        ValidationOutcome Outcome(int[] leads) =>
            Validation.Outcome(Candidates(Validation.Score(network, Store, validation, leads, Recipe.Input, device)), Recipe.Select);
    }

    internal override TaskVerdict Judge(EcgNetwork network, int[] validation, Device device)
    {
        int[][] live = Live(validation);
        var leads = new List<LeadScores>();
        for (int lead = 0; lead < LeadNames.Standard12.Count; lead++)
        {
            int[] rows = [.. Enumerable.Range(0, validation.Length).Where(k => live[k].Contains(lead))];
            if (rows.Length == 0) continue;
            ScoreTable table = Candidates(Validation.Score(
                network, Store, [.. rows.Select(k => validation[k])], [.. Enumerable.Repeat(lead, rows.Length)], Recipe.Input, device));
            AurocReport areas = Bootstrap.Auroc(table, Draws);
            leads.Add(new LeadScores(LeadNames.Standard12[lead], rows, table, areas, [.. areas.Labels.Select(l => Recipe.Offer is not { } offer || l.Area.Low >= offer.Auroc)]));
        }

        bool passed = leads.Exists(lead => lead.Offered.Contains(true));
        if (!passed) leads = [.. leads.Select(lead => lead with { Offered = [.. lead.Offered.Select(_ => true)] })];
        int[] kept = [.. Enumerable.Range(0, _candidates.Length).Where(c => leads.Exists(lead => lead.Offered[c]))];
        leads = [.. leads.Select(lead => lead.Keep(kept))];

        ScoreTable pooled = Pool(leads);
        string[] names = [.. kept.Select(c => Describe(Store.Labels[_candidates[c]], 0.5).Name)];
        PackageCalibration? calibration = HasEnough(pooled) ? PackageCalibration.Of(pooled, names, CalibrationMethod.Platt) : null;
        LabelCalibration?[] maps = [.. names.Select((_, k) => calibration?.Labels[k].Fit)];
        LeadScores[] raw = [.. leads];
        leads = [.. leads.Select(lead => lead.Calibrate(maps))];
        ThresholdChoice[] thresholds = LabelThresholds.Choose(Pool(leads), Recipe.FewPositives);
        ModelLabel[] labels =
        [
            .. kept.Select((c, k) => Describe(Store.Labels[_candidates[c]], thresholds[k].Threshold) with
            {
                Aggregation = Recipe.Aggregation,
                Calibration = maps[k],
                Leads = Recipe.Offer is null || !passed || (leads.Count == LeadNames.Standard12.Count && leads.TrueForAll(lead => lead.Offered[k]))
                    ? null
                    : [.. leads.Where(lead => lead.Offered[k]).Select(lead => lead.Lead)],
            }),
        ];
        string[] unlooked = [.. Store.Labels.Where((_, k) => !_candidates.Contains(k))];
        string[] failed = [.. _candidates.Where((_, c) => !kept.Contains(c)).Select(k => Store.Labels[k])];
        var card = new AnyLeadCard(Recipe, labels, leads, validation.Length, Patients(validation), Truths(validation), [.. kept.Select(c => _candidates[c])])
        {
            Persons = [.. validation.Select(r => Store.Row(r).Patient)],
            Raw = raw,
            Calibration = calibration,
            NotOffered = failed,
            NotLookedAt = unlooked,
            RulePassed = passed,
        };
        (string results, IReadOnlyList<TaskFigure> figures) = card.Write();
        return new TaskVerdict(labels, leads[0].Areas, figures, results,
        [
            "From one lead nothing is said of axis, bundle branches, enlargement, ischaemia, infarction, or whether an ECG is normal: such statements compare leads, and were left out however well they scored.",
            "Trained on ten seconds at rest, with gelled electrodes. A watch's lead I is noisier; no watch recording was in the data.",
            "What comes and goes is averaged over a recording's windows: a single early beat in an hour is not found. Cut long recordings.",
            "Statements overlap and may contradict each other: each is judged on its own.",
        ])
        {
            Kept = [.. kept.Select(c => _candidates[c])],
        };
    }

    private static bool HasEnough(ScoreTable table) => Enumerable.Range(0, table.Labels.Count).Any(k =>
        table.Truths(k).Count(t => t > 0.5f) >= PackageCalibration.Enough && table.Truths(k).Count(t => t <= 0.5f) >= PackageCalibration.Enough);

    // Every lead's recordings one under the other; from a lead that does not offer a label its truth is unknown.
    private static ScoreTable Pool(List<LeadScores> leads) => new(
        leads[0].Table.Labels,
        [.. leads.SelectMany(lead => lead.Table.Clusters)],
        [.. leads.SelectMany(lead => lead.Table.AllScores())],
        [.. leads.SelectMany(lead => lead.OfferedTruths())]);

    private ScoreTable Candidates(ScoreTable table) => table.Keep(_candidates);

    // The live leads of every recording; the first where none is.
    private int[][] Live(int[] records)
    {
        int samples = Recipe.Input.WindowSamples;
        var window = new float[Store.LeadCount * samples];
        var live = new int[Store.LeadCount];
        return
        [
            .. records.Select(record =>
            {
                Store.Read(record, 0, samples, window);
                int count = AnyLeadDraw.Live(window, samples, live);
                return count == 0 ? [0] : live[..count];
            }),
        ];
    }
}
