// One lead of a recording: its name, unit, rate and samples as physical values.
namespace Einthoven.Signals;

/// <summary>One lead: physical samples in time order. Values are float64; float32 comes last, where a model needs it.</summary>
public sealed class EcgLead
{
    /// <summary>Creates a lead; the name is made canonical where it is known.</summary>
    /// <param name="name">Name as the source gives it.</param>
    /// <param name="unit">Unit of the samples: <c>mV</c> for voltages, the source's own unit for anything else.</param>
    /// <param name="samplingRateHz">Samples per second; NaN where the source does not say.</param>
    /// <param name="samples">Physical values in time order, NaN where missing.</param>
    public EcgLead(string name, string unit, double samplingRateHz, ReadOnlyMemory<double> samples)
    {
        SourceName = name;
        Name = LeadNames.Canonical(name);
        Unit = unit;
        SamplingRateHz = samplingRateHz;
        Samples = samples;
    }

    /// <summary>Canonical name where known (I … V6, MLII …), else the name as in the file.</summary>
    public string Name { get; }

    /// <summary>The name as in the file.</summary>
    public string SourceName { get; }

    /// <summary>Unit of the samples: <c>mV</c> for voltages; <c>count</c> where the scale is unknown; else as in the file.</summary>
    public string Unit { get; }

    /// <summary>Samples per second; NaN where the file does not say.</summary>
    public double SamplingRateHz { get; }

    /// <summary>Physical values in <see cref="Unit"/>, in time order; NaN marks a missing sample.</summary>
    public ReadOnlyMemory<double> Samples { get; }

    /// <summary>True when the samples are millivolts.</summary>
    public bool IsMillivolts => Unit == Units.Millivolt;
}
