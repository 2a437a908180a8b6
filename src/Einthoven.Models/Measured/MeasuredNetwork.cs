// A network that reads what is measured in a window: intervals, axes, amplitudes, rhythm, the averaged beat. It sees little of what a convolutional
// network sees, and errs elsewhere: beside such networks it is worth more than another of them.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Models.Measured;

/// <summary>
/// Measures every window on the processor and passes what it finds through two readers, one of the values and one of the averaged beat; the logits are
/// the mean of theirs. Nothing flows back into the windows. Names: mean, deviation [values], beat_scale [leads] (buffers), values.*, beat.*, head.values.*, head.beat.*.
/// </summary>
public sealed class MeasuredNetwork : EcgNetwork, IStandardizing
{
    // A wave that was missed, a paced beat: no outlier may rule the sum.
    private const float MostDeviations = 5, LargestBeat = 10;

    // By how many samples the averaged beat is moved in training, at most: its middle is found no better than this.
    private const int MostShift = 3;

    // Training sees the same windows again every epoch; measuring them once is enough, as long as memory holds them (a hundred thousand take 0.7 GB).
    private const int MostKept = 100_000;

    private readonly MeasuredConfig _config;
    private readonly MeasuredValues _nothing;
    private readonly int _shared;
    private readonly Tensor _mean;
    private readonly Tensor _deviation;
    private readonly Tensor _beatScale;
    private readonly DenseLayers _values;
    private readonly BeatReader? _beat;
    private readonly Linear _valuesHead;
    private readonly Linear? _beatHead;

    private Dictionary<UInt128, Measurement>? _measured;

    /// <summary>Builds the network with zero weights.</summary>
    /// <exception cref="ArgumentException">The configuration does not work.</exception>
    public MeasuredNetwork(MeasuredConfig config)
    {
        config.Validate();
        _config = config;
        _nothing = MeasuredValues.Nothing(config.Leads);
        _shared = _nothing.Shared(config.Leads.Count);
        int values = _nothing.Values.Count, known = _shared + config.Leads.Count;
        _mean = Buffer("mean", Tensor.Empty([values]).FillInPlace(0));
        _deviation = Buffer("deviation", Tensor.Empty([values]).FillInPlace(1));
        _beatScale = Buffer("beat_scale", Tensor.Empty([config.Leads.Count]).FillInPlace(1));
        _values = Child("values", new DenseLayers(values + known, config.Hidden, config.Dropout));
        if (config.BeatWidths.Count > 0) _beat = Child("beat", new BeatReader(config, _shared + known));
        _valuesHead = Child("head.values", new Linear(_values.Width, config.Labels));
        if (_beat is not null) _beatHead = Child("head.beat", new Linear(_beat.Width, config.Labels));
    }

    /// <summary>Names of the values, in the order of the layer <c>values</c>.</summary>
    public IReadOnlyList<string> ValueNames => _nothing.Names;

    /// <inheritdoc/>
    public override string HeadPrefix => "head.";

    // Its convolutions are over a single beat: no order of memory hurries them.
    internal override bool IsChannelsLast => true;

