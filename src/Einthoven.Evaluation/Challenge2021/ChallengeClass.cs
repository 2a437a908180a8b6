// The diagnoses of the 2021 challenge: code, name, whether scored, records per source.
using System.Globalization;

namespace Einthoven.Evaluation.Challenge2021;

/// <summary>A diagnosis.</summary>
/// <param name="SnomedCode">SNOMED CT code.</param>
/// <param name="Abbreviation">As in AF.</param>
/// <param name="Name">As in atrial fibrillation.</param>
/// <param name="IsScored">Whether it enters the metric.</param>
/// <param name="Group">The scored class it belongs to: codes joined by "|"; empty where it is not scored.</param>
/// <param name="Records">Records by source.</param>
/// <param name="Total">Records of all sources.</param>
public sealed record ChallengeClass(
    string SnomedCode, string Abbreviation, string Name, bool IsScored, string Group, IReadOnlyDictionary<string, int> Records, int Total)
{
    /// <summary>The published 133 diagnoses.</summary>
    public static IReadOnlyList<ChallengeClass> Published { get; } = ReadPublished();

    /// <summary>Reads a table.</summary>
    /// <exception cref="InvalidDataException">A line lacks cells or has a count that is none.</exception>
    public static IReadOnlyList<ChallengeClass> Parse(TextReader csv)
    {
        string[] header = (csv.ReadLine() ?? throw new InvalidDataException("The table of classes is empty.")).Split(',');
        List<ChallengeClass> classes = [];
        for (int number = 2; csv.ReadLine() is { Length: > 0 } line; number++)
        {
            string[] cells = Csv.Split(line);
            if (cells.Length != header.Length)
                throw new InvalidDataException($"Line {number} of the table of classes has {cells.Length} cells for {header.Length} columns.");
            var records = new Dictionary<string, int>();
            for (int k = 5; k < header.Length; k++)
            {
                records[header[k]] = int.TryParse(cells[k], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                    ? count
                    : throw new InvalidDataException($"Line {number} of the table of classes has '{cells[k]}' for {header[k]}; a count is wanted.");
            }

            records.Remove("total", out int total);
            classes.Add(new(cells[0], cells[1], cells[2], cells[3] == "1", cells[4], records, total));
        }

        return classes;
    }

    private static IReadOnlyList<ChallengeClass> ReadPublished()
    {
        Stream resource = typeof(ChallengeClass).Assembly.GetManifestResourceStream("Einthoven.Evaluation.Challenge2021.classes.csv")!;
        using var reader = new StreamReader(resource);
        return Parse(reader);
    }
}
