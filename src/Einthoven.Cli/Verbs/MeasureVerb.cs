// einthoven measure: rate, intervals, axes and amplitudes of ECG files.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Cli.Verbs;

internal static class MeasureVerb
{
    public static Command Create()
    {
        var verb = new Verb("measure", "Measures ECG files: rate, intervals, axes, amplitudes, or every beat's waves.",
            "einthoven measure record.hea",
            "einthoven measure samples --format csv --out measures.csv",
            "einthoven measure samples --format csv --amplitudes --out measures.csv",
            "einthoven measure samples --beats --format csv",
            "einthoven measure samples --annotations marks");
        var input = new InputOptions(verb);
        Option<string> format = SharedOptions.Format("table", "csv", "json");
        Option<string?> outFile = SharedOptions.Out();
        Option<bool> beats = new("--beats") { Description = "A row a beat: times of its waves in seconds from the start" };
        Option<bool> amplitudes = new("--amplitudes") { Description = "With --format csv: also P, Q, R, S, ST and T of every standard lead in mV, a column each; table and JSON have them anyway" };
        Option<string?> annotations = new("--annotations") { Description = "Also write the beats there as WFDB annotation files, RECORD.ein", HelpName = "DIR" };
        foreach (Option option in new Option[] { format, outFile, beats, amplitudes, annotations }) verb.Add(option);
        verb.SetAction(call =>
        {
            EcgReadOptions options = input.ReadOptions(call);
            if (call.GetValue(amplitudes) && (call.GetValue(beats) || call.GetValue(format) != "csv"))
                throw new UsageException("--amplitudes adds columns to a row a recording: use it with --format csv and without --beats.");
            using var target = new OutputTarget(call.GetValue(outFile));
            using MeasureWriter writer = MeasureWriter.Create(call.GetRequiredValue(format), call.GetValue(beats), call.GetValue(amplitudes), target);
            string? folder = call.GetValue(annotations);
            if (folder is not null) Directory.CreateDirectory(folder);
            bool failed = EachRecord.Of(input.Inputs(call), options, record =>
            {
                EcgMeasurements measurements = EcgMeasurements.Of(record);
                writer.Write(record, measurements);
                if (folder is not null && record.SamplingRateHz > 0)
                    WfdbAnnotations.Write(Path.Combine(folder, record.Id + ".ein"), WfdbAnnotations.Of(measurements.Series, record.SamplingRateHz));
            });
            writer.Complete();
            target.Complete();
            return failed ? ExitStatus.SomeFailed : ExitStatus.Done;
        });
        return verb;
    }
}
