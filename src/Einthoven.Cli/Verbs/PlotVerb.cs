// einthoven plot: ECG files in, clinical pages out.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Page;

namespace Einthoven.Cli.Verbs;

internal static class PlotVerb
{
    public static Command Create()
    {
        var verb = new Verb("plot", "Draws ECG files as clinical pages, to scale.",
            "einthoven plot record.hea",
            "einthoven plot samples --out pages --format pdf",
            "einthoven plot record.hea --layout 6x2 --speed 50 --gain 5",
            "einthoven plot record.hea --filter 0.5-40 --notch 50",
            "einthoven plot holter.hea --rhythm MLII --start 3600 --pages 10 --format pdf");
        var input = new InputOptions(verb, gain: "--counts");
        Option<string?> folder = new("--out") { Description = "Folder for the pages, made where missing (the current one)", HelpName = "DIR" };
        Option<string> format = SharedOptions.Format("svg", "pdf", "png");
        format.Description = "svg and png (a file a page), pdf (all pages of a record in one)";
        Option<string> layout = new("--layout")
        {
            Description = "3x4 (with rhythm strip), 3x4+3, 6x2, 6x2+1, 12x1, cabrera; auto: 3x4 for twelve leads, rows for others",
            HelpName = "NAME",
            DefaultValueFactory = _ => "auto",
        };
        Option<double> speed = new("--speed") { Description = "Paper speed in mm/s", HelpName = "MM/S", DefaultValueFactory = _ => 25 };
        Option<double> gain = new("--gain") { Description = "Gain in mm/mV", HelpName = "MM/MV", DefaultValueFactory = _ => 10 };
        Option<string?> filter = new("--filter") { Description = "Filter for the eye, such as 0.5-40 (none)", HelpName = "LOW-HIGH" };
        Option<double?> notch = new("--notch") { Description = "Take out the mains: 50 or 60 (no)", HelpName = "HZ" };
        Option<string?> rhythm = new("--rhythm") { Description = "Leads of the rhythm strips, separated by commas (the layout's own)", HelpName = "LEADS" };
        Option<double> start = new("--start") { Description = "Seconds from the start of the recording to the first page", HelpName = "S" };
        Option<int?> pages = SharedOptions.Count("--pages", $"Pages to draw at most ({PageOptions.Default.MaxPages})");
        Option<double> pixels = new("--pixels") { Description = "Pixels a millimetre of a png", HelpName = "N", DefaultValueFactory = _ => PageFile.DefaultPixelsPerMm };
        foreach (Option option in new Option[] { folder, format, layout, speed, gain, filter, notch, rhythm, start, pages, pixels })
            verb.Add(option);

        verb.SetAction(call =>
        {
            PageOptions options = PageOptions.Default with
            {
                Layout = call.GetRequiredValue(layout),
                SpeedMmPerSecond = call.GetValue(speed),
                GainMmPerMillivolt = call.GetValue(gain),
                RhythmLeads = [.. (call.GetValue(rhythm) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LeadNames.Canonical)],
                StartSeconds = call.GetValue(start),
                MaxPages = call.GetValue(pages) ?? PageOptions.Default.MaxPages,
            };
            PageFilter? chosen = Filter(call.GetValue(filter), call.GetValue(notch));
            var target = new PageFolder(call.GetValue(folder) ?? ".", PageFolder.ParseFormat(call.GetRequiredValue(format)), call.GetValue(pixels));
            return Run(input.Inputs(call), input.ReadOptions(call), options, chosen, target);
        });
        return verb;
    }

    private static PageFilter? Filter(string? band, double? notch)
    {
        if (band is null && notch is null) return null;
        if (notch is <= 0) throw new UsageException("--notch must be a positive frequency in Hz.");
        try
        {
            return (band is null ? new PageFilter() : PageFilter.Parse(band)) with { NotchHz = notch };
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--filter: {wrong.Message}");
        }
    }

    private static int Run(EcgInputList inputs, EcgReadOptions reading, PageOptions options, PageFilter? filter, PageFolder target)
    {
        bool failed = false;
        using var progress = new ProgressLine(inputs.Inputs.Count);
        foreach (EcgInput file in inputs.Inputs)
        {
            try
            {
                if (file.Error is { } error) throw error;
                EcgRecord record = EcgRecord.Read(file.Path, reading);
                string description = options.Filter;
                IReadOnlyList<PageMeasurement> measurements = PageMeasurements.Of(EcgMeasurements.Of(record));
                if (filter is not null) (record, description) = filter.Apply(record);
                foreach (string page in target.Write(record, options with { Filter = description, Measurements = measurements }))
                {
                    progress.Clear();
                    Console.WriteLine(page);
                }
            }
            catch (EcgFormatException broken)
            {
                progress.Clear();
                Console.Error.WriteLine($"einthoven: {file.Path}: {broken.Reason}");
                failed = true;
            }
            catch (ArgumentException wrong) when (inputs.Inputs.Count > 1 && options.StartSeconds > 0)
            {
                // One recording that ends too soon must not take the others with it.
                progress.Clear();
                Console.Error.WriteLine($"einthoven: {file.Path}: {wrong.Message}");
                failed = true;
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }
            progress.Advance();
        }
        return failed ? ExitStatus.SomeFailed : ExitStatus.Done;
    }
}
