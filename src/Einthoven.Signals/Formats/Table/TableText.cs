// The text of a table: its encoding, its separator, its decimal sign, and its lines cut into cells.
using System.Globalization;
using System.Text;

namespace Einthoven.Signals.Formats.Table;

/// <summary>How cells are separated and numbers written.</summary>
/// <param name="Separator">Tab, semicolon, comma, or a space for any run of white space.</param>
/// <param name="DecimalComma">True when a comma is the decimal sign.</param>
readonly record struct TableDialect(char Separator, bool DecimalComma)
{
    /// <summary>Number of lines by which the dialect is judged.</summary>
    const int JudgedLines = 20;

    /// <summary>The dialect of a table by its first lines that are no comments.</summary>
    public static TableDialect Of(ReadOnlySpan<char> text)
    {
        bool tab = false, semicolon = false, comma = false, point = false, space = false;
        int lines = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (TableText.IsBlankOrComment(line)) continue;
            tab |= line.Contains('\t');
            semicolon |= line.Contains(';');
            comma |= line.Contains(',');
            point |= line.Contains('.');
            space |= line.Trim().Contains(' ');
            if (++lines == JudgedLines) break;
        }
        if (tab) return new TableDialect('\t', comma && !point);
        if (semicolon) return new TableDialect(';', comma && !point);
        // "1,5 2,5": a comma between digits everywhere and spaces as separators would be a table of decimal commas.
        if (comma) return new TableDialect(',', false);
        return new TableDialect(space ? ' ' : ',', false);
    }
}

static class TableText
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>UTF-16 by its byte order mark, UTF-8, else Latin-1; null for binary data.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, bool mayBeCut)
    {
        if (bytes.StartsWith([(byte)0xFF, (byte)0xFE])) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith([(byte)0xFE, (byte)0xFF])) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes.StartsWith([(byte)0xEF, (byte)0xBB, (byte)0xBF])) bytes = bytes[3..];
        foreach (byte b in bytes)
            if (b < 32 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')) return null;
        // A beginning of a file may end within a character.
        for (int cut = 0; cut <= (mayBeCut ? 3 : 0) && cut <= bytes.Length; cut++)
        {
            try
            {
                return StrictUtf8.GetString(bytes[..^cut]);
            }
            catch (DecoderFallbackException)
            {
                // Not UTF-8 up to here: try shorter, then Latin-1.
            }
        }
        return Encoding.Latin1.GetString(bytes);
    }

    public static bool IsComment(ReadOnlySpan<char> line) => line.TrimStart() is ['#' or '%', ..];

    public static bool IsBlankOrComment(ReadOnlySpan<char> line) => line.IsWhiteSpace() || IsComment(line);

    /// <summary>Takes the next cell off a line, without quotes and surrounding spaces; false at the end.</summary>
    public static bool TakeCell(ref ReadOnlySpan<char> rest, char separator, ref bool ended, out ReadOnlySpan<char> cell)
    {
        cell = default;
        if (ended) return false;
        if (separator == ' ')
        {
            rest = rest.Trim();
            if (rest.IsEmpty)
            {
                ended = true;
                return false;
            }
        }
        ReadOnlySpan<char> trimmed = rest.TrimStart(' ');
        if (trimmed is ['"', ..] && trimmed[1..].IndexOf('"') is >= 0 and int close)
        {
            cell = trimmed.Slice(1, close).Trim();
            rest = trimmed[(close + 2)..];
            int next = separator == ' ' ? rest.IndexOfAny(' ', '\t') : rest.IndexOf(separator);
            ended = next < 0;
            rest = ended ? default : rest[(next + 1)..];
            return true;
        }
        int end = separator == ' ' ? rest.IndexOfAny(' ', '\t') : rest.IndexOf(separator);
        cell = (end < 0 ? rest : rest[..end]).Trim().Trim('\'');
        ended = end < 0;
        rest = ended ? default : rest[(end + 1)..];
        return true;
    }

    /// <summary>The cells of one line.</summary>
    public static List<string> Cells(ReadOnlySpan<char> line, char separator)
    {
        var cells = new List<string>();
        bool ended = false;
        while (TakeCell(ref line, separator, ref ended, out ReadOnlySpan<char> cell)) cells.Add(cell.ToString());
        return cells;
    }

    public static bool IsMissing(ReadOnlySpan<char> cell) =>
        cell.IsEmpty || cell is "-" or "?" || cell.Equals("nan", StringComparison.OrdinalIgnoreCase) || cell.Equals("na", StringComparison.OrdinalIgnoreCase)
        || cell.Equals("n/a", StringComparison.OrdinalIgnoreCase) || cell.Equals("null", StringComparison.OrdinalIgnoreCase) || cell.Equals("none", StringComparison.OrdinalIgnoreCase);

    /// <summary>A number of the dialect; NaN for a missing cell. Infinities are refused.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, bool decimalComma, out double value)
    {
        if (IsMissing(cell))
        {
            value = double.NaN;
            return true;
        }
        if (decimalComma && cell.Contains(','))
        {
            Span<char> copy = stackalloc char[64];
            if (cell.Length > copy.Length)
            {
                value = 0;
                return false;
            }
            cell.Replace(copy, ',', '.');
            return double.TryParse(copy[..cell.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
