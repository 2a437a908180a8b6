// Options that several verbs have in common.

using System.CommandLine;
using Einthoven.Signals;

namespace Einthoven.Cli.Verbs;

/// <summary>FILES and the facts that files may lack.</summary>
internal sealed class InputOptions
{
    private readonly Argument<string[]> _files = new("FILES")
    {
        Description = "ECG files, folders, patterns, or - for a list on standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "Sampling rate in Hz, for files that do not state one",
        HelpName = "HZ",
    };

    private readonly Option<double?> _gain;

    /// <param name="command">The verb that gets the options.</param>
    /// <param name="gain">Name of the option for counts per millivolt, where a verb needs the usual one for something else.</param>
    public InputOptions(Command command, string gain = "--gain")
    {
        // The parser takes a misspelt option for a file; a file of such a name can be given as ./--name.
        _files.Validators.Add(result =>
        {
            foreach (string value in result.Tokens.Select(token => token.Value).Where(value => value.Length > 1 && value.StartsWith('-')))
                result.AddError($"unknown option {value}");
        });
        _gain = new Option<double?>(gain)
        {
            Description = "Counts per millivolt, for files that do not state their unit",
            HelpName = "N",
        };
        RequirePositive(_rate);
        RequirePositive(_gain);
        command.Add(_files);
        command.Add(_rate);
        command.Add(_gain);
    }

    public EcgInputList Inputs(ParseResult call) => EcgInputs.Expand(call.GetRequiredValue(_files));

    public EcgReadOptions ReadOptions(ParseResult call) =>
        EcgReadOptions.Default with { SamplingRateHz = call.GetValue(_rate), CountsPerMillivolt = call.GetValue(_gain) };

    private static void RequirePositive(Option<double?> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<double?>() is not (null or (> 0 and < double.PositiveInfinity)))
            result.AddError($"{option.Name} must be a positive number.");
    });
}

/// <summary>Makers of single options.</summary>
internal static class SharedOptions
{
    public static Option<string> Format(params string[] formats)
    {
        var option = new Option<string>("--format")
        {
            Description = "How to print: " + string.Join(", ", formats),
            DefaultValueFactory = _ => formats[0],
            HelpName = string.Join("|", formats),
        };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }

    public static Option<string?> Out() => new("--out")
    {
        Description = "Write there instead of standard output; the file appears when it is whole",
        HelpName = "FILE",
    };

    public static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError($"{name} must be 1 or more.");
        });
        return option;
    }
}
