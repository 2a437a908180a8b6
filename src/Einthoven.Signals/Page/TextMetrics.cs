// Widths of text in Helvetica (Adobe's published font metrics; Arial and Liberation Sans have the same), and what fits into a width.
using System.Text;

namespace Einthoven.Signals.Page;

internal static class TextMetrics
{
    // Thousandths of the font size from space to tilde.
    private static readonly short[] s_widths =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Advance of one character in parts of the font size.</summary>
    public static double Width(char c) => c switch
    {
        >= ' ' and <= '~' => s_widths[c - ' '] / 1000.0,
        '\u2212' or '\u00B1' or '\u00D7' => 0.584,
        '\u00B0' => 0.4,
        '\u00B7' => 0.278,
        '\u2026' => 1.0,
        _ => 0.556,
    };

    /// <summary>Width of a text in millimetres; bold letters are counted at their widest.</summary>
    public static double Width(string text, double sizeMm, bool bold = false)
    {
        double width = 0;
        foreach (char c in text) width += Width(c);
        return width * sizeMm * (bold ? 1.08 : 1);
    }

    /// <summary>The text, or as much of it as fits with three dots.</summary>
    public static string Fit(string text, double sizeMm, double widthMm, bool bold = false)
    {
        if (Width(text, sizeMm, bold) <= widthMm) return text;
        int length = text.Length;
        while (length > 0 && Width(text[..length] + "...", sizeMm, bold) > widthMm) length--;
        return text[..length].TrimEnd() + "...";
    }

    /// <summary>The text on as many lines as it needs; a word longer than a line is shortened.</summary>
    public static List<string> Wrap(string text, double sizeMm, double widthMm)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (string word in text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && Width($"{line} {word}", sizeMm) > widthMm)
            {
                lines.Add(Fit(line.ToString(), sizeMm, widthMm));
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        if (line.Length > 0) lines.Add(Fit(line.ToString(), sizeMm, widthMm));
        return lines;
    }
}
