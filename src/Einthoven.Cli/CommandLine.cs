// All verbs, their help, and what becomes of errors.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Einthoven.Cli.Verbs;
using Einthoven.Models.Packages;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;

namespace Einthoven.Cli;

internal static class CommandLine
{
    public static int Run(string[] args)
    {
        RootCommand root = Create();
        ParseResult call = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (call.Errors.Count > 0)
        {
            foreach (string message in call.Errors.Select(error => error.Message).Distinct())
                Console.Error.WriteLine($"einthoven: {message}");
            Console.Error.WriteLine($"Try \"einthoven {PathOf(call)}--help\".");
            return ExitStatus.WrongCall;
        }

        try
        {
            return call.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is UsageException or ModelPackageException)
        {
            return Report(error, ExitStatus.WrongCall);
        }
        catch (TypeInitializationException error) when (error.InnerException is TorchException)
        {
            // libtorch is loaded by a static constructor; what went wrong there is inside.
            return Report(error.InnerException!, ExitStatus.SomeFailed);
        }
        catch (Exception error) when (error is DatasetException or CheckpointException or TorchException or IOException or UnauthorizedAccessException or ArithmeticException)
        {
            return Report(error, ExitStatus.SomeFailed);
        }
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Reads ECG files and tells what a model sees in them. Research use; not a medical device.")
        {
            PredictVerb.Create(),
            SearchVerb.Create(),
            ReportVerb.Create(),
            InfoVerb.Create(),
            PlotVerb.Create(),
            DatasetVerb.Create(),
            SimulateVerb.Create(),
            GenerateVerb.Create(),
            MeasureVerb.Create(),
            QualityVerb.Create(),
            FinetuneVerb.Create(),
            PretrainVerb.Create(),
            TrainGeneratorVerb.Create(),
            TrainWordsVerb.Create(),
            EvaluateVerb.Create(),
            CalibrateVerb.Create(),
            ProbeVerb.Create(),
            ScalingVerb.Create(),
            EmbedVerb.Create(),
            BenchmarkVerb.Create(),
            ModelVerb.Create(),
            DoctorVerb.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static int Report(Exception error, int status)
    {
        Console.Error.WriteLine($"einthoven: {error.Message}");
        return status;
    }

    private static string PathOf(ParseResult call)
    {
        string path = "";
        for (CommandResult? command = call.CommandResult; command?.Command is not (null or RootCommand); command = command.Parent as CommandResult)
            path = command.Command.Name + " " + path;
        return path;
    }
}
