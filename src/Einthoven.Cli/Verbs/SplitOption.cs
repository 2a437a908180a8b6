// Which recordings of a data set a verb looks at: all of them, or those of some parts.

using System.CommandLine;
using Einthoven.Training.Data;

namespace Einthoven.Cli.Verbs;

internal sealed class SplitOption : Option<string[]>
{
    /// <summary>Makes the option.</summary>
    /// <param name="kind">What the part must be, behind "of this part"; empty where any will do.</param>
    public SplitOption(string kind = "")
        : base("--split")
    {
        Description = $"Only recordings of this part{kind}; may be given again (all)";
        HelpName = "NAME";
        DefaultValueFactory = _ => [];
    }

    /// <summary>The parts that were named; none: all recordings.</summary>
    public string[] Parts(ParseResult call) => call.GetValue(this) ?? [];

    /// <summary>The chosen recordings, and what they are called.</summary>
    /// <exception cref="DatasetException">No recording is in the parts.</exception>
    public (IReadOnlyList<ManifestRow> Rows, string Name) Choose(ParseResult call, Manifest manifest) => Parts(call) is { Length: > 0 } parts
        ? (manifest.InSplits(parts), $"{manifest.Name}, split {string.Join(", ", parts)}")
        : (manifest.Rows, manifest.Name);
}
