// The numbers of a table, row by row into one array, with an error that names line and column.
namespace Einthoven.Signals.Formats.Table;

/// <summary>All numbers of a table.</summary>
/// <param name="Columns">Cells per row.</param>
/// <param name="Values">Row after row; NaN where missing or no number is expected.</param>
/// <param name="FirstTexts">First cell of each row where the rows begin with a name; else null.</param>
/// <param name="TextColumns">Columns that hold texts and are passed over.</param>
/// <param name="Warnings">What was dropped.</param>
sealed record TableRows(int Columns, List<double> Values, List<string>? FirstTexts, IReadOnlySet<int> TextColumns, IReadOnlyList<string> Warnings)
{
    public int Count => Values.Count / Columns;

    public static TableRows Read(string path, string text, TableDialect dialect, TableHeading heading, CancellationToken cancellation)
    {
        int columns = 0, number = 0;
        var values = new List<double>();
        var warnings = new List<string>();
        var textColumns = new HashSet<int>();
        List<string>? firstTexts = null;
        int lastLine = LastLineOf(text);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (number <= heading.Lines || TableText.IsBlankOrComment(line)) continue;
            if (number % 4096 == 0) cancellation.ThrowIfCancellationRequested();
            if (columns == 0)
            {
                List<string> cells = TableText.Cells(line, dialect.Separator);
                columns = cells.Count > 1 && cells[^1].Length == 0 && heading.Names?.Count != cells.Count ? cells.Count - 1 : cells.Count;
                if (TableHeading.IsNamedRow(cells, dialect) && !TableHeading.LooksLikeClock(cells[0]) && heading.Names is null) firstTexts = [];
                else FindTextColumns(cells, columns, dialect, textColumns);
            }
            int start = values.Count;
            int found = AddRow(path, number, line, dialect, columns, values, firstTexts, textColumns);
            if (found >= columns) continue;
            values.RemoveRange(start, values.Count - start);
            if (number != lastLine || text.EndsWith('\n') || start == 0)
                throw new EcgFormatException(path, $"line {number}", $"{found} cells, {columns} expected", "every row has one cell a column; correct the table");
            warnings.Add($"line {number} is cut and was left out");
        }
        if (columns == 0 || values.Count == 0)
            throw new EcgFormatException(path, "", "the table holds no numbers", "a row a sample and a column a lead are expected");
        return new TableRows(columns, values, firstTexts, textColumns, warnings);
    }

    // Returns the number of cells found; more than expected is an error unless they are empty.
    static int AddRow(
        string path, int number, ReadOnlySpan<char> line, TableDialect dialect, int columns, List<double> values, List<string>? firstTexts, HashSet<int> textColumns)
    {
        bool ended = false;
        int column = 0;
        while (TableText.TakeCell(ref line, dialect.Separator, ref ended, out ReadOnlySpan<char> cell))
        {
            if (column >= columns)
            {
                if (!cell.IsEmpty)
                    throw new EcgFormatException(path, $"line {number}", $"more than {columns} cells", "every row has one cell a column; correct the table");
            }
            else if (column == 0 && firstTexts is not null)
            {
                firstTexts.Add(cell.ToString());
                values.Add(double.NaN);
            }
            else if (textColumns.Contains(column))
            {
                values.Add(double.NaN);
            }
            else if (TableText.TryNumber(cell, dialect.DecimalComma, out double value) || column == 0 && TryClock(cell, out value))
            {
                values.Add(value);
            }
            else
            {
                string shown = cell.Length > 24 ? string.Concat(cell[..24], "…") : cell.ToString();
                throw new EcgFormatException(path, $"line {number}, column {column + 1}", $"\"{shown}\" is no number", "correct the cell, or leave it empty if the sample is missing");
            }
            column++;
        }
        return column;
    }

    static void FindTextColumns(List<string> cells, int columns, TableDialect dialect, HashSet<int> textColumns)
    {
        for (int c = 0; c < columns; c++)
        {
            bool isTime = c == 0 && TableHeading.LooksLikeClock(cells[c]);
            if (!isTime && !TableText.TryNumber(cells[c], dialect.DecimalComma, out _)) textColumns.Add(c);
        }
    }

    // "[h:]m:s.fff" as seconds
    static bool TryClock(ReadOnlySpan<char> cell, out double seconds)
    {
        seconds = 0;
        cell = cell.Trim("[] ");
        int space = cell.LastIndexOf(' ');
        if (space >= 0 && cell[..space].Contains(':')) cell = cell[..space];
        else if (cell.LastIndexOfAny(' ', 'T') is >= 0 and int date) cell = cell[(date + 1)..];
        int parts = 0;
        while (!cell.IsEmpty)
        {
            int colon = cell.IndexOf(':');
            ReadOnlySpan<char> part = colon < 0 ? cell : cell[..colon];
            if (++parts > 3 || !TableText.TryNumber(part, false, out double value) || double.IsNaN(value)) return false;
            seconds = seconds * 60 + value;
            cell = colon < 0 ? default : cell[(colon + 1)..];
        }
        return parts >= 2;
    }

    // Number of the last line that holds anything.
    static int LastLineOf(string text)
    {
        int number = 0, last = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (!line.IsWhiteSpace()) last = number;
        }
        return last;
    }
}
