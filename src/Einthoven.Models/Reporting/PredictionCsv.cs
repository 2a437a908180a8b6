// Predictions as CSV (RFC 4180, line ends LF): one row a finding. The columns are a promise, see docs/predict.md.

using System.Globalization;
using System.Text;

namespace Einthoven.Models.Reporting;

/// <summary>Writes predictions as CSV.</summary>
public sealed class PredictionCsv : PredictionWriter
{
    /// <summary>The header line.</summary>
    public const string Header = "record,label,code,snomed,probability,threshold,positive,windows,warnings,contract,model,leads,unproven";

    /// <summary>The header line for a model of values.</summary>
    public const string ValueHeader = "record,label,code,value,unit,windows,warnings";

    private readonly TextWriter _output;
    private readonly bool _all;

    /// <summary>Writes the header line.</summary>
    /// <param name="output">Where to write; stays open.</param>
    /// <param name="all">Every label in the model's order, in place of the findings alone.</param>
    /// <param name="values">Whether the model gives values in place of probabilities.</param>
    public PredictionCsv(TextWriter output, bool all, bool values = false)
    {
        _output = output;
        _all = all;
        output.Write((values ? ValueHeader : Header) + "\n");
    }

    /// <inheritdoc/>
    public override void Write(Prediction prediction)
    {
        var rows = new StringBuilder();
        foreach (Finding finding in _all ? prediction.Labels : prediction.Findings)
        {
            rows.AppendJoin(',',
                Csv.Field(prediction.Record.Path),
                Csv.Field(finding.Label),
                Csv.Field(finding.Definition.Code),
                finding.Definition.Snomed,
                Number(finding.Probability),
                Number(finding.Definition.Threshold),
                finding.IsPositive ? "1" : "0",
                prediction.Windows.ToString(CultureInfo.InvariantCulture),
                Csv.Field(string.Join("; ", prediction.Warnings)),
                Csv.Field(prediction.Provenance.Contract),
                Csv.Field(prediction.Provenance.Model),
                Csv.Field(string.Join(' ', prediction.FromLeads)),
                finding.Definition.Unproven ? "1" : "0").Append('\n');
        }

        foreach (EstimatedValue value in prediction.Values)
        {
            rows.AppendJoin(',',
                Csv.Field(prediction.Record.Path),
                Csv.Field(value.Label),
                Csv.Field(value.Definition.Code),
                Number(value.Value),
                Csv.Field(value.Unit),
                prediction.Windows.ToString(CultureInfo.InvariantCulture),
                Csv.Field(string.Join("; ", prediction.Warnings))).Append('\n');
        }

        // One write a record: an interrupted run ends with a whole record.
        _output.Write(rows.ToString());
        _output.Flush();
    }

    /// <inheritdoc/>
    public override void Complete(RunSummary summary) => _output.Flush();

    private static string Number(double value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
