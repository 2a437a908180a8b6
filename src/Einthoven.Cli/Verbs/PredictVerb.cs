// einthoven predict: ECG files in, findings out.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Models.Reporting;
using Einthoven.Signals;
using Einthoven.Signals.Beats;
using Einthoven.Signals.Page;
using Einthoven.Torch;

namespace Einthoven.Cli.Verbs;

internal static class PredictVerb
{
    public static Command Create()
    {
        var verb = new Verb("predict", "Tells what a model finds in ECG files.",
            "einthoven predict samples",
            "einthoven predict record.hea --all",
            "einthoven predict ward7 --format csv --out findings.csv",
            "einthoven predict ward7 --pages pages",
            "einthoven predict watch.csv",
            "einthoven predict holter.dat --lead II",
            "find . -name '*.hea' | einthoven predict - --format json",
            "einthoven predict table.csv --rate 500 --gain 1000",
            "einthoven predict samples --ask \"atrial fibrillation\" \"old inferior infarction\"",
            "einthoven predict ward7 --ask \"amyloid heart\" --known ward6 --known-labels ward6.csv");
        var input = new InputOptions(verb);
        Option<string?> model = new("--model")
        {
            Description = $"A model's name, or the folder or zip of its package ({ModelCatalog.DefaultModel}; {ModelCatalog.OneLeadModel} where a recording has too few leads for it)",
            HelpName = "NAME|DIR",
        };
        Option<string?> contract = new("--contract") { Description = "How recordings are prepared, for a model that offers several ways", HelpName = "NAME" };
        Option<string?> lead = new("--lead") { Description = $"Look at this lead alone, with a model of one lead ({ModelCatalog.OneLeadModel})", HelpName = "LEAD" };
        Option<string> format = SharedOptions.Format("table", "csv", "json");
        Option<string?> outFile = SharedOptions.Out();
        Option<string?> pages = new("--pages") { Description = "Also draw every recording with its findings, into this folder", HelpName = "DIR" };
        Option<string> pageFormat = new("--page-format") { Description = "Format of the pages: svg, pdf, png", HelpName = "svg|pdf|png", DefaultValueFactory = _ => "pdf" };
        pageFormat.AcceptOnlyFromAmong("svg", "pdf", "png");
        Option<bool> all = new("--all") { Description = "Every label, not only the findings" };
        Option<int?> batch = SharedOptions.Count("--batch", $"Windows in one pass through the network ({EcgModel.DefaultBatch})");
        foreach (Option option in new Option[] { model, contract, lead, format, outFile, pages, pageFormat, all, batch })
            verb.Add(option);
        var compute = new ComputeOptions(verb);

        var asking = new AskCall(verb);

        verb.SetAction(call =>
        {
            EcgInputList inputs = input.Inputs(call);
            if (asking.IsAsked(call))
            {
                string? named = call.GetResult(model) is { Implicit: false } ? call.GetValue(model) : null;
                return asking.Run(
                    call, named, compute.Apply(call), inputs, input.ReadOptions(call), call.GetValue(batch) ?? EcgModel.DefaultBatch,
                    call.GetRequiredValue(format), call.GetValue(outFile));
            }

            var choice = new InputChoice { Contract = call.GetValue(contract), Lead = call.GetValue(lead) };
            Device where = compute.Apply(call);
            string? asked = call.GetValue(model);
            using EcgModel loaded = EcgModel.Load(asked ?? (choice.Lead is null ? ModelCatalog.DefaultModel : ModelCatalog.OneLeadModel), where, choice);
            // Who names a model gets that one or a word why not.
            using StandIn? standIn = asked is null && choice.Lead is null ? StandIn.Find(where) : null;
            using var target = new OutputTarget(call.GetValue(outFile));
            using PredictionWriter writer = call.GetValue(format) switch
            {
                "csv" => new PredictionCsv(target.Text, call.GetValue(all), loaded.Description.Task == ModelTask.Regression),
                "json" => new PredictionJson(target.Stream, call.GetValue(all)),
                _ => new PredictionTable(target.Text, call.GetValue(all), call.GetValue(outFile) is null && Terminal.ShowsColour),
            };
            PageFolder? folder = call.GetValue(pages) is { } place ? new PageFolder(place, PageFolder.ParseFormat(call.GetRequiredValue(pageFormat))) : null;
            return Run(loaded, standIn, inputs, input.ReadOptions(call), call.GetValue(batch) ?? EcgModel.DefaultBatch, writer, target, folder);
        });
        return verb;
    }

    private static int Run(EcgModel model, StandIn? standIn, EcgInputList inputs, EcgReadOptions options, int batch, PredictionWriter writer, OutputTarget target, PageFolder? pages)
    {
        bool undrawn = false;
        int stoodIn = 0;
        using var interrupt = new CancellationTokenSource();
        ConsoleCancelEventHandler onCancel = (_, pressed) =>
        {
            // The first Ctrl-C ends the run in good order, a second one ends the process.
            pressed.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        using var progress = new ProgressLine(inputs.Inputs.Count);
        RunSummary summary = PredictionRun.Run(
            model, inputs.Inputs, options, batch,
            prediction =>
            {
                progress.Clear();
                writer.Write(prediction);
                if (prediction.Provenance.Model != model.Description.Name) stoodIn++;
                undrawn |= !TryDraw(prediction, options, pages);
                progress.Advance();
            },
            failure =>
            {
                progress.Tell(failure);
                progress.Advance();
            },
            standIn, cancellation: interrupt.Token);
        Console.CancelKeyPress -= onCancel;
        progress.Clear();
        writer.Complete(summary);
        target.Complete();

        bool interrupted = interrupt.IsCancellationRequested;
        if (interrupted)
            Console.Error.WriteLine($"einthoven: interrupted after {summary.Records + summary.Failures.Count} of {inputs.Inputs.Count} inputs");
        Console.Error.WriteLine(Describe(summary, model, stoodIn));
        return interrupted ? ExitStatus.Interrupted : summary.Failures.Count > 0 || undrawn ? ExitStatus.SomeFailed : ExitStatus.Done;
    }

    // The recording is read once more: pages are rare beside predictions, and a run keeps no recordings.
    private static bool TryDraw(Prediction prediction, EcgReadOptions options, PageFolder? pages)
    {
        if (pages is null) return true;
        try
        {
            EcgRecord record = EcgRecord.Read(prediction.Record.Path, options);
            pages.Write(record, PredictionPages.With(PageOptions.Default with { Measurements = PageMeasurements.Of(EcgMeasurements.Of(record)) }, prediction));
            return true;
        }
        catch (EcgFormatException undrawable)
        {
            Console.Error.WriteLine($"einthoven: {prediction.Record.Path}: no page: {undrawable.Reason}");
            return false;
        }
    }

    private static string Describe(RunSummary summary, EcgModel model, int stoodIn)
    {
        string failed = summary.Failures.Count > 0 ? $", {summary.Failures.Count} failed" : "";
        string others = stoodIn > 0 ? $", {stoodIn} answered by {ModelCatalog.OneLeadModel}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Count(summary.Records, "record")}, {Count(summary.Windows, "window")}{failed}, {summary.Elapsed.TotalSeconds:0.0} s, model {model.Description.Name} on {model.Device}{others}. {PredictionWriter.Notice}");
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
