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

    public DataOptions(Command verb)
    {
        verb.Add(_data);
        verb.Add(_labels);
    }

    public Manifest Read(ParseResult call, bool numbers = false) =>
        DatasetImporters.Read(call.GetRequiredValue(_data), ImportOptions.Default with { Labels = call.GetValue(_labels), Numbers = numbers });

    /// <summary>Whether the labels are in a table of the user's own.</summary>
    public bool HasTable(ParseResult call) => call.GetValue(_labels) is not null;

    public string Describe(ParseResult call) => call.GetValue(_labels) is null ? "--data DIR" : "--data DIR --labels CSV";
}
