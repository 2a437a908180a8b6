// Formats that hold bare numbers (MATLAB, NPY, tables) share these answers: which axis is the leads, their names, rate and unit.
namespace Einthoven.Signals.Formats;

/// <summary>Builds a record from a matrix of numbers and the little that is known about it. Every assumption becomes a warning.</summary>
sealed class SignalMatrix
{
    /// <summary>More leads than this are no clinical recording: the other axis must be the leads.</summary>
    const int PlausibleLeads = 64;

    const double MedianOfMicrovolts = 20;

    public required string Path { get; init; }
    public required string Format { get; init; }

    /// <summary>Values of one lead after the other.</summary>
    public required IReadOnlyList<double[]> Leads { get; init; }

    /// <summary>Names as the file gives them; null where it has none.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>True when the layout itself fixes the standard order for twelve leads.</summary>
    public bool OrderIsFixed { get; init; }

    /// <summary>Unit per lead as the file gives it; null where it has none.</summary>
    public IReadOnlyList<string?>? LeadUnits { get; init; }

    /// <summary>What the values are when the file does not say so; null to judge by their size.</summary>
    public string? UnitIfUnknown { get; init; }

    /// <summary>Rate in Hz as the file gives it.</summary>
    public double? SamplingRateHz { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Tells which axis holds the leads: the one of length 12, else the shorter one.</summary>
    public static bool LeadsAreRows(long rows, long columns)
    {
        if (rows == LeadNames.Standard12.Count) return true;
        if (columns == LeadNames.Standard12.Count) return false;
        return rows <= columns;
    }

    /// <summary>Refuses what cannot be leads times samples, before anything is allocated for it.</summary>
    public static void CheckSize(string path, string place, long leads, long samples, EcgReadOptions options)
    {
        if (leads < 1 || samples < 1)
            throw new EcgFormatException(path, place, $"{leads} leads with {samples} samples", "the file holds no signal");
        if (leads > options.MaxLeads)
            throw new EcgFormatException(path, place, $"{leads} leads, more than the limit of {options.MaxLeads}", "raise MaxLeads if the file is meant");
        if ((double)leads * samples * sizeof(double) > options.MaxDecodedBytes || samples > Array.MaxLength)
            throw new EcgFormatException(path, place, $"{leads} leads with {samples} samples take more than {options.MaxDecodedBytes} bytes", "raise MaxDecodedBytes if the file is meant");
        if (leads > PlausibleLeads && samples <= PlausibleLeads)
            throw new EcgFormatException(path, place, $"a matrix of {leads} by {samples}", "neither axis looks like leads");
    }

    public EcgRecord ToRecord(EcgReadOptions options)
    {
        var warnings = new List<string>(Warnings);
        double rate = SamplingRateHz ?? options.SamplingRateHz ?? double.NaN;
        if (double.IsNaN(rate)) warnings.Add("the file does not say its sampling rate; give it, or only the values can be shown");
        string unitIfUnknown = UnitIfUnknown ?? (LeadUnits is null ? Guess(options, warnings) : Units.Millivolt);
        EcgLead[] leads = new EcgLead[Leads.Count];
        bool unscaled = false;
        for (int i = 0; i < leads.Length; i++)
        {
            (string unit, double factor) = Units.Normalise(LeadUnits?[i] ?? unitIfUnknown);
            double[] values = Leads[i];
            if (unit == Units.Count && options.CountsPerMillivolt is { } gain)
            {
                unit = Units.Millivolt;
                for (int k = 0; k < values.Length; k++) values[k] /= gain;
            }
            Units.Apply(factor, values);
            unscaled |= unit == Units.Count;
            leads[i] = new EcgLead(NameOf(i), unit, rate, values);
        }
        if (unscaled) warnings.Add("the file does not say how many counts make a millivolt; the values are counts");
        if (Names is null && !OrderIsFixed && leads.Length == LeadNames.Standard12.Count)
            warnings.Add("the file does not name its leads: the customary order I, II, III, aVR, aVL, aVF, V1 to V6 is assumed");
        return new EcgRecord(Path, Format, rate, Leads[0].Length, leads, Metadata, warnings);
    }

    // Ventricular complexes are a millivolt high and most of a recording is near zero: a median in the tens must be microvolts.
    string Guess(EcgReadOptions options, List<string> warnings)
    {
        if (options.CountsPerMillivolt is not null) return Units.Count;
        var magnitudes = new List<double>();
        foreach (double[] lead in Leads)
        {
            int step = Math.Max(1, lead.Length / 1000);
            for (int t = 0; t < lead.Length; t += step)
                if (!double.IsNaN(lead[t])) magnitudes.Add(Math.Abs(lead[t]));
        }
        magnitudes.Sort();
        bool micro = magnitudes.Count > 0 && magnitudes[magnitudes.Count / 2] > MedianOfMicrovolts;
        warnings.Add($"the file does not say its unit: {(micro ? "microvolts" : "millivolts")} assumed from the size of the values");
        return micro ? "uV" : Units.Millivolt;
    }

    string NameOf(int index)
    {
        if (Names is not null && index < Names.Count && Names[index].Length > 0) return Names[index];
        return Leads.Count == LeadNames.Standard12.Count ? LeadNames.Standard12[index] : $"lead {index + 1}";
    }
}
