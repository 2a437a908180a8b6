// What stands above the numbers of a table: comments, column names, units; and which column is the time.
using System.Buffers;
using System.Globalization;

namespace Einthoven.Signals.Formats.Table;

/// <summary>What the first column counts, if it is no lead.</summary>
enum TimeColumn
{
    None,

    /// <summary>Sample numbers: no rate in them.</summary>
    Index,

    Seconds,
    Milliseconds,
    Microseconds,

    /// <summary>A time whose unit the header does not say, or clock times.</summary>
    Unknown,
}

/// <summary>Comments and column heads of a table.</summary>
sealed record TableHeading
{
    static readonly SearchValues<char> ClockSigns = SearchValues.Create("0123456789:. -/T[]");
    static readonly string[] TimeNames = ["time", "t", "seconds", "elapsedtime", "timestamp", "times", "zeit"];
    static readonly string[] IndexNames = ["sample", "samples", "index", "sampleindex", "samplenumber", "n", "i#", "unnamed:0"];
    static readonly string[] RateKeys = ["samplingratehz", "samplingrate", "samplerate", "samplingfrequency", "fs", "rate", "frequency"];
    static readonly string[] UnitKeys = ["units", "unit"];

    /// <summary>Column names as written, without unit; null when the table has none.</summary>
    public required IReadOnlyList<string>? Names { get; init; }

    /// <summary>Unit per column, from the head or a second head line; null where none is given.</summary>
    public required IReadOnlyList<string?>? ColumnUnits { get; init; }

    /// <summary>Unit of all leads, from a comment.</summary>
    public string? CommonUnit { get; init; }

    public required TimeColumn Time { get; init; }

    public double? SamplingRateHz { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Lines of the file before the first line of numbers.</summary>
    public required int Lines { get; init; }

    /// <summary>True when a column bears the name of a lead or the unit of a voltage.</summary>
    public bool NamesLeads =>
        Names is not null && Names.Any(name => LeadNames.IsKnown(name)) || ColumnUnits is not null && ColumnUnits.Any(u => u is not null && Units.IsVoltage(u));

    public static TableHeading Read(ReadOnlySpan<char> text, TableDialect dialect)
    {
        var metadata = new Dictionary<string, string>();
        List<string>? names = null;
        string?[]? units = null;
        double? rate = null;
        string? commonUnit = null;
        int lines = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (TableText.IsComment(line)) AddComment(line, metadata, ref rate, ref commonUnit);
            else if (!line.IsWhiteSpace())
            {
                List<string> cells = TableText.Cells(line, dialect.Separator);
                bool isHead = cells.Any(cell => !TableText.TryNumber(cell, dialect.DecimalComma, out _) && !LooksLikeClock(cell));
                // Leads as rows begin with a name and go on with many numbers: no head.
                if (!isHead || names is null && IsNamedRow(cells, dialect)) break;
                if (names is null) (names, units) = SplitUnits(cells);
                else if (cells.Count == names.Count && cells.All(c => c.Length == 0 || Units.IsUnit(c) || c.Contains("ss", StringComparison.Ordinal)))
                    units = [.. cells.Select(c => c.Length == 0 ? null : c)];
                else break;
            }
            lines++;
        }
        return new TableHeading
        {
            Names = names,
            ColumnUnits = units,
            CommonUnit = commonUnit,
            Time = TimeOf(names, units),
            SamplingRateHz = rate,
            Metadata = metadata,
            Lines = lines,
        };
    }

    /// <summary>A row of many numbers behind one name.</summary>
    public static bool IsNamedRow(List<string> cells, TableDialect dialect) =>
        cells.Count > 2 && !TableText.TryNumber(cells[0], dialect.DecimalComma, out _) && cells.Skip(1).All(c => TableText.TryNumber(c, dialect.DecimalComma, out _));

    public static bool LooksLikeClock(ReadOnlySpan<char> cell) => cell.Contains(':') && !cell.ContainsAnyExcept(ClockSigns);

    static void AddComment(ReadOnlySpan<char> line, Dictionary<string, string> metadata, ref double? rate, ref string? unit)
    {
        line = line.TrimStart().TrimStart("#%").Trim();
        int mark = line.IndexOfAny(':', '=');
        if (mark <= 0) return;
        string key = line[..mark].Trim().ToString(), value = line[(mark + 1)..].Trim().ToString();
        string plain = Plain(key);
        if (Array.IndexOf(RateKeys, plain) >= 0)
        {
            ReadOnlySpan<char> number = value.AsSpan();
            if (number.EndsWith("Hz", StringComparison.OrdinalIgnoreCase)) number = number[..^2].TrimEnd();
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && double.IsFinite(parsed) && parsed > 0) rate = parsed;
        }
        else if (Array.IndexOf(UnitKeys, plain) >= 0)
        {
            unit = value;
        }
        else if (value.Length > 0)
        {
            metadata.TryAdd(key.ToLowerInvariant(), value);
        }
    }

    // "I (uV)", "I [mV]": the bracket is the unit.
    static (List<string> Names, string?[]? Units) SplitUnits(List<string> cells)
    {
        string?[] units = new string?[cells.Count];
        for (int i = 0; i < cells.Count; i++)
        {
            string cell = cells[i];
            int open = cell.LastIndexOfAny(['(', '[']);
            if (open <= 0 || cell[^1] is not (')' or ']')) continue;
            string inside = cell[(open + 1)..^1].Trim();
            if (!Units.IsUnit(inside)) continue;
            units[i] = inside;
            cells[i] = cell[..open].Trim();
        }
        return (cells, units.All(u => u is null) ? null : units);
    }

    static TimeColumn TimeOf(List<string>? names, string?[]? units)
    {
        if (names is null) return TimeColumn.None;
        string name = Plain(names[0]);
        if (Array.IndexOf(IndexNames, name) >= 0 || names[0].Length == 0) return TimeColumn.Index;
        string? unit = units?[0];
        foreach ((string suffix, TimeColumn kind) in new[] { ("ms", TimeColumn.Milliseconds), ("us", TimeColumn.Microseconds), ("s", TimeColumn.Seconds) })
        {
            if (name == "time" + suffix || name == "t" + suffix) return kind;
            if (Array.IndexOf(TimeNames, name) >= 0 && unit == suffix) return kind;
        }
        return Array.IndexOf(TimeNames, name) >= 0 ? TimeColumn.Unknown : TimeColumn.None;
    }

    static string Plain(string key)
    {
        string plain = "";
        foreach (char c in key)
            if (c is not (' ' or '_' or '-')) plain += char.ToLowerInvariant(c);
        return plain;
    }
}
