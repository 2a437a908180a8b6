// Puts a prediction on the recording's page: what the head of the page says beside the tracing.

using System.Globalization;
using Einthoven.Signals.Page;

namespace Einthoven.Models.Reporting;

/// <summary>Statements of a model for <see cref="EcgPages"/>.</summary>
public static class PredictionPages
{
    /// <summary>The options with the prediction's findings, the most probable first, and its warnings.</summary>
    /// <param name="options">How to draw.</param>
    /// <param name="prediction">What the model said of the recording.</param>
    public static PageOptions With(PageOptions options, Prediction prediction)
    {
        string[] findings = [.. prediction.Findings.Select(finding => string.Create(CultureInfo.InvariantCulture, $"{finding.Label} ({finding.Probability:P0}{(finding.Definition.Unproven ? ", unproven" : "")})"))];
        if (prediction.Values.Count > 0)
            findings = [.. prediction.Values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Label}: {value.Value:0.###} {value.Unit}").TrimEnd())];
        return options with
        {
            StatementsTitle = $"{prediction.Provenance.Model}{(prediction.FromLeads.Count == 0 ? "" : $" from {string.Join(", ", prediction.FromLeads)}")}, unconfirmed:",
            Statements = [.. findings.Length == 0 ? ["no finding reaches its threshold"] : findings, .. prediction.Warnings.Select(warning => $"Note: {warning}")],
        };
    }
}
