// A contact sheet of a run at an epoch: a picture in its folder, named in its log.
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Page;

namespace Einthoven.Training.Trainer;

internal static class EpochSheet
{
    private const double PixelsPerMm = 4;

    /// <summary>Draws KIND-EPOCH.png: leads II and V1 where the recordings have them, else their first two.</summary>
    /// <param name="kind">What is drawn; the name of the event too.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="title">The line at the head.</param>
    /// <param name="entries">Recordings with the same leads, at least one.</param>
    /// <param name="folder">The run's.</param>
    /// <param name="log">The run's log.</param>
    internal static void Write(string kind, int epoch, string title, IReadOnlyList<ContactSheetEntry> entries, string folder, TrainingLog log)
    {
        string[] leads = [.. entries[0].Record.Leads.Select(lead => lead.Name)];
        string[] shown = leads.Contains("II") && leads.Contains("V1") ? ["II", "V1"] : [.. leads.Take(2)];
        string name = string.Create(CultureInfo.InvariantCulture, $"{kind}-{epoch:000}");
        IReadOnlyList<string> files = PageFile.Write(ContactSheet.Draw(title, entries, shown), folder, name, PageFormat.Png, PixelsPerMm);
        log.Write(kind, ("epoch", epoch), ("file", Path.GetFileName(files[0])));
    }
}
