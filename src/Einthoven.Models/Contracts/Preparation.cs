// The steps of an input contract on one recording, in order: choose leads, fill gaps, resample, zero constant leads, filter, scale lead by lead.
// For ECG-FM they are those of its published inference (bowang-lab/ECG-FM, infer_quickstart notebook; ecg-transform).

using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;

namespace Einthoven.Models.Contracts;

internal sealed class Preparation
{
    // Beyond it the squares of a standardization overflow, or float32 does: a broken file, in whatever unit.
    private const double LargestValue = 1e30;

    private readonly InputContract _contract;
    private readonly EcgRecord _record;
    private readonly List<string> _warnings;

    public Preparation(InputContract contract, EcgRecord record)
    {
        _contract = contract;
        _record = record;
        _warnings = [.. record.Warnings];
    }

    /// <summary>The recording's own warnings and those of the steps.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Leads of equal length at the contract's rate, filtered, and scaled where that is done lead by lead: [leads][samples].</summary>
    public double[][] Run()
    {
        EcgLead?[] chosen = ChooseLeads();
        double[]?[] resampled = [.. chosen.Select(Resample)];
        // Rates that are multiples of one another can leave leads of one recording a sample apart.
        int samples = resampled.OfType<double[]>().Min(lead => lead.Length);
        CheckLength(samples);

        var leads = new double[chosen.Length][];
        var constant = new List<string>();
        for (int lead = 0; lead < leads.Length; lead++)
        {
            leads[lead] = resampled[lead]?[..samples] ?? new double[samples];
            if (resampled[lead] is null)
                continue;
            if (leads[lead].AsSpan().ContainsAnyExceptInRange(-LargestValue, LargestValue))
                throw Refuse($"lead {_contract.Leads[lead]} holds values that are infinite or too large. Repair or export the file again");
            if (Standardization.IsConstant(leads[lead]))
            {
                constant.Add(_contract.Leads[lead]);
                Array.Clear(leads[lead]);
            }
            else
            {
                foreach (SignalFilter filter in _contract.Filters) leads[lead] = filter.Apply(leads[lead], _contract.SamplingRateHz);
                Scale(leads[lead], lead);
            }
        }

        if (constant.Count > 0 && constant.Count == resampled.Count(lead => lead is not null))
            throw Refuse($"{Named(constant)} constant: an electrode was off, or the file is damaged. There is no ECG in what the model takes; choose another lead or recording");
        if (constant.Count > 0)
            Warn($"{Named(constant)} constant: set to zero");
        return leads;
    }

    // The contract's leads in its order; null where one is absent and the contract takes zeros instead.
    private EcgLead?[] ChooseLeads()
    {
        var chosen = new EcgLead?[_contract.Leads.Count];
        var derived = new List<string>();
        var missing = new List<string>();
        for (int index = 0; index < chosen.Length; index++)
        {
            string name = _contract.Leads[index];
            if (_record.TryGetLead(name, out EcgLead? stored) && HasSamples(stored))
            {
                chosen[index] = stored;
            }
            else if (LimbLeads.TryDerive(_record, name, out EcgLead? computed) && HasSamples(computed))
            {
                chosen[index] = computed;
                derived.Add(name);
            }
            else
            {
                missing.Add(name);
            }
        }

        if (missing.Count == chosen.Length && missing.Any(name => _record.TryGetLead(name, out _)))
            throw Refuse("every sample of the leads is missing (NaN). Export the recording again");
        if (missing.Count == chosen.Length || (missing.Count > 0 && _contract.MissingLeads == MissingLeadPolicy.Error))
        {
            throw Refuse($"{Named(missing)} missing; the recording has {string.Join(", ", _record.Leads.Select(lead => lead.Name))}. "
                + (chosen.Length == 1 ? "Choose one of these" : "Record or export all leads, or use a model that takes fewer"));
        }

        if (derived.Count > 0)
            Warn($"{Named(derived)} derived from other limb leads");
        if (missing.Count > 0)
            Warn($"{Named(missing)} missing: set to zero");
        CheckUnits(chosen);
        return chosen;
    }

    private static bool HasSamples(EcgLead lead) => lead.Samples.Span.ContainsAnyExcept(double.NaN);

    // What is standardized may have any unit; a fixed scale needs millivolts, and leads scaled together one unit.
    private void CheckUnits(EcgLead?[] chosen)
    {
        if (chosen.FirstOrDefault(lead => lead is { IsMillivolts: false }) is not { } foreign)
            return;
        if (_contract.Normalization is FixedScale or ClippedScale)
            throw Refuse($"lead {foreign.Name} is in \"{foreign.Unit}\", the model needs mV. Give the counts per millivolt, or a file that states its unit");
        if (_contract.Normalization is StandardizeTogether && chosen.FirstOrDefault(lead => lead is not null && lead.Unit != foreign.Unit) is { } other)
            throw Refuse($"lead {foreign.Name} is in \"{foreign.Unit}\", lead {other.Name} in \"{other.Unit}\"; the model compares the leads' sizes. Give a file whose leads share a unit");
        Warn($"lead {foreign.Name} is in \"{foreign.Unit}\", not mV; the model looks at shapes only");
    }

