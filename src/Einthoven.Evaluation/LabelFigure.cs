// The figures a report gives for every label.
namespace Einthoven.Evaluation;

/// <summary>A figure of one label's scores; docs/evaluation.md has each formula and when it is undefined.</summary>
public enum LabelFigure
{
    /// <summary>Area under the ROC curve.</summary>
    Auroc,

    /// <summary>Average precision: area under precision over recall, without interpolation.</summary>
    AveragePrecision,

    /// <summary>
    /// The largest F1 of any threshold on these very rows: an upper bound, not what a threshold chosen elsewhere reaches.
    /// </summary>
    LargestF1,

    /// <summary>F1 at the label's threshold.</summary>
    F1,

    /// <summary>Sensitivity (recall) at the label's threshold.</summary>
    Sensitivity,

    /// <summary>Specificity at the label's threshold.</summary>
    Specificity,

    /// <summary>Precision (positive predictive value) at the label's threshold.</summary>
    Precision,

    /// <summary>Mean of sensitivity and specificity at the label's threshold.</summary>
    BalancedAccuracy,

    /// <summary>Matthews' correlation at the label's threshold.</summary>
    Mcc,

    /// <summary>Mean squared error of the probability.</summary>
    Brier,

    /// <summary>Expected calibration error, bins of equal width.</summary>
    CalibrationError,
}

/// <summary>A figure as it stands in a report.</summary>
/// <param name="Estimate">Value and interval; NaN where undefined.</param>
/// <param name="UndefinedDraws">Bootstrap draws in which the figure was undefined; they are left out of the interval.</param>
/// <param name="DefinedLabels">Labels the value is the mean of; 1 for a label of its own, 0 where undefined.</param>
public sealed record ReportedFigure(Estimate Estimate, int UndefinedDraws, int DefinedLabels);
