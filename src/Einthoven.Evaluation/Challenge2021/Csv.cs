// One line of a comma-separated table, with quoted cells.
using System.Text;

namespace Einthoven.Evaluation.Challenge2021;

internal static class Csv
{
    public static string[] Split(string line)
    {
        List<string> cells = [];
        var cell = new StringBuilder();
        bool quoted = false;
        for (int k = 0; k < line.Length; k++)
        {
            char c = line[k];
            if (c == '"' && quoted && k + 1 < line.Length && line[k + 1] == '"') cell.Append(line[++k]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else cell.Append(c);
        }

        cells.Add(cell.ToString());
        return [.. cells];
    }
}
