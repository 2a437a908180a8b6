// The contrasts of 3KG and of CLOCS as objectives, on any encoder.
using Einthoven.Torch;

namespace Einthoven.Training.Objectives;

/// <summary>Term <c>3kg</c>; the sample size is the number of rows. Record ids say whose a row is.</summary>
public sealed class PatientContrastObjective(ViewNetwork network, PatientContrastOptions options) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        if (batch.RecordIds is not { } ids || ids.Count != batch.Windows.Size(0))
            throw new ArgumentException($"3KG needs a patient's number for each of {batch.Windows.Size(0)} rows.");
        using Scope scope = new();
        (Tensor sum, double accuracy) = PatientContrast.Compute(network.Forward(batch.Windows, batch.ValidSamples), ids, options);
        return new([new("3kg", scope.Keep(sum))], ids.Count, new Dictionary<string, double> { ["accuracy"] = accuracy });
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}

/// <summary>What CLOCS takes for views of one recording.</summary>
public enum ClocsViews
{
    /// <summary>Two neighbouring segments (CMSC).</summary>
    Segments,

    /// <summary>The leads, each alone through an encoder of one lead (CMLC).</summary>
    Leads,

    /// <summary>Every lead of both segments (CMSMLC).</summary>
    SegmentsAndLeads,
}

/// <summary>Term <c>clocs</c>, times the number of recordings, which is the sample size. Rows are pairs of neighbouring segments.</summary>
public sealed class ClocsObjective(ViewNetwork network, ClocsViews views, ClocsOptions options) : IObjective
{
    /// <inheritdoc/>
    public Module Network => network;

    /// <inheritdoc/>
    public ObjectiveResult Compute(TrainingBatch batch, ObjectiveContext context)
    {
        context.SetMode(network);
        if (views != ClocsViews.Leads) ViewPairs.Require(batch);
        using Scope scope = new();
        (long rows, long leads, long samples) = (batch.Windows.Size(0), batch.Windows.Size(1), batch.Windows.Size(2));
        Tensor vectors = views == ClocsViews.Segments
            ? network.Forward(batch.Windows, batch.ValidSamples)
            : network.Forward(batch.Windows.Reshape(rows * leads, 1, samples));
        long each = views switch { ClocsViews.Segments => 2, ClocsViews.Leads => leads, _ => 2 * leads };
        Tensor lined = vectors.Reshape(-1, each, vectors.Size(1)).Transpose(1, 2);           // [recordings, width, views]
        long recordings = lined.Size(0), stride = rows / recordings;
        long[]? patients = batch.RecordIds is { } ids ? [.. Enumerable.Range(0, (int)recordings).Select(k => ids[(int)(k * stride)])] : null;
        Tensor loss = ClocsLoss.Compute(lined, patients, options);
        return new([new("clocs", scope.Keep(loss * recordings))], recordings, new Dictionary<string, double>());
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