    /// <inheritdoc/>
    public override IReadOnlyList<FeatureLayer> Layers => [new("values"), new("averaged_beat", ChannelsFirst: true), .. _beat is null ? [] : (FeatureLayer[])[new("beat_read")], new("values_read")];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor windows, StageObserver? observe = null)
    {
        using var scope = new Scope();
        Measurement[] rows = Measure(windows);
        observe?.Invoke("values", Tensor.From(rows.SelectMany(row => row.Values).ToArray(), rows.Length, 1, _nothing.Values.Count));
        observe?.Invoke("averaged_beat", Tensor.From(rows.SelectMany(row => row.Beat).ToArray(), rows.Length, _config.Leads.Count, Measurement.BeatSamples));
        (Tensor values, Tensor besides, Tensor beat) = Inputs(rows, windows.Device);
        Tensor? beatRead = _beat?.Forward(beat, besides);
        if (beatRead is not null) observe?.Invoke("beat_read", beatRead.Unsqueeze(1));
        Tensor read = _values.Forward(values);
        observe?.Invoke("values_read", read.Unsqueeze(1));
        Tensor logits = _valuesHead.Forward(read);
        return scope.Keep(beatRead is null ? logits : Together(logits, _beatHead!.Forward(beatRead)));
    }

    /// <inheritdoc/>
    public void Standardize(IEnumerable<Tensor> windows)
    {
        _measured ??= [];
        int count = _nothing.Values.Count, leads = _config.Leads.Count;
        double[] known = new double[count], sum = new double[count], squares = new double[count], beats = new double[leads], beatSquares = new double[leads];
        foreach (Tensor batch in windows)
        {
            foreach (Measurement row in Measure(batch))
            {
                for (int k = 0; k < count; k++)
                {
                    if (float.IsNaN(row.Values[k])) continue;
                    known[k]++;
                    sum[k] += row.Values[k];
                    squares[k] += (double)row.Values[k] * row.Values[k];
                }

                for (int lead = 0; lead < leads; lead++)
                {
                    ReadOnlySpan<float> beat = row.Beat.AsSpan(lead * Measurement.BeatSamples, Measurement.BeatSamples);
                    if (beat.IndexOfAnyExcept(0f) < 0) continue;
                    beats[lead] += beat.Length;
                    foreach (float value in beat) beatSquares[lead] += (double)value * value;
                }
            }
        }

        using var scope = new Scope();
        using var noGrad = GradMode.Off();
        Set(_mean, [.. sum.Select((s, k) => known[k] > 0 ? s / known[k] : 0)]);
        Set(_deviation, [.. squares.Select((q, k) => Deviation(known[k], sum[k], q))]);
        Set(_beatScale, [.. beatSquares.Select((q, lead) => Deviation(beats[lead], 0, q))]);
    }

    /// <summary>Heads: weights 0, bias at the logit of a usual prevalence, so that training starts from the base rate.</summary>
    protected override void InitializeOwn(IRandomSource random)
    {
        foreach (Linear head in new[] { _valuesHead, _beatHead }.OfType<Linear>())
        {
            head.Weight.FillInPlace(0);
            head.Bias!.FillInPlace(_config.InitialBias);
        }
    }

    private static void Set(Tensor buffer, double[] values) => buffer.CopyFrom(Tensor.From(Array.ConvertAll(values, value => (float)value), values.Length));

    // What never varies stays at its distance from the mean.
    private static double Deviation(double known, double sum, double squares)
    {
        double variance = known > 0 ? (squares / known) - (sum / known * (sum / known)) : 0;
        return variance > 1e-12 ? Math.Sqrt(variance) : 1;
    }

    // In training a window teaches one reader: taught together, each would leave to the other what that one knows.
    private Tensor Together(Tensor values, Tensor beat)
    {
        if (!Training) return (values + beat) / 2;
        Tensor first = Source.UniformTensor([values.Size(0), 1]).Gt(0.5).To(ScalarType.Float32).To(values.Device);
        return (values * first) + (beat * (1 - first));
    }

    private IRandomSource Source => Random ?? throw new InvalidOperationException("Training needs a random source: call Train(random).");

    private Measurement[] Measure(Tensor windows)
    {
        // A network that goes on elsewhere keeps its scale, but trains as long.
        if (Training) _measured ??= [];
        float[] all = windows.To(Device.Cpu).To(ScalarType.Float32).ToArray<float>();
        int count = (int)windows.Size(0), size = all.Length / Math.Max(1, count);
        var rows = new Measurement[count];
        var keys = new UInt128[_measured is null ? 0 : count];
        var missing = new List<int>();
        for (int k = 0; k < count; k++)
        {
            if (_measured is not null) keys[k] = MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes(all.AsSpan(k * size, size))));
            if (_measured is not null && _measured.TryGetValue(keys[k], out Measurement? row)) rows[k] = row;
            else missing.Add(k);
        }

        if (missing.Count == 1) Of(missing[0]);
        else Parallel.ForEach(missing, new ParallelOptions { MaxDegreeOfParallelism = TorchRuntime.Threads }, Of);
        if (_measured is not null)
            foreach (int k in missing.TakeWhile(_ => _measured.Count < MostKept)) _measured[keys[k]] = rows[k];
        return rows;

        void Of(int window) => rows[window] = Measurement.Of(Recording(all.AsSpan(window * size, size)), _config.Leads);
    }

    // A window as a recording in millivolts again, without what was put behind its end to fill it, and without leads that are not there.
    private EcgRecord Recording(ReadOnlySpan<float> window)
    {
        int leads = _config.Leads.Count, samples = window.Length / leads, length = 0;
        for (int lead = 0; lead < leads; lead++)
            length = Math.Max(length, window.Slice(lead * samples, samples).LastIndexOfAnyExcept(0f) + 1);
        var signals = new List<EcgLead>();
        for (int lead = 0; lead < leads; lead++)
        {
            ReadOnlySpan<float> from = window.Slice(lead * samples, length);
            if (from.IndexOfAnyExcept(0f) < 0) continue;
            var values = new double[length];
            for (int k = 0; k < length; k++) values[k] = from[k] * _config.Millivolts[lead];
            signals.Add(new EcgLead(_config.Leads[lead], "mV", _config.SamplingRateHz, values));
        }

        return new EcgRecord("window", "window", _config.SamplingRateHz, length, signals);
    }

    /// <summary>
    /// For the reader of values: standardised values, unknown ones 0, and behind them which shared values and which leads are known. For the reader of the beat: the shared
    /// values with the same, and the beat in units of its lead's usual size. In training perhaps without some leads, and the beat varied.
    /// </summary>
    private (Tensor Values, Tensor Besides, Tensor Beat) Inputs(Measurement[] rows, Device device)
    {
        float[] mean = _mean.ToArray<float>(), deviation = _deviation.ToArray<float>(), scale = _beatScale.ToArray<float>();
        int count = mean.Length, leads = _config.Leads.Count, known = _shared + leads, samples = Measurement.BeatSamples;
        float[] values = new float[rows.Length * (count + known)], besides = new float[rows.Length * (_shared + known)], beats = new float[rows.Length * leads * samples];
        for (int row = 0; row < rows.Length; row++)
        {
            (float[] measured, float[] beat) = Training && _config.LostLeads > 0 ? WithoutSomeLeads(rows[row]) : rows[row];
            Span<float> own = values.AsSpan(row * (count + known), count + known);
            for (int k = 0; k < count; k++)
                own[k] = float.IsNaN(measured[k]) ? 0 : Math.Clamp((measured[k] - mean[k]) / deviation[k], -MostDeviations, MostDeviations);
            for (int k = 0; k < _shared; k++) own[count + k] = float.IsNaN(measured[k]) ? 0 : 1;
            for (int lead = 0; lead < leads; lead++)
                own[count + _shared + lead] = OfLead(measured, lead).ContainsAnyExcept(float.NaN) ? 1 : 0;
            own[.._shared].CopyTo(besides.AsSpan(row * (_shared + known)));
            own[count..].CopyTo(besides.AsSpan((row * (_shared + known)) + _shared));

            CopyVaried(beat, scale, beats.AsSpan(row * beat.Length, beat.Length));
        }

        return (
            Tensor.From(values, rows.Length, count + known).To(device),
            Tensor.From(besides, rows.Length, _shared + known).To(device),
            Tensor.From(beats, rows.Length, leads, samples).To(device));
    }

    // The averaged beat in units of each lead's usual size; in training of another gain, and moved a little.
    private void CopyVaried(ReadOnlySpan<float> beat, ReadOnlySpan<float> scale, Span<float> varied)
    {
        int leads = scale.Length, samples = Measurement.BeatSamples, shift = 0;
        Span<float> gains = stackalloc float[leads + 1];
        gains.Clear();
        if (Training)
        {
            if (_config.GainDeviation > 0) Source.Normal(gains);
            shift = (int)Source.Integer((2 * MostShift) + 1) - MostShift;
        }

        for (int lead = 0; lead < leads; lead++)
        {
            float factor = (float)Math.Exp(_config.GainDeviation * (gains[lead] + gains[leads])) / scale[lead];
            ReadOnlySpan<float> from = beat.Slice(lead * samples, samples);
            Span<float> to = varied.Slice(lead * samples, samples);
            for (int k = 0; k < samples; k++) to[k] = Math.Clamp(from[Math.Clamp(k + shift, 0, samples - 1)] * factor, -LargestBeat, LargestBeat);
        }
    }

    private Span<float> OfLead(float[] values, int lead) => values.AsSpan(_shared + (lead * MeasuredValues.PerLead), MeasuredValues.PerLead);

    // What a recording of fewer leads would show, but that the rhythm is as all leads told it.
    private Measurement WithoutSomeLeads(Measurement whole)
    {
        int leads = _config.Leads.Count;
        if (leads < 2 || Source.Uniform() >= _config.LostLeads) return whole;
        var rest = new Measurement([.. whole.Values], [.. whole.Beat]);
        int[] order = Source.Permutation(leads);
        int lost = 1 + (int)Source.Integer(leads - 1), limbs = 0;
        foreach (int lead in order.AsSpan(0, lost))
        {
            OfLead(rest.Values, lead).Fill(float.NaN);
            rest.Beat.AsSpan(lead * Measurement.BeatSamples, Measurement.BeatSamples).Clear();
        }

        foreach (int lead in order.AsSpan(lost))
            if (_config.Leads[lead] is "I" or "II" or "III") limbs++;
        // Axes take two of the limb leads.
        if (limbs < 2) rest.Values.AsSpan(_nothing.AxesEnd - MeasuredValues.AxisCount, MeasuredValues.AxisCount).Fill(float.NaN);
        return rest;
    }
}
