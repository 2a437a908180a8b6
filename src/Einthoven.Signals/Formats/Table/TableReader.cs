// From the text of a table to an EcgRecord: columns are leads, or rows where there are few and long ones.
namespace Einthoven.Signals.Formats.Table;

static class TableReader
{
    /// <summary>Up to this many rows of more than <see cref="ManyColumns"/> numbers are leads, not samples.</summary>
    const int FewRows = 15, ManyColumns = 100;

    public static EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation)
    {
        long length = new FileInfo(path).Length;
        // A number takes two bytes of text at least and eight in memory.
        if (length * 4.0 > options.MaxDecodedBytes || length > Array.MaxLength)
            throw new EcgFormatException(path, "", $"a table of {length} bytes", "this is beyond the limit; raise MaxDecodedBytes if the file is meant");
        string text = TableText.Decode(File.ReadAllBytes(path), mayBeCut: false)
            ?? throw new EcgFormatException(path, "", "the file is binary, not text", "check what wrote it");
        TableDialect dialect = TableDialect.Of(text);
        TableHeading heading = TableHeading.Read(text, dialect);
        TableRows rows = TableRows.Read(path, text, dialect, heading, cancellation);
        if (heading.Names is { } names && names.Count != rows.Columns && names.Count != rows.Columns - 1)
            throw new EcgFormatException(path, $"line {heading.Lines}", $"{names.Count} column names above {rows.Columns} columns", "name every column once");
        return rows.Count <= FewRows && rows.Columns > ManyColumns
            ? RowsAsLeads(path, heading, rows, options)
            : ColumnsAsLeads(path, heading, rows, options);
    }

    static EcgRecord ColumnsAsLeads(string path, TableHeading heading, TableRows rows, EcgReadOptions options)
    {
        var warnings = new List<string>(rows.Warnings);
        double[] first = Column(rows, 0);
        TimeColumn time = heading.Time;
        // Row numbers written by some programs have no column name.
        bool unnamedIndex = heading.Names is not null && heading.Names.Count == rows.Columns - 1;
        if (unnamedIndex) time = TimeColumn.Index;
        else if (time == TimeColumn.None && rows.Columns > 1 && !IsLead(heading, 0) && TableTime.CountsUp(first))
            time = first[1] - first[0] == 1 ? TimeColumn.Index : TimeColumn.Unknown;
        double? rate = heading.SamplingRateHz ?? TableTime.Rate(first, time, warnings);

        var leads = new List<double[]>();
        var names = new List<string>();
        var units = new List<string?>();
        int shift = unnamedIndex ? 1 : 0;
        for (int c = time == TimeColumn.None ? 0 : 1; c < rows.Columns; c++)
        {
            string? name = heading.Names?[c - shift];
            if (rows.TextColumns.Contains(c))
            {
                warnings.Add($"column {c + 1} holds texts and is left out");
                continue;
            }
            leads.Add(Column(rows, c));
            names.Add(name ?? "");
            units.Add(heading.ColumnUnits?[c - shift] ?? heading.CommonUnit);
        }
        SignalMatrix.CheckSize(path, "columns", leads.Count, rows.Count, options);
        return new SignalMatrix
        {
            Path = path,
            Format = "csv",
            Leads = leads,
            Names = heading.Names is null ? null : names,
            LeadUnits = units.Any(u => u is not null) ? units : null,
            SamplingRateHz = rate,
            Metadata = heading.Metadata,
            Warnings = warnings,
        }.ToRecord(options);
    }

    static EcgRecord RowsAsLeads(string path, TableHeading heading, TableRows rows, EcgReadOptions options)
    {
        int skip = rows.FirstTexts is null ? 0 : 1;
        SignalMatrix.CheckSize(path, "rows", rows.Count, rows.Columns - skip, options);
        double[][] leads = new double[rows.Count][];
        for (int r = 0; r < leads.Length; r++)
            leads[r] = rows.Values.GetRange(r * rows.Columns + skip, rows.Columns - skip).ToArray();
        return new SignalMatrix
        {
            Path = path,
            Format = "csv",
            Leads = leads,
            Names = rows.FirstTexts,
            LeadUnits = heading.CommonUnit is { } unit ? Enumerable.Repeat<string?>(unit, leads.Length).ToArray() : null,
            SamplingRateHz = heading.SamplingRateHz,
            Metadata = heading.Metadata,
            Warnings = [.. rows.Warnings, "the rows are taken as leads: there are few of them, and long"],
        }.ToRecord(options);
    }

    static bool IsLead(TableHeading heading, int column) => heading.Names is { } names && LeadNames.IsKnown(names[column]);

    static double[] Column(TableRows rows, int column)
    {
        double[] values = new double[rows.Count];
        for (int r = 0, at = column; r < values.Length; r++, at += rows.Columns) values[r] = rows.Values[at];
        return values;
    }
}
