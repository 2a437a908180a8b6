// Held-out windows with their removed stretches as a masked autoencoder paints them, always with the same masks, as a picture an epoch.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Page;
using Einthoven.Torch;

namespace Einthoven.Training.Trainer;

/// <summary>Draws reconstruction-EPOCH.png into a run's folder and names it in the log.</summary>
/// <param name="leads">Names of the windows' leads.</param>
/// <param name="samplingRateHz">Their sampling rate.</param>
/// <param name="folder">The run's.</param>
internal sealed class PaintingSheet(IReadOnlyList<string> leads, double samplingRateHz, string folder)
{
    /// <summary>Windows on the sheet.</summary>
    internal const int Windows = 10;

    // Windows are in deviations of the training recordings or of themselves; drawn as if one were this many millivolts.
    private const double MillivoltsPerUnit = 0.2;

    /// <summary>Draws windows and what was painted.</summary>
    /// <param name="windows">[windows, leads, samples].</param>
    /// <param name="painted">The same shape, NaN where the network saw the window.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="log">The run's log.</param>
    internal void Draw(Tensor windows, Tensor painted, int epoch, TrainingLog log)
    {
        (float[] truth, float[] guess) = (windows.ToArray<float>(), painted.ToArray<float>());
        int samples = (int)windows.Size(2);
        ContactSheetEntry[] entries = [.. Enumerable.Range(0, (int)windows.Size(0)).Select(row =>
            new ContactSheetEntry(Record(truth, row, samples), $"held-out window {row + 1}", Record(guess, row, samples)))];
        string title = string.Create(CultureInfo.InvariantCulture, $"Epoch {epoch}: removed stretches as painted, in blue (a deviation as {MillivoltsPerUnit} mV)");
        EpochSheet.Write("reconstruction", epoch, title, entries, folder, log);
    }

    private EcgRecord Record(float[] values, int row, int samples)
    {
        EcgLead[] made = [.. leads.Select((name, lead) =>
        {
            int from = ((row * leads.Count) + lead) * samples;
            return new EcgLead(name, "mV", samplingRateHz, values.AsSpan(from, samples).ToArray().Select(v => v * MillivoltsPerUnit).ToArray());
        })];
        return new EcgRecord($"window {row + 1}", "window", samplingRateHz, samples, made);
    }
}
