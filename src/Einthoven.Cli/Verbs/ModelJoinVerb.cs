// einthoven model join: several trained packages become one that answers with the mean of them.

using System.CommandLine;
using Einthoven.Cli.Output;
using Einthoven.Evaluation;
using Einthoven.Models.Packages;
using Einthoven.Training.Data;
using Einthoven.Training.Evaluating;

namespace Einthoven.Cli.Verbs;

internal static class ModelJoinVerb
{
    public static Verb Create()
    {
        var verb = new Verb("join", "Joins models of the same input and labels into one whose logits are their mean, and chooses its thresholds anew.",
            "einthoven model join runs/a/model runs/b/model --data ptbxl --split 9 --out models/both",
            "einthoven model join runs/a/model runs/b/model runs/c/model --data ptbxl --split 9 --eight-bits --out models/three",
            "einthoven calibrate --data ptbxl --split 9 --model models/both --out models/both-calibrated");
        Argument<string[]> models = new("MODEL") { Description = "Names of models, or folders or zips of their packages; two or more", Arity = new ArgumentArity(2, 100) };
        verb.Add(models);
        var data = new DataOptions(verb);
        SplitOption split = new(", on which the models were not trained");
        Option<string> folder = new("--out") { Description = "Folder of the new package", HelpName = "DIR", Required = true };
        Option<bool> eightBits = new("--eight-bits") { Description = "Store kernels and matrices in eight bits, half the size; all figures are then of those" };
        verb.Add(split);
        verb.Add(eightBits);
        verb.Add(folder);
        var compute = new ComputeOptions(verb);

        verb.SetAction((call, cancellation) => Task.FromResult(DatasetOptions.Interruptible(() =>
        {
            Manifest manifest = data.Read(call);
            (IReadOnlyList<ManifestRow> rows, string what) = split.Choose(call, manifest);
            string target = call.GetRequiredValue(folder);
            ModelPackage[] packages = [.. call.GetRequiredValue(models).Select(ModelCatalog.Open)];
            try
            {
                using var progress = new ProgressLine(rows.Count * PackageJoining.Passes(packages));
                string command = $"einthoven model join {string.Join(' ', packages.Select(_ => "MODEL"))} {data.Describe(call)}{string.Concat(split.Parts(call).Select(part => $" --split {part}"))}{(call.GetValue(eightBits) ? " --eight-bits" : "")} --out DIR";
                JoinResult result = new PackageJoining(manifest, rows, what, compute.Apply(call)) { Advance = progress.Advance, EightBits = call.GetValue(eightBits) }.Write(packages, target, command, cancellation);
                progress.Clear();
                foreach ((string name, Estimate auroc) in result.Areas) Console.Out.WriteLine($"{name,-32} macro AUROC {auroc}");
                Console.Out.WriteLine($"on {what}; {result.Unproven} of its labels are unproven there");
                Console.Out.WriteLine($"package: {target}");
                return ExitStatus.Done;
            }
            finally
            {
                foreach (ModelPackage package in packages) package.Dispose();
            }
        }, cancellation)));
        return verb;
    }
}
