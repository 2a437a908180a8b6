// einthoven info: what ECG files hold, before any model.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Cli.Verbs;

internal static class InfoVerb
{
    public static Command Create()
    {
        var verb = new Verb("info", "Shows what ECG files hold: leads, units, rates, lengths, missing samples.",
            "einthoven info record.hea",
            "einthoven info samples --format csv --out leads.csv",
            "einthoven info record.mat --format json");
        var input = new InputOptions(verb);
        Option<string> format = SharedOptions.Format("table", "json", "csv");
        Option<string?> outFile = SharedOptions.Out();
        verb.Add(format);
        verb.Add(outFile);
        verb.SetAction(call =>
        {
            EcgReadOptions options = input.ReadOptions(call);
            using var target = new OutputTarget(call.GetValue(outFile));
            using InfoWriter writer = InfoWriter.Create(call.GetRequiredValue(format), target);
            bool measures = call.GetRequiredValue(format) != "csv";
            bool failed = EachRecord.Of(input.Inputs(call), options, record =>
                writer.Write(EcgSummary.Of(record) with { Measurements = measures ? EcgMeasurements.Of(record) : null }));
            writer.Complete();
            target.Complete();
            return failed ? ExitStatus.SomeFailed : ExitStatus.Done;
        });
        return verb;
    }
}
