// Runs second-order sections over a signal: causally, from a settled state, or forth and back without phase (scipy.signal.sosfiltfilt).
using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Einthoven.Signals.Dsp;

/// <summary>How a signal is continued beyond its ends before it is filtered forth and back.</summary>
public enum EdgePadding
{
    /// <summary>Mirrored through the end point: value and slope go on.</summary>
    Odd,

    /// <summary>Mirrored; the end point itself is not repeated.</summary>
    Even,

    /// <summary>The end value.</summary>
    Constant,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>A recursive filter as a chain of second-order sections, in float64. Immutable; may be used from many threads.</summary>
public sealed class BiquadCascade
{
    readonly Biquad[] _sections;

    /// <summary>Creates the chain.</summary>
    public BiquadCascade(params ReadOnlySpan<Biquad> sections) => _sections = sections.ToArray();

    /// <summary>The sections in the order in which a signal passes them.</summary>
    public IReadOnlyList<Biquad> Sections => _sections;

    /// <summary>Samples by which a signal is continued at each end before filtering forth and back; a signal must be longer.</summary>
    public int DefaultEdge
    {
        get
        {
            int taps = 2 * _sections.Length + 1;
            return 3 * (taps - Math.Min(_sections.Count(s => s.B2 == 0), _sections.Count(s => s.A2 == 0)));
        }
    }

    /// <summary>Complex gain at a frequency, one pass.</summary>
    public Complex Response(double frequencyHz, double samplingRateHz) =>
        _sections.Aggregate(Complex.One, (product, section) => product * section.Response(frequencyHz, samplingRateHz));

    /// <summary>State (s0, s1) of every section after an endless input of 1.</summary>
    public (double S0, double S1)[] StepState()
    {
        var state = new (double, double)[_sections.Length];
        double input = 1;
        for (int i = 0; i < state.Length; i++)
        {
            Biquad s = _sections[i];
            double gain = (s.B0 + s.B1 + s.B2) / (1 + s.A1 + s.A2);
            double s1 = input * (s.B2 - s.A2 * gain);
            state[i] = (input * (s.B1 - s.A1 * gain) + s1, s1);
            input *= gain;
        }
        return state;
    }

    /// <summary>Filters causally.</summary>
    /// <param name="samples">The signal.</param>
    /// <param name="settledAt">The value that the input is taken to have had for ever before; 0 starts from rest.</param>
    public double[] Filter(ReadOnlySpan<double> samples, double settledAt = 0)
    {
        double[] result = samples.ToArray();
        Run(result, settledAt);
        return result;
    }

    /// <summary>Filters forth and back, so that nothing is delayed and the gain is squared.</summary>
    /// <exception cref="ArgumentException">The signal has no more samples than <see cref="DefaultEdge"/>.</exception>
    public double[] ZeroPhase(ReadOnlySpan<double> samples) => ZeroPhase(samples, EdgePadding.Odd, DefaultEdge);

    /// <summary>Filters forth and back with a given continuation beyond the ends.</summary>
    /// <param name="samples">The signal.</param>
    /// <param name="padding">How it goes on beyond its ends.</param>
    /// <param name="edge">By how many samples; ignored for <see cref="EdgePadding.None"/>.</param>
    /// <exception cref="ArgumentException">The signal has no more samples than the edge.</exception>
    public double[] ZeroPhase(ReadOnlySpan<double> samples, EdgePadding padding, int edge)
    {
        if (padding == EdgePadding.None) edge = 0;
        if (samples.Length <= edge)
            throw new ArgumentException($"{samples.Length} samples are too few to be continued by {edge} at each end; use a smaller edge or a longer signal", nameof(samples));
        double[] extended = new double[samples.Length + 2 * edge];
        samples.CopyTo(extended.AsSpan(edge));
        for (int i = 1; i <= edge; i++)
        {
            extended[edge - i] = Beyond(samples[0], samples[i], padding);
            extended[edge + samples.Length - 1 + i] = Beyond(samples[^1], samples[^(i + 1)], padding);
        }
        if (extended.Length == 0) return [];
        Run(extended, extended[0]);
        Array.Reverse(extended);
        Run(extended, extended[0]);
        Array.Reverse(extended);
        return edge == 0 ? extended : extended[edge..^edge];
    }

