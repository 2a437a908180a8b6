// einthoven calibrate: puts a package's probabilities right on labelled recordings and writes a new package.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Cli.Verbs;

internal static class CalibrateVerb
{
    public static Command Create()
    {
        var verb = new Verb("calibrate", "Puts a model's probabilities right on labelled recordings, and writes a package whose probabilities are frequencies there.",
            "einthoven calibrate --data ptbxl --split 9 --out runs/mini-calibrated",
            "einthoven calibrate --data ward7 --labels labels.csv --model runs/ward7/model --method temperature --out runs/ward7-calibrated");
        var data = new DataOptions(verb);
        Option<string> model = new("--model") { Description = "A model's name, or the folder or zip of its package", HelpName = "NAME|DIR", DefaultValueFactory = _ => ModelCatalog.DefaultModel };
        Option<string> folder = new("--out") { Description = "Folder of the new package", HelpName = "DIR", Required = true };
        SplitOption split = new(", on which the model was not trained");
        Option<CalibrationMethod> method = new("--method") { Description = "platt (slope and intercept on the logit) or temperature (a slope alone)", HelpName = "METHOD" };
        foreach (Option option in new Option[] { model, folder, split, method })
            verb.Add(option);
        var compute = new ComputeOptions(verb);

        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            Manifest manifest = data.Read(call);
            (IReadOnlyList<ManifestRow> rows, string what) = split.Choose(call, manifest);
            string target = call.GetRequiredValue(folder);
            using ModelPackage package = ModelCatalog.Open(call.GetRequiredValue(model));
            if (package.Description.Task != ModelTask.MultiLabel)
                throw new UsageException($"{package.Description.Name} has no labels that are each there or not; only such models are calibrated.");
            using SafeTensorsFile weights = package.OpenWeights();
            PackageCalibration calibration;
            using (EcgModel loaded = EcgModel.Load(package, compute.Apply(call)))
            {
                using var progress = new ProgressLine(rows.Count);
                ModelScores scores = ModelScores.Of(loaded, manifest.Labels, rows, progress.Advance, cancellation: cancellation);
                progress.Clear();
                calibration = PackageCalibration.Of(scores, call.GetValue(method));
            }

            string name = ModelPackage.NameOf(target);
            ModelDescription description = calibration.Apply(package.Description, name, what);
            using EcgModel calibrated = EcgModel.Create(description, weights.Tensors);
            ModelCheck check = ModelCheck.Record(calibrated, EcgRecord.Read(rows[0].Path));
            ModelPackage.Save(target, description, weights.Tensors, $"{package.Card.TrimEnd()}\n\n{calibration.ToMarkdown(what)}", check, package.Texts);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {calibration.Labels.Count(l => l.Fit is not null)} of {description.Labels.Count} labels calibrated on {what}; expected calibration error {calibration.Before.ExpectedError:F4} before, {calibration.After.ExpectedError:F4} after (cross-fitted over patients)"));
            Console.Out.WriteLine($"package: {target}");
            return ExitStatus.Done;
        }, cancellation)));
        return verb;
    }
}
