// What a model says of one recording.

using Einthoven.Models.Packages;
using Einthoven.Signals;

namespace Einthoven.Models;

/// <summary>Which recording a prediction is about.</summary>
/// <param name="Path">The file, as it was given.</param>
/// <param name="Format">Short name of its format.</param>
/// <param name="Leads">Number of leads in the file.</param>
/// <param name="SamplingRateHz">Samples a second.</param>
/// <param name="Seconds">Length in seconds.</param>
public sealed record RecordFacts(string Path, string Format, int Leads, double SamplingRateHz, double Seconds)
{
    /// <summary>The facts of a recording.</summary>
    public static RecordFacts Of(EcgRecord record) =>
        new(record.Path, record.Format, record.Leads.Count, record.SamplingRateHz, record.Duration.TotalSeconds);
}

/// <summary>One label of a prediction.</summary>
/// <param name="Definition">The label: name, codes, category, threshold.</param>
/// <param name="Probability">Between 0 and 1, over all windows as the label's aggregation says.</param>
public sealed record Finding(ModelLabel Definition, double Probability)
{
    /// <summary>The label's plain name.</summary>
    public string Label => Definition.Name;

    /// <summary>Whether the probability reaches the label's threshold; of classes that exclude each other the most probable one.</summary>
    public bool IsPositive { get; init; } = Probability >= Definition.Threshold;
}

/// <summary>What a model of measurements says.</summary>
/// <param name="Definition">The label: name, codes, unit.</param>
/// <param name="Value">In the unit; the mean over all windows.</param>
public sealed record EstimatedValue(ModelLabel Definition, double Value)
{
    /// <summary>The label's plain name.</summary>
    public string Label => Definition.Name;

    /// <summary>The unit; empty where there is none.</summary>
    public string Unit => Definition.Value?.Unit ?? "";
}

/// <summary>How a prediction came about.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Family">Its family.</param>
/// <param name="Device">Where it ran, such as <c>cpu</c>.</param>
/// <param name="Einthoven">Version of this library.</param>
/// <param name="Libtorch">Version of libtorch.</param>
public sealed record PredictionProvenance(string Model, string Family, string Device, string Einthoven, string Libtorch)
{
    /// <summary>Name of the input contract by which the recording was prepared; empty where the model has one that needs no name.</summary>
    public string Contract { get; init; } = "";
}

/// <summary>A model's findings in one recording. Research use; not a medical device.</summary>
public sealed record Prediction
{
    /// <summary>Which recording.</summary>
    public required RecordFacts Record { get; init; }

    /// <summary>
    /// Every label in the model's order; none where the model gives values. A model of any one lead leaves out what the recording's leads cannot
    /// show.
    /// </summary>
    public required IReadOnlyList<Finding> Labels { get; init; }

    /// <summary>Estimated values in the model's order; none where the model gives probabilities.</summary>
    public IReadOnlyList<EstimatedValue> Values { get; init; } = [];

    /// <summary>The leads that a model of any one lead was given, one after the other; empty for models of several leads.</summary>
    public IReadOnlyList<string> FromLeads { get; init; } = [];

    /// <summary>Windows that the recording gave; of a model of any one lead, those of all its leads.</summary>
    public required int Windows { get; init; }

    /// <summary>What was doubtful in the recording or had to be changed for the model.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Model, device and versions.</summary>
    public required PredictionProvenance Provenance { get; init; }

    /// <summary>The labels that reach their thresholds, the most probable first.</summary>
    public IEnumerable<Finding> Findings => Ranked.Where(finding => finding.IsPositive);

    /// <summary>Every label, the most probable first; equals in the model's order.</summary>
    public IEnumerable<Finding> Ranked => Labels.OrderByDescending(finding => finding.Probability);
}
