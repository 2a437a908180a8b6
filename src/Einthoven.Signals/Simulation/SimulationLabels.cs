// The things that can be simulated, by the names that callers use; the list is data: simulation-labels.csv.
namespace Einthoven.Signals.Simulation;

/// <summary>One thing that can be simulated.</summary>
/// <param name="Key">The name that options use, such as <c>avb1</c>.</param>
/// <param name="IsRhythm">A rhythm; otherwise a morphology.</param>
/// <param name="Label">In words.</param>
/// <param name="Scp">Statement code of SCP-ECG as PTB-XL writes it; empty where there is none.</param>
public sealed record SimulationLabel(string Key, bool IsRhythm, string Label, string Scp);

/// <summary>What can be simulated.</summary>
public static class SimulationLabels
{
    /// <summary>Every rhythm and morphology.</summary>
    public static IReadOnlyList<SimulationLabel> All { get; } = Load();

    /// <summary>Finds one by its key.</summary>
    /// <exception cref="ArgumentException">There is none of that key.</exception>
    public static SimulationLabel Find(string key, bool rhythm)
    {
        foreach (SimulationLabel label in All)
            if (label.Key == key && label.IsRhythm == rhythm) return label;
        string known = string.Join(", ", All.Where(label => label.IsRhythm == rhythm).Select(label => label.Key));
        throw new ArgumentException($"{key} is no {(rhythm ? "rhythm" : "morphology")} that can be simulated; there are {known}");
    }

    private static List<SimulationLabel> Load()
    {
        using Stream stream = typeof(SimulationLabels).Assembly.GetManifestResourceStream("simulation-labels.csv")!;
        using var reader = new StreamReader(stream);
        var labels = new List<SimulationLabel>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("key,", StringComparison.Ordinal)) continue;
            string[] parts = line.Split(',', 3);
            int comma = parts[2].LastIndexOf(',');
            labels.Add(new SimulationLabel(parts[0], parts[1] == "rhythm", parts[2][..comma].Trim('"'), parts[2][(comma + 1)..]));
        }
        return labels;
    }
}