    /// <summary>Filters forth and back; a signal too short for the usual edge gets the longest that it allows.</summary>
    public double[] ZeroPhaseAnyLength(ReadOnlySpan<double> samples) =>
        samples.Length == 0 ? [] : ZeroPhase(samples, EdgePadding.Odd, Math.Min(DefaultEdge, samples.Length - 1));

    /// <summary>The same for several signals of one length, four at a time where the processor has vectors; each as if it were alone.</summary>
    public double[][] ZeroPhaseAnyLength(IReadOnlyList<double[]> signals)
    {
        int lanes = Vector256<double>.Count, length = signals.Count == 0 ? 0 : signals[0].Length, edge = Math.Min(DefaultEdge, length - 1);
        if (!Vector256.IsHardwareAccelerated || length == 0 || signals.Any(signal => signal.Length != length)) return [.. signals.Select(signal => ZeroPhaseAnyLength(signal))];
        var results = new double[signals.Count][];
        Vector256<double>[] rented = ArrayPool<Vector256<double>>.Shared.Rent(length + 2 * edge);
        Span<Vector256<double>> values = rented.AsSpan(0, length + 2 * edge);
        for (int first = 0; first < signals.Count; first += lanes)
        {
            // The last group is filled up with its first signal.
            double[] Lane(int lane) => signals[first + lane < signals.Count ? first + lane : first];
            double[] a = Lane(0), b = Lane(1), c = Lane(2), d = Lane(3);
            for (int i = 0; i < length; i++) values[edge + i] = Vector256.Create(a[i], b[i], c[i], d[i]);
            Vector256<double> start = values[edge], end = values[edge + length - 1];
            for (int i = 1; i <= edge; i++)
            {
                values[edge - i] = 2.0 * start - values[edge + i];
                values[edge + length - 1 + i] = 2.0 * end - values[edge + length - 1 - i];
            }
            Run(values, 0, 1);
            Run(values, values.Length - 1, -1);
            for (int lane = 0; lane < lanes && first + lane < signals.Count; lane++)
            {
                double[] result = results[first + lane] = new double[length];
                for (int i = 0; i < length; i++) result[i] = values[edge + i][lane];
            }
        }
        ArrayPool<Vector256<double>>.Shared.Return(rented);
        return results;
    }

    // As below, in either direction, from the state of an input that has always been the first value.
    void Run(Span<Vector256<double>> values, int first, int step)
    {
        (double S0, double S1)[] state = StepState();
        Vector256<double> settledAt = values[first];
        for (int i = 0; i < _sections.Length; i++)
        {
            (double b0, double b1, double b2, double a1, double a2) = _sections[i];
            Vector256<double> atRest = Vector256.Equals(settledAt, Vector256<double>.Zero);
            Vector256<double> s0 = Vector256.AndNot(state[i].S0 * settledAt, atRest), s1 = Vector256.AndNot(state[i].S1 * settledAt, atRest);
            for (int n = first; (uint)n < (uint)values.Length; n += step)
            {
                Vector256<double> x = values[n], y = b0 * x + s0;
                s0 = b1 * x - a1 * y + s1;
                s1 = b2 * x - a2 * y;
                values[n] = y;
            }
        }
    }

    static double Beyond(double end, double mirrored, EdgePadding padding) => padding switch
    {
        EdgePadding.Odd => 2 * end - mirrored,
        EdgePadding.Even => mirrored,
        _ => end,
    };

    // Transposed direct form II; one section after the other over the whole signal keeps the state in registers.
    void Run(double[] values, double settledAt)
    {
        (double S0, double S1)[] state = StepState();
        for (int i = 0; i < _sections.Length; i++)
        {
            (double b0, double b1, double b2, double a1, double a2) = _sections[i];
            // A settled state of an input at rest is rest, also where the section has no steady state.
            double s0 = settledAt == 0 ? 0 : state[i].S0 * settledAt, s1 = settledAt == 0 ? 0 : state[i].S1 * settledAt;
            for (int n = 0; n < values.Length; n++)
            {
                double x = values[n], y = b0 * x + s0;
                s0 = b1 * x - a1 * y + s1;
                s1 = b2 * x - a2 * y;
                values[n] = y;
            }
        }
    }
}
