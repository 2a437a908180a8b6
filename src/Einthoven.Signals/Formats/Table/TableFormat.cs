// Tables of numbers as text: CSV, TSV and their relatives. This file tells a recording from any other table.
namespace Einthoven.Signals.Formats.Table;

sealed class TableFormat : IEcgFormat
{
    /// <summary>A table without column names must have this many rows to be taken for a recording inside a folder.</summary>
    const int RowsOfARecording = 100;

    public string Name => "csv";

    public string Description => "table of numbers: comma, semicolon, tab or space separated, a column a lead";

    public IReadOnlyList<string> Extensions { get; } = [".csv", ".tsv"];

    public bool Recognises(FileHead head) => Look(head) is { NumericCells: > 0 } look && look.NumericCells >= look.TextCells;

    /// <summary>In a folder a table must look like leads; one that is text but something else is passed over, one that is no text is reported.</summary>
    public bool IsInputInFolder(FileHead head)
    {
        if (!head.HasExtension([.. Extensions])) return false;
        if (head.FileLength == 0 || TableText.Decode(head.Bytes.Span, mayBeCut: !head.IsWhole) is null) return true;
        if (Look(head) is not { NumericCells: > 0, TextCells: 0 } look) return false;
        if (look.Heading.Names is not null) return look.Heading.NamesLeads;
        return look.NumericCells > RowsOfARecording || look.RowBytes * (long)RowsOfARecording < head.FileLength;
    }

    public EcgHeader Identify(string path, EcgReadOptions options) => EcgHeaders.Of(Read(path, options, CancellationToken.None));

    public EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation) => TableReader.Read(path, options, cancellation);

    /// <summary>The heading and the first row of numbers: how many of its cells are numbers, how many are texts.</summary>
    sealed record FirstRow(TableHeading Heading, int NumericCells, int TextCells, int RowBytes);

    static FirstRow? Look(FileHead head)
    {
        if (TableText.Decode(head.Bytes.Span, mayBeCut: !head.IsWhole) is not { } text) return null;
        if (text.AsSpan().TrimStart() is [] or ['<' or '{' or '[', ..]) return null;
        if (!head.IsWhole) text = WithoutLastPart(text);
        TableDialect dialect = TableDialect.Of(text);
        TableHeading heading = TableHeading.Read(text, dialect);
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (++number <= heading.Lines || TableText.IsBlankOrComment(line)) continue;
            int numeric = 0, texts = 0, column = 0;
            foreach (string cell in TableText.Cells(line, dialect.Separator))
            {
                bool isName = column++ == 0 && (TableHeading.LooksLikeClock(cell) || LeadNames.IsKnown(cell));
                if (isName || TableText.IsMissing(cell)) continue;
                if (TableText.TryNumber(cell, dialect.DecimalComma, out _)) numeric++;
                else texts++;
            }
            return new FirstRow(heading, numeric, texts, line.Length + 1);
        }
        return null;
    }

    // The beginning of a file ends somewhere in a row: only whole rows count, or of one long row its whole cells.
    static string WithoutLastPart(string text)
    {
        int end = text.LastIndexOfAny(['\n', '\r']);
        if (end < 0) end = text.LastIndexOfAny(['\t', ';', ',', ' ']);
        return end < 0 ? text : text[..end];
    }
}
