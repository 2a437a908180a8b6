// The clinical page: boxes, pulses, grid lines and points in millimetres.
using System.Text.Json;
using Einthoven.Signals.Page;

namespace Einthoven.Golden.Kinds;

internal static class PageKinds
{
    public static void Layout(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        var layouts = new Dictionary<string, PageLayout>();
        foreach (JsonElement json in expected.GetProperty("layouts").EnumerateArray())
        {
            string name = json.GetProperty("name").GetString()!;
            double[] paper = Deviations.Numbers(json.GetProperty("paper_mm"));
            string[] rhythm = [.. json.GetProperty("leads").EnumerateArray().Where(IsRhythm).Select(lead => lead.GetProperty("lead").GetString()!)];
            PageLayout layout = PageLayout.TwelveLeads(name, Number(json, "speed_mm_per_s"), Number(json, "gain_mm_per_mv"), rhythm, paper[0], paper[1]);
            layouts.Add(name, layout);
            deviations.Compare($"{name}: plot", "millimetres",
                [layout.PlotLeftMm, layout.PlotWidthMm, layout.PlotTopMm, layout.PlotHeightMm, layout.RowHeightMm],
                [Number(json, "plot_left_mm"), Number(json, "plot_width_mm"), Number(json, "plot_top_mm"), Number(json, "plot_height_mm"), Number(json, "row_height_mm")]);
            Boxes(name, layout, json.GetProperty("leads"), deviations);
            JsonElement calibration = json.GetProperty("calibration");
            deviations.Compare($"{name}: calibration", "millimetres",
                [layout.CalibrationXMm, .. layout.CalibrationSteps.SelectMany(step => new[] { step.X, step.Y })],
                [Number(calibration, "x_mm"), .. Deviations.Numbers(calibration.GetProperty("steps_mm"))]);
            deviations.Equal($"{name}: minor lines", layout.MinorLines, Lines(json.GetProperty("minor_lines")));
            deviations.Equal($"{name}: major lines", layout.MajorLines, Lines(json.GetProperty("major_lines")));
        }

        foreach (JsonElement point in expected.GetProperty("points").EnumerateArray())
        {
            PageLayout layout = layouts[point.GetProperty("layout").GetString()!];
            string lead = point.GetProperty("lead").GetString()!;
            LeadBox box = layout.Boxes.First(candidate => candidate.Lead == lead && candidate.IsRhythm == IsRhythm(point));
            deviations.Compare($"{layout.Name} {lead}: x", "millimetres", layout.X(box, Number(point, "t_s")), Number(point, "x_mm"));
            deviations.Compare($"{layout.Name} {lead}: y", "millimetres", layout.Y(box, Number(point, "mv")), Number(point, "y_mm"));
        }
    }

    private static void Boxes(string name, PageLayout layout, JsonElement leads, Deviations deviations)
    {
        JsonElement[] expected = [.. leads.EnumerateArray()];
        deviations.Equal($"{name}: leads", string.Join(' ', layout.Boxes.Select(box => box.Lead)), string.Join(' ', expected.Select(lead => lead.GetProperty("lead").GetString())));
        foreach ((LeadBox box, JsonElement lead) in layout.Boxes.Zip(expected))
        {
            deviations.Equal($"{name} {box.Lead}: row, column, rhythm", (box.Row, box.Column, box.IsRhythm), (lead.GetProperty("row").GetInt32(), lead.GetProperty("column").GetInt32(), IsRhythm(lead)));
            deviations.Compare($"{name} {box.Lead}: box", "millimetres",
                [box.XMm, box.WidthMm, box.BaselineYMm, box.FromSeconds, box.ToSeconds],
                [Number(lead, "x_mm"), Number(lead, "width_mm"), Number(lead, "baseline_y_mm"), Number(lead, "t_from_s"), Number(lead, "t_to_s")]);
        }
    }

    private static GridLines Lines(JsonElement json) => new(json.GetProperty("vertical").GetInt32(), json.GetProperty("horizontal").GetInt32());

    private static bool IsRhythm(JsonElement json) => json.TryGetProperty("rhythm", out JsonElement rhythm) && rhythm.GetBoolean();

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
