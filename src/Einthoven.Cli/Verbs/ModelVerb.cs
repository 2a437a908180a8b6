// einthoven model: list, describe, verify and import model packages; joining them has a file of its own.

using System.CommandLine;
using System.Globalization;
using Einthoven.Cli.Output;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Cli.Verbs;

internal static class ModelVerb
{
    public static Command Create() => new("model", "Lists, describes, verifies, imports and joins models.")
    {
        List(),
        Describe(),
        Verify(),
        Import(),
        ModelJoinVerb.Create(),
    };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists the models at hand, from models/ and the folders of EINTHOVEN_MODELS.", "einthoven model list");
        verb.SetAction(_ =>
        {
            int status = ExitStatus.Done;
            foreach (CatalogEntry entry in ModelCatalog.List())
            {
                try
                {
                    using ModelPackage package = ModelPackage.Open(entry.Path);
                    ModelDescription model = package.Description;
                    Console.Out.WriteLine($"{entry.Name,-24}{model.Family,-14}{model.Labels.Count,4} labels  {model.Summary}");
                }
                catch (ModelPackageException damaged)
                {
                    Console.Error.WriteLine($"einthoven: {damaged.Message}");
                    status = ExitStatus.SomeFailed;
                }
            }

            return status;
        });
        return verb;
    }

    private static Verb Describe()
    {
        var verb = new Verb("describe", "Shows a model's input, size, labels, thresholds, origin and card; or what a preset of pretrain builds.",
            $"einthoven model describe {ModelCatalog.DefaultModel}", "einthoven model describe DIR", "einthoven model describe st-mem-base");
        var name = new Argument<string>("MODEL") { Description = $"A model's name, the folder or zip of its package, or a preset of pretrain ({string.Join(", ", Presets.Names<PretrainRecipe>())})" };
        verb.Add(name);
        verb.SetAction(call =>
        {
            string asked = call.GetRequiredValue(name);
            if (Presets.Names<PretrainRecipe>().Contains(asked) && ModelCatalog.List().All(entry => entry.Name != asked) && !Directory.Exists(asked))
            {
                Print(Presets.Read<PretrainRecipe>(asked), Console.Out);
                return ExitStatus.Done;
            }

            using ModelPackage package = ModelCatalog.Open(asked);
            Print(package, Console.Out);
            return ExitStatus.Done;
        });
        return verb;
    }

    private static Verb Verify()
    {
        var verb = new Verb("verify", "Checks a model's files, then runs its recorded check and names the first stage that differs.",
            $"einthoven model verify {ModelCatalog.DefaultModel}");
        Argument<string> name = ModelName(verb);
        verb.SetAction(call =>
        {
            using ModelPackage package = ModelCatalog.Open(call.GetRequiredValue(name));
            if (package.FindDamage() is { } damage)
                return Fail($"{package.Path}: {damage}");
            Console.Out.WriteLine("files      agree with SHA256SUMS");
            if (!package.HasCheck)
            {
                Console.Out.WriteLine("stages     the package carries no check to run");
                return ExitStatus.Done;
            }

            using SafeTensorsFile check = package.OpenCheck();
            IReadOnlyList<StageComparison> stages = Stages(package, check);
            if (stages.FirstOrDefault(stage => !stage.Agrees) is { } first)
                return Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{package.Path}: stage \"{first.Stage}\" is the first that differs: by {first.Deviation:0.0e0}, at most {first.Tolerance:0.0e0} is due to rounding"));
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"stages     all {stages.Count} agree, the worst within {stages.Max(stage => stage.Deviation / stage.Tolerance):P0} of its tolerance"));
            return ExitStatus.Done;
        });
        return verb;
    }

    private static IReadOnlyList<StageComparison> Stages(ModelPackage package, SafeTensorsFile check)
    {
        if (GeneratorFamilies.Find(package.Description.Family) is not null)
        {
            using EcgGenerator generator = EcgGenerator.Load(package);
            return GeneratorCheck.Verify(generator, check);
        }

        using EcgModel model = EcgModel.Load(package);
        return ModelCheck.Verify(model, check);
    }

    private static Verb Import()
    {
        string[] families =
        [
            .. ModelFamilies.All.Where(family => family.Import is not null).Select(family => family.Name),
            .. GeneratorFamilies.All.Where(family => family.Import is not null).Select(family => family.Name),
        ];
        var verb = new Verb("import", "Makes a model package of a published checkpoint.",
            "einthoven model import mimic_iv_ecg_finetuned.pt --family ecg-fm --out models/ecg-fm-17",
            "einthoven predict record.mat --model models/ecg-fm-17");
        Argument<string> checkpoint = new("CHECKPOINT") { Description = "The authors' file (.pt)" };
        Option<string> family = new("--family") { Description = "Whose it is: " + string.Join(", ", families), HelpName = "F", Required = true };
        Option<string> folder = new("--out") { Description = "The package folder to make", HelpName = "DIR", Required = true };
        Option<string?> name = new("--name") { Description = "The model's name (the folder's)", HelpName = "NAME" };
        verb.Add(checkpoint);
        verb.Add(family);
        verb.Add(folder);
        verb.Add(name);
        verb.SetAction(call =>
        {
            string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(call.GetRequiredValue(folder)));
            ModelDescription model = ModelImport.Run(
                call.GetRequiredValue(checkpoint), call.GetRequiredValue(family), target, call.GetValue(name) ?? Path.GetFileName(target));
            Console.Error.WriteLine($"einthoven: {model.Name}: {model.Family} with {model.Labels.Count} labels, in {call.GetRequiredValue(folder)}");
            return ExitStatus.Done;
        });
        return verb;
    }

    private static Argument<string> ModelName(Verb verb)
    {
        var name = new Argument<string>("MODEL") { Description = "A model's name, or the folder or zip of its package" };
        verb.Add(name);
        return name;
    }

    private static string Size(NetworkSize size) =>
        string.Create(CultureInfo.InvariantCulture, $"{size.Trained:N0} parameters trained, {size.All:N0} with what is fixed");

    private static string Windows(InputContract input) => string.Create(CultureInfo.InvariantCulture,
        $"input      {(input.AnyLead ? "any lead, each by itself" : string.Join(" ", input.Leads))}; {input.SamplingRateHz:0.###} Hz; windows of {input.WindowSeconds():0.###} s every {input.StrideSamples / input.SamplingRateHz:0.###} s");

    private static void Print(PretrainRecipe recipe, TextWriter output)
    {
        (NetworkSize whole, NetworkSize? encoder) = NetworkSize.Of(recipe);
        output.WriteLine($"{recipe.Name}  ({recipe.Family}; a preset of pretrain, without weights)");
        output.WriteLine(recipe.Summary);
        output.WriteLine();
        output.WriteLine(Windows(recipe.Input));
        output.WriteLine($"network    {Size(whole)}");
        if (encoder is not null) output.WriteLine($"encoder    {Size(encoder)}");
    }

    private static void Print(ModelPackage package, TextWriter output)
    {
        ModelDescription model = package.Description;
        InputContract input = model.Input;
        output.WriteLine($"{model.Name}  ({model.Family})");
        if (model.Summary.Length > 0)
            output.WriteLine(model.Summary);
        output.WriteLine();
        output.WriteLine(Windows(input));
        if (GeneratorFamilies.Find(model.Family) is null)
        {
            using EcgNetwork network = EcgModel.CreateNetwork(model);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"network    {network.ParameterCount:N0} parameters"));
        }

        if (input.Name.Length > 0)
            output.WriteLine($"contract   {string.Join(", ", model.OtherInputs.Select(other => other.Name).Prepend(input.Name + " (used unless another is named)"))}");
        foreach ((string key, string value) in model.Provenance)
            output.WriteLine($"{key,-10} {value}");
        output.WriteLine();
        output.WriteLine($"{"label",-52}{"code",-14}{"category",-12}{"over windows",-14}{"threshold",9}");
        foreach (ModelLabel label in model.Labels)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{label.Name,-52}{label.Code,-14}{label.Category,-12}{(label.Aggregation == Aggregation.Max ? "max" : "mean"),-14}{label.Threshold,9:0.000}{(label.Leads is null ? "" : $"  from {string.Join(" ", label.Leads)}")}{(label.Unproven ? "  unproven" : "")}"));
        }

        if (package.Card.Length > 0)
        {
            output.WriteLine();
            output.WriteLine(package.Card);
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"einthoven: {message}");
        return ExitStatus.SomeFailed;
    }
}
