// What is measured in one window: values, and the averaged beat.
using Einthoven.Signals;
using Einthoven.Signals.Beats;

namespace Einthoven.Models.Measured;

/// <summary>What a network reads of a window instead of the window.</summary>
/// <param name="Values">As <see cref="MeasuredValues"/> has them.</param>
/// <param name="Beat">[leads, <see cref="BeatSamples"/>] in millivolts from the level before QRS, at 100 Hz; a lead that cannot be measured is 0.</param>
internal sealed record Measurement(float[] Values, float[] Beat)
{
    /// <summary>Samples of an averaged beat: 420 ms before its middle and 700 ms behind.</summary>
    internal const int BeatSamples = 112;

    // The averages are made at 500 Hz.
    private const int Step = 5;

    /// <summary>Measures a recording.</summary>
    /// <param name="record">The leads that are there, in millivolts; perhaps none.</param>
    /// <param name="leads">All leads, in the order in which they are wanted.</param>
    internal static Measurement Of(EcgRecord record, IReadOnlyList<string> leads)
    {
        EcgMeasurements measured = EcgMeasurements.Of(record);
        var beat = new float[leads.Count * BeatSamples];
        for (int k = 0; k < measured.Template.Count; k++)
        {
            int lead = Index(leads, measured.Leads[k].Lead);
            ReadOnlySpan<double> average = measured.Template[k].Span;
            for (int i = 0; i < BeatSamples; i++)
            {
                double sum = 0;
                for (int j = 0; j < Step; j++) sum += average[(i * Step) + j];
                beat[(lead * BeatSamples) + i] = (float)(sum / Step);
            }
        }

        return new Measurement([.. MeasuredValues.Of(measured, leads).Values], beat);
    }

    private static int Index(IReadOnlyList<string> leads, string name)
    {
        for (int k = 0; k < leads.Count; k++)
            if (leads[k] == name) return k;
        throw new ArgumentException($"Lead {name} is none of {string.Join(", ", leads)}.");
    }
}