    private double[]? Resample(EcgLead? lead, int index)
    {
        if (lead is null)
            return null;
        if (!(lead.SamplingRateHz > 0))
            throw Refuse("the file states no sampling rate. Give it with the call");
        double[] samples = lead.Samples.ToArray();
        FillGaps(lead, index, samples);
        if (lead.SamplingRateHz == _contract.SamplingRateHz)
            return samples;
        return _contract.Resampling switch
        {
            ResamplingMethod.EndpointLinear => LinearResampler.Resample(samples, lead.SamplingRateHz, _contract.SamplingRateHz),
            ResamplingMethod.Linear => LinearInterpolation.OnRate(samples, lead.SamplingRateHz, _contract.SamplingRateHz),
            ResamplingMethod.Fourier => Fourier.Resample(samples, Math.Max(1, (int)(samples.Length * _contract.SamplingRateHz / lead.SamplingRateHz))),
            _ => PolyphaseResampler.Resample(samples, lead.SamplingRateHz, _contract.SamplingRateHz),
        };
    }

    private void FillGaps(EcgLead lead, int index, double[] samples)
    {
        int longest = (int)Math.Round(_contract.InterpolatedGapSeconds * lead.SamplingRateHz);
        int bridged = 0;
        int zeroed = 0;
        double? level = null;
        for (int start = 0; start < samples.Length; start++)
        {
            if (!double.IsNaN(samples[start]))
                continue;
            int end = start;
            while (end < samples.Length && double.IsNaN(samples[end]))
                end++;
            if (end - start <= longest)
            {
                Bridge(samples, start, end);
                bridged += end - start;
            }
            else if (_contract.LongGaps == LongGapPolicy.Zero)
            {
                level ??= _contract.Normalization switch
                {
                    FixedScale scale => scale.OffsetMillivolts,
                    ClippedScale scale => scale.Means[index],
                    Standardize => MeanOfPresent(samples),
                    _ => 0,
                };
                samples.AsSpan(start, end - start).Fill(level.Value);
                zeroed += end - start;
            }
            else
            {
                throw Refuse($"lead {lead.Name} lacks {Seconds(end - start, lead)} from {Seconds(start, lead)} on; the model takes "
                    + (longest == 0 ? "no missing samples" : $"gaps up to {_contract.InterpolatedGapSeconds:0.###} s") + ". Cut the recording, or use another model");
            }

            start = end;
        }

        if (bridged > 0)
            Warn($"lead {lead.Name}: {Seconds(bridged, lead)} of missing samples interpolated");
        if (zeroed > 0)
            Warn($"lead {lead.Name}: {Seconds(zeroed, lead)} of missing samples set to {(_contract.Normalization is Standardize ? "the mean" : "zero")}");
    }

    // A straight line from the sample before the gap to the one after it; at an edge the one neighbour's value.
    private static void Bridge(double[] samples, int start, int end)
    {
        double before = start > 0 ? samples[start - 1] : samples[end];
        double after = end < samples.Length ? samples[end] : before;
        for (int index = start; index < end; index++)
            samples[index] = before + ((after - before) * (index - start + 1) / (end - start + 1));
    }

    private static double MeanOfPresent(double[] samples) => samples.Where(sample => !double.IsNaN(sample)).Average();

    private void CheckLength(int samples)
    {
        string length = (samples / _contract.SamplingRateHz).ToString("0.##", CultureInfo.InvariantCulture);
        string window = _contract.WindowSeconds().ToString("0.##", CultureInfo.InvariantCulture);
        if (samples < _contract.WindowSamples)
        {
            if (_contract.ShortRecords == ShortRecordPolicy.Error)
                throw Refuse($"the recording has {length} s, the model needs {window} s");
            Warn($"{length} s recorded: zeros follow up to the model's {window} s");
            return;
        }

        int left = samples - (((_contract.WindowsOf(samples) - 1) * _contract.StrideSamples) + _contract.WindowSamples);
        if (left < 0)
            Warn(string.Create(CultureInfo.InvariantCulture, $"zeros follow the recording's end: its last window lacks {-left / _contract.SamplingRateHz:0.##} s"));
        else if (left >= _contract.SamplingRateHz)
            Warn(string.Create(CultureInfo.InvariantCulture, $"the last {left / _contract.SamplingRateHz:0.##} s fill no window and are left out"));
    }

    private void Scale(double[] samples, int lead)
    {
        switch (_contract.Normalization)
        {
            case Standardize standardize:
                Standardization.Apply(samples, standardize.Epsilon);
                break;
            case FixedScale scale:
                for (int index = 0; index < samples.Length; index++)
                    samples[index] = (samples[index] - scale.OffsetMillivolts) / scale.Millivolts[lead];
                break;
            case ClippedScale scale:
                for (int index = 0; index < samples.Length; index++)
                    samples[index] = Math.Clamp((samples[index] - scale.Means[lead]) / scale.Deviations[lead], -scale.Limit, scale.Limit);
                break;
        }
    }

    private static string Named(List<string> leads) =>
        leads.Count == 1 ? $"lead {leads[0]} is" : $"leads {string.Join(", ", leads)} are";

    private static string Seconds(int samples, EcgLead lead) =>
        (samples / lead.SamplingRateHz).ToString("0.###", CultureInfo.InvariantCulture) + " s";

    private void Warn(string text) => _warnings.Add(text);

    private InputContractException Refuse(string reason) => new(_record.Path, reason + ".");
}
