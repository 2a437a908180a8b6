// What the training verbs train on.

using System.CommandLine;
using Einthoven.Training.Data;

namespace Einthoven.Cli.Verbs;

internal sealed class DataOptions
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Folder of a known data set (see dataset import), or of recordings",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        Description = "Table for a folder of recordings: record, optional patient and split, then a column a label (1, 0, empty = unknown)",
        HelpName = "CSV",
    };

    private readonly Option<string?> _codes = new("--codes")
    {
        Description = "With --labels: the column in which a recording's labels stand as a list of codes, such as 426783006;164889003",
        HelpName = "COLUMN",
    };

    public DataOptions(Command verb)
    {
        verb.Add(_data);
        verb.Add(_labels);
        verb.Add(_codes);
    }

    /// <summary>The recordings.</summary>
    /// <param name="call">The parsed call.</param>
    /// <param name="numbers">Whether labels may be any number.</param>
    /// <param name="unlabelled">Whether a folder of recordings without labels will do; each then counts as a patient of its own.</param>
    public Manifest Read(ParseResult call, bool numbers = false, bool unlabelled = false)
    {
        if (call.GetValue(_codes) is not null && call.GetValue(_labels) is null)
            throw new UsageException("--codes names a column of the table that --labels gives; there is none.");
        return DatasetImporters.Read(
            call.GetRequiredValue(_data), ImportOptions.Default with { Labels = call.GetValue(_labels), Codes = call.GetValue(_codes), Numbers = numbers, Unlabelled = unlabelled });
    }

    /// <summary>Whether the labels are in a table of the user's own.</summary>
    public bool HasTable(ParseResult call) => call.GetValue(_labels) is not null;

    public string Describe(ParseResult call) =>
        (call.GetValue(_labels) is null ? "--data DIR" : "--data DIR --labels CSV") + (call.GetValue(_codes) is { } column ? $" --codes {column}" : "");
}
