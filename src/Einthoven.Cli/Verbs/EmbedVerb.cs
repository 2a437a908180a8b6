// einthoven embed: ECG files in, features of a network's layer out.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Embedding;
using Einthoven.Models.Packages;
using Einthoven.Models.Probes;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Training.Probing;

namespace Einthoven.Cli.Verbs;

internal static class EmbedVerb
{
    private const string EveryPosition = "none";

    public static Command Create()
    {
        var verb = new Verb("embed", "Writes what a layer of a network makes of ECG files: features for clustering, search, or other programs' models.",
            "einthoven embed samples --out features.csv",
            "einthoven embed ward7 --out features.npy --model runs/pretrained --pooling mean-max",
            "einthoven embed ward7 --out features.safetensors --layer block3 --pooling none",
            "einthoven embed record.hea --model einthoven-mini --layers");
        var input = new InputOptions(verb);
        Option<string> model = new("--model")
        {
            Description = "A model's name, its package, or the folder of a pretraining",
            HelpName = "NAME|DIR",
            DefaultValueFactory = _ => ModelCatalog.DefaultModel,
        };
        Option<string?> outFile = new("--out") { Description = "File to write: .csv, .npy (with .records.csv beside it) or .safetensors", HelpName = "FILE" };
        Option<string?> layer = new("--layer") { Description = "Which layer; the last where none is named", HelpName = "NAME" };
        Option<bool> layers = new("--layers") { Description = "Only list the model's layers" };
        Option<string> pooling = new("--pooling") { Description = "How the positions of a window are gathered: mean, max, mean-max, or none", HelpName = "HOW", DefaultValueFactory = _ => "mean" };
        pooling.AcceptOnlyFromAmong("mean", "max", "mean-max", EveryPosition);
        Option<bool> windows = new("--windows") { Description = "A row a window instead of a row a recording (the mean of its windows)" };
        Option<int?> batch = SharedOptions.Count("--batch", $"Windows in one pass through the network ({EcgModel.DefaultBatch})");
        foreach (Option option in new Option[] { model, outFile, layer, layers, pooling, windows, batch })
            verb.Add(option);
        var compute = new ComputeOptions(verb);

        verb.SetAction(call =>
        {
            using EcgModel loaded = EncoderSource.Find(call.GetRequiredValue(model)).Open(compute.Apply(call));
            if (call.GetValue(layers))
            {
                foreach (FeatureLayer one in loaded.Network.Layers)
                    Console.Out.WriteLine(one.Stage);
                return ExitStatus.Done;
            }

            string path = call.GetValue(outFile) ?? throw new UsageException("--out FILE is needed: .csv, .npy or .safetensors.");
            string how = call.GetRequiredValue(pooling);
            try
            {
                var facts = new Dictionary<string, string>
                {
                    ["model"] = loaded.Description.Name,
                    ["layer"] = call.GetValue(layer) ?? loaded.Network.Layers[^1].Stage,
                    ["pooling"] = how,
                };
                using FeatureWriter writer = FeatureWriter.For(path, facts);
                return Run(loaded, input, call, call.GetValue(layer), how, call.GetValue(windows), call.GetValue(batch) ?? EcgModel.DefaultBatch, writer, path);
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }
        });
        return verb;
    }

    private static int Run(
        EcgModel model, InputOptions input, ParseResult call, string? layer, string how, bool eachWindow, int batch, FeatureWriter writer, string path)
    {
        EcgInputList inputs = input.Inputs(call);
        FeaturePooling? pooling = how switch { "mean" => FeaturePooling.Mean, "max" => FeaturePooling.Max, "mean-max" => FeaturePooling.MeanMax, _ => null };
        bool failed = false;
        int records = 0;
        using var progress = new ProgressLine(inputs.Inputs.Count);
        IEnumerable<PreparedRecord> prepared = PreparedRecords.Read(model, inputs.Inputs, input.ReadOptions(call), failure =>
        {
            failed = true;
            progress.Tell(failure);
            progress.Advance();
        });
        foreach (RecordFeatures features in model.EncodeMany(prepared, layer, batch))
        {
            string record = features.Record.Path;
            if (pooling is null)
            {
                for (int window = 0; window < features.Windows.Count; window++)
                    writer.Write(record, window, features.Windows[window], features.Positions, features.Width);
            }
            else if (eachWindow)
            {
                for (int window = 0; window < features.Windows.Count; window++)
                    WritePooled(record, window, features.Pool(window, pooling.Value));
            }
            else
            {
                WritePooled(record, null, features.Pool(pooling.Value));
            }

            records++;
            progress.Advance();
        }

        progress.Clear();
        if (records == 0)
        {
            Console.Error.WriteLine("einthoven: no recording could be read, so nothing was written.");
            return ExitStatus.SomeFailed;
        }

        writer.Complete();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"features of {records} recordings in {path}: layer {layer ?? model.Network.Layers[^1].Stage}, pooling {how}, model {model.Description.Name}."));
        return failed ? ExitStatus.SomeFailed : ExitStatus.Done;

        void WritePooled(string record, int? window, float[] values) => writer.Write(record, window, values, values.Length);
    }
}
