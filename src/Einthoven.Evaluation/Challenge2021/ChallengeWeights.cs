// The table of the 2021 challenge: what a call of one class is worth where another is true.
using System.Globalization;

namespace Einthoven.Evaluation.Challenge2021;

/// <summary>Classes in order and their weights. A class of equivalent diagnoses has all their SNOMED CT codes, joined by "|".</summary>
/// <param name="Classes">SNOMED CT codes.</param>
/// <param name="Values">[true class, called class].</param>
public sealed record ChallengeWeights(IReadOnlyList<string> Classes, double[,] Values)
{
    private const string SinusRhythm = "426783006";

    /// <summary>The published table of 26 classes.</summary>
    public static ChallengeWeights Published { get; } = ReadPublished();

    /// <summary>The class that is called where nothing is known.</summary>
    public int SinusRhythmIndex => IndexOf(SinusRhythm);

    /// <summary>The number of the class that holds a code; −1 where none does.</summary>
    public int IndexOf(string snomedCode)
    {
        for (int k = 0; k < Classes.Count; k++)
            if (Classes[k].Split('|').Contains(snomedCode, StringComparer.Ordinal)) return k;
        return -1;
    }

    /// <summary>
    /// Reads a table: the header names the called classes, the first cell of each line the true one, both in the same order.
    /// </summary>
    /// <exception cref="InvalidDataException">The table is not square, its classes are ordered otherwise by line, or a cell is no
    /// number.</exception>
    public static ChallengeWeights Parse(TextReader csv)
    {
        string[] classes = (csv.ReadLine() ?? throw new InvalidDataException("The table of weights is empty.")).Split(',')[1..];
        var values = new double[classes.Length, classes.Length];
        int row = 0;
        for (; csv.ReadLine() is { Length: > 0 } line; row++)
        {
            string[] cells = line.Split(',');
            if (row >= classes.Length || cells.Length != classes.Length + 1 || cells[0] != classes[row])
                throw new InvalidDataException(
                    $"Line {row + 2} of the table of weights is not that of {(row < classes.Length ? classes[row] : "any class")} with {classes.Length} weights.");
            for (int k = 0; k < classes.Length; k++)
            {
                if (double.TryParse(cells[k + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out values[row, k])) continue;
                string where = $"Line {row + 2} of the table of weights";
                throw new InvalidDataException($"{where} has '{cells[k + 1]}' for class {classes[k]}; a number is wanted.");
            }
        }

        return row == classes.Length
            ? new(classes, values)
            : throw new InvalidDataException($"The table of weights has {row} lines for {classes.Length} classes.");
    }

    private static ChallengeWeights ReadPublished()
    {
        Stream resource = typeof(ChallengeWeights).Assembly.GetManifestResourceStream("Einthoven.Evaluation.Challenge2021.weights.csv")!;
        using var reader = new StreamReader(resource);
        return Parse(reader);
    }
}
