// Tables with a header, read row by row; every fault names the file, the line and the column.
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Einthoven.Training.Data;

internal sealed class CsvTable : IDisposable
{
    private readonly string _name;
    private readonly CsvReader _csv;

    private CsvTable(string name, TextReader reader)
    {
        _name = name;
        _csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { AllowComments = true, MissingFieldFound = null, BadDataFound = null });
    }

    /// <summary>The columns in order.</summary>
    internal IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>The field of the present row; empty where the row is too short.</summary>
    internal string this[string column] => _csv.GetField(column)?.Trim() ?? "";

    /// <summary>The field of the present row by its place.</summary>
    internal string this[int column] => _csv.GetField(column)?.Trim() ?? "";

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">Columns without which it is of no use.</param>
    /// <exception cref="DatasetException">It is missing, empty, or lacks a column.</exception>
    internal static CsvTable Open(string path, params ReadOnlySpan<string> required)
    {
        try
        {
            return Begin(new CsvTable(path, new StreamReader(path)), required);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Opens a table that is part of this library.</summary>
    internal static CsvTable Resource(string name)
    {
        Stream stream = typeof(CsvTable).Assembly.GetManifestResourceStream($"Einthoven.Training.Data.Importers.{name}")
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        return Begin(new CsvTable(name, new StreamReader(stream)), []);
    }

    internal bool Has(string column) => Columns.Contains(column, StringComparer.Ordinal);

    /// <summary>Goes to the next row.</summary>
    internal bool Read()
    {
        try
        {
            return _csv.Read();
        }
        catch (CsvHelperException e)
        {
            throw new DatasetException($"{_name}, line {_csv.Parser.RawRow}, is no row of a table: {e.Message.Split('\n')[0]}", e);
        }
    }

    /// <summary>A fault of the present row.</summary>
    internal DatasetException Wrong(string column, string expected) =>
        new($"{_name}, line {_csv.Parser.RawRow}, column {column}: '{this[column]}' is not {expected}.");

    public void Dispose() => _csv.Dispose();

    private static CsvTable Begin(CsvTable table, ReadOnlySpan<string> required)
    {
        if (!table.Read()) throw new DatasetException($"{table._name} is empty.");
        table._csv.ReadHeader();
        table.Columns = [.. table._csv.HeaderRecord!.Select(c => c.Trim())];
        foreach (string column in required)
            if (!table.Has(column)) throw new DatasetException($"{table._name} has no column {column}; it has {string.Join(", ", table.Columns)}.");
        return table;
    }
}
