// The plot of a study: macro AUROC over the share of the labels, a line a method.
using System.Globalization;
using System.Net;
using System.Text;
using Einthoven.Evaluation;

namespace Einthoven.Training.Scaling;

/// <summary>Draws SVG.</summary>
internal static class StudyPlot
{
    private const int Width = 720;
    private const int Left = 56;
    private const int Right = 170;
    private const int Top = 20;
    private const int Bottom = 44;
    private const int LineOfLegend = 20;

    // Okabe and Ito's colours, told apart by the colour-blind too.
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    // Behind the last colour they begin again, broken.
    private static readonly string[] s_dashes = ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 3\""];

    /// <summary>Draws lines with their intervals over a logarithmic axis of shares.</summary>
    internal static string Draw(IReadOnlyList<(string Name, (double Share, Estimate Value)[] Points)> lines)
    {
        int height = Math.Max(360, Top + Bottom + (LineOfLegend * lines.Count));
        (double Share, Estimate Value)[] all = [.. lines.SelectMany(l => l.Points)];
        double least = Math.Log10(all.Min(p => p.Share)), most = Math.Log10(all.Max(p => p.Share));
        double low = Math.Floor(all.Min(p => p.Value.Low) * 20) / 20, high = Math.Min(1, Math.Ceiling(all.Max(p => p.Value.High) * 20) / 20);
        double X(double share) => Left + ((Math.Log10(share) - least) / Math.Max(1e-9, most - least) * (Width - Left - Right));
        double Y(double value) => Top + ((high - value) / Math.Max(1e-9, high - low) * (height - Top - Bottom));

        var svg = new StringBuilder();
        void Add(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<rect width=\"{Width}\" height=\"{height}\" fill=\"white\"/>");
        for (double tick = low; tick < high + 1e-9; tick += 0.05)
            Add($"<path d=\"M{Left} {Y(tick):F1}H{Width - Right}\" stroke=\"#ddd\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:F1}\" text-anchor=\"end\">{tick:F2}</text>");
        foreach (double share in all.Select(p => p.Share).Distinct())
            Add($"<text x=\"{X(share):F1}\" y=\"{height - Bottom + 18}\" text-anchor=\"middle\">{share * 100:G4} %</text>");
        Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">share of the training patients whose labels are used</text>");
        Add($"<text x=\"{Left}\" y=\"{Top - 6}\">macro AUROC</text>");
        for (int k = 0; k < lines.Count; k++)
        {
            (string name, (double Share, Estimate Value)[] points) = lines[k];
            if (points.Length == 0) continue;
            string colour = s_colours[k % s_colours.Length], dash = s_dashes[k / s_colours.Length % s_dashes.Length];
            string path = string.Join(" ", points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Share):F1},{Y(p.Value.Value):F1}")));
            Add($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>");
            // Lines side by side at one share: moved apart a little so that their intervals can be seen.
            foreach ((double share, Estimate value) in points)
            {
                double x = X(share) + (3 * (k - ((lines.Count - 1) / 2.0)));
                Add($"<path d=\"M{x:F1} {Y(value.Low):F1}V{Y(value.High):F1}\" stroke=\"{colour}\"/><circle cx=\"{X(share):F1}\" cy=\"{Y(value.Value):F1}\" r=\"3\" fill=\"{colour}\"/>");
            }
            Add($"<path d=\"M{Width - Right + 16} {Top + 10 + (LineOfLegend * k)}h18\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/><text x=\"{Width - Right + 40}\" y=\"{Top + 14 + (LineOfLegend * k)}\">{WebUtility.HtmlEncode(name)}</text>");
        }
        return svg.Append("</svg>\n").ToString();
    }
}
