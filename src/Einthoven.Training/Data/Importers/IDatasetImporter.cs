// What every importer is: a name, a way to recognise a download, and a way to read it.
namespace Einthoven.Training.Data;

/// <summary>Which of a download's recordings and labels are wanted.</summary>
public sealed record ImportOptions
{
    /// <summary>The options used when none are given.</summary>
    public static ImportOptions Default { get; } = new();

    /// <summary>A table of labels for a folder of recordings.</summary>
    public string? Labels { get; init; }

    /// <summary>The column of that table in which the labels stand as a list of codes; null: a column a label.</summary>
    public string? Codes { get; init; }

    /// <summary>Which labels, in the importer's words; empty for its usual ones.</summary>
    public string Task { get; init; } = "";

    /// <summary>Which of several rates that a download has, in Hz; null for what is there.</summary>
    public int? RateHz { get; init; }

    /// <summary>Only these sources, where a download has several; empty for all.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Whether the table's labels may be any number, for what is measured.</summary>
    public bool Numbers { get; init; }

    /// <summary>Whether recordings will do that nobody has labelled: a folder that no importer recognises is then read as one of those.</summary>
    public bool Unlabelled { get; init; }

    /// <summary>Labels with fewer positives are left out.</summary>
    public int MinimumPositives { get; init; }
}

/// <summary>Reads one kind of data set.</summary>
public interface IDatasetImporter
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>One line for people: the layout it reads and the tasks it knows.</summary>
    string Description { get; }

    /// <summary>Whether a folder looks like this data set; cheap.</summary>
    bool Recognises(string folder);

    /// <summary>Reads the data set's tables or headers; no signals.</summary>
    /// <exception cref="DatasetException">Something is missing or contradicts itself.</exception>
    Manifest Read(string folder, ImportOptions options);
}
