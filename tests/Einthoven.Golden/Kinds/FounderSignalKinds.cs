// ECGFounder's preparation of recordings: its three contracts step by step, its filters' coefficients, and small cases of every step.
using System.Globalization;
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFounder;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class FounderSignalKinds
{
    /// <summary>A real recording by all three contracts: each filter's output, the moments, the scaled leads.</summary>
    public static void Preprocess(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config, variants = config.GetProperty("variants");
        SafeTensorsFile expected = files.Tensors();
        double rate = config.Number("fs_hz");
        string[] leads = [.. config.GetProperty("lead_order").EnumerateArray().Select(l => l.GetString()!)];
        int[] stepLeads = config.Integers("step_leads");
        double[][] raw = Millivolts(golden, files);
        EcgRecord record = Record(leads, raw, rate);
        InputContract a = Of(EcgFounderContracts.A(leads), variants.GetProperty("A"));
        InputContract single = a with { Leads = [leads[config.GetProperty("single_lead").GetInt32()]] };
        InputContract b = Of(EcgFounderContracts.B(leads), variants.GetProperty("B")), c = Of(EcgFounderContracts.C(leads), variants.GetProperty("C"));

        double[][][] steps = [.. stepLeads.Select(lead => Chain(a, raw[lead]))];
        Steps("A.notch", lead => steps[lead][0]);
        Steps("A.bandpass", lead => steps[lead][1]);
        Steps("A.baseline", lead => [.. steps[lead][1].Zip(steps[lead][2], (before, after) => before - after)]);
        Steps("A.filtered", lead => steps[lead][2]);
        Scaled("A", a, [.. Enumerable.Range(0, leads.Length)]);
        Scaled("A1", single, [0]);
        Scaled("B", b, stepLeads);
        steps = [.. stepLeads.Select(lead => Chain(c, raw[lead]))];
        Steps("C.highpass", lead => steps[lead][0]);
        Steps("C.lowpass", lead => steps[lead][1]);
        Steps("C.notch", lead => steps[lead][2]);
        Scaled("C", c, stepLeads);

        InputContract Of(InputContract contract, JsonElement variant) => contract with
        {
            SamplingRateHz = rate,
            WindowSamples = raw[0].Length,
            StrideSamples = raw[0].Length,
            Filters = Filters(variant, rate),
            Normalization = new StandardizeTogether { Epsilon = variant.Number("z_epsilon") },
        };

        void Steps(string name, Func<int, double[]> of) =>
            deviations.Compare(name, "filtered", [.. Enumerable.Range(0, stepLeads.Length).SelectMany(of)], expected[name].ToDoubles());

        void Scaled(string name, InputContract contract, int[] rows)
        {
            float[] z = contract.Apply(record).Values.ToArray();
            int each = raw[0].Length;
            deviations.Compare($"{name}.z", "z", [.. rows.SelectMany(row => z[(row * each)..((row + 1) * each)]).Select(v => (double)v)], expected[$"{name}.z"].ToDoubles());
            double[][] filtered = [.. contract.Leads.Select(lead => Chain(contract, raw[Array.IndexOf(leads, lead)])[^1])];
            (double mean, double std) = Standardization.JointMoments(filtered, 0, each);
            deviations.Compare($"{name}.mean_std", "mean_std", [mean, std], expected[$"{name}.mean_std"].ToDoubles());
        }
    }

    /// <summary>The published length changer, and contract C from another rate.</summary>
    public static void Resample(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        double from = config.Number("fs_hz"), to = config.Number("fs_out_hz");
        int wanted = config.GetProperty("unequal_samples").GetInt32();
        double[][] raw = Millivolts(golden, files);
        deviations.Compare("resample_unequal", "resampled", [.. raw.SelectMany(lead => Unequal(lead, from, wanted))], expected["resample_unequal"].ToDoubles());
        double[][] resampled = [.. raw.Select(lead => LinearInterpolation.OnRate(lead, from, to))];
        deviations.Compare("paper_resampled", "resampled", [.. resampled.SelectMany(lead => lead)], expected["paper_resampled"].ToDoubles());
        SignalFilter[] filters = Filters(config, to);
        double[] filtered = [.. resampled.SelectMany(lead => filters.Aggregate(lead, (signal, filter) => filter.Apply(signal, to)))];
        deviations.Compare("paper_filtered", "filtered", filtered, expected["paper_filtered"].ToDoubles());
    }

    /// <summary>Every step on a few samples.</summary>
    public static void Small(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        foreach (JsonProperty entry in files.Json().EnumerateObject())
        {
            JsonElement[] each = entry.Value.ValueKind == JsonValueKind.Array ? [.. entry.Value.EnumerateArray()] : [entry.Value];
            foreach (JsonElement part in each)
            {
                double[] actual = entry.Name switch
                {
                    "resample_unequal" => [.. Rows(part.GetProperty("ts")).SelectMany(row => Unequal(row, part.Number("fs_in"), part.GetProperty("fs_out").GetInt32()))],
                    "medfilt" => MedianFilter.Run(part.Numbers("x"), part.GetProperty("kernel").GetInt32(), MedianEdge.Zero),
                    "windows_zero_pad" => Windows(part),
                    "zscore_joint" => [.. Together(part.GetProperty("x")), .. Together(part.GetProperty("zero_in"))],
                    "mimic_lead_reorder" => Reordered(part),
                    _ when entry.Name.StartsWith("filtfilt", StringComparison.Ordinal) => Section(part).ZeroPhase(part.Numbers("x")),
                    _ => throw new InvalidDataException($"'{entry.Name}' is no step that is described"),
                };
                double[] expected = entry.Name switch
                {
                    "zscore_joint" => [.. part.Numbers("out"), .. part.Numbers("zero_out")],
                    "mimic_lead_reorder" => part.Numbers("take_index"),
                    _ => part.Numbers("out"),
                };
                deviations.Compare(entry.Name, "values", actual, expected);
            }
        }
    }

    /// <summary>Coefficients and settled states of every filter at every rate.</summary>
    public static void Filters(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        foreach (JsonProperty atRate in files.Json().EnumerateObject())
        {
            double rate = double.Parse(atRate.Name, CultureInfo.InvariantCulture);
            foreach (JsonProperty entry in atRate.Value.EnumerateObject())
            {
                string what = $"{entry.Name} at {atRate.Name} Hz";
                if (entry.Name == "median_kernel")
                {
                    deviations.Equal(what, new MedianStep { Seconds = config.Number("median_seconds") }.WindowSamples(rate), entry.Value.GetInt32());
                    continue;
                }

                string[] parts = entry.Name.Split('_');
                (double[] b, double[] a) = Polynomials(Design(parts[0], config, rate));
                if (parts[1] == "zi") Settled(what, b, a, Deviations.Numbers(entry.Value));
                else deviations.Compare(what, "values", parts[1] == "b" ? b : a, Deviations.Numbers(entry.Value));
            }
        }

        // The reference solves for the state from rounded coefficients; where the poles crowd at z = 1, that is as much as it can know of it.
        void Settled(string what, double[] b, double[] a, double[] expected)
        {
            double gain = b.Sum() / a.Sum(), largest = expected.Max(Math.Abs);
            double rounding = Math.BitIncrement(1.0) - 1;
            double bound = golden.Tolerance("values").Bound(0, largest) + (rounding * a.Sum(Math.Abs) / Math.Abs(a.Sum()) * largest);
            for (int k = 0; k < expected.Length; k++)
                deviations.Within($"{what}[{k}]", Enumerable.Range(k + 1, b.Length - k - 1).Sum(j => b[j] - (a[j] * gain)), expected[k], bound);
        }
    }

    private static BiquadCascade Design(string name, JsonElement config, double rate)
    {
        if (name.StartsWith("notch", StringComparison.Ordinal))
            return NotchFilter.Design(double.Parse(name["notch".Length..], CultureInfo.InvariantCulture), config.Number("notch_q"), rate);
        if (name.StartsWith("bandpass", StringComparison.Ordinal))
            return Butterworth.Design(FilterBand.BandPass, config.GetProperty("bandpass_order").GetInt32(), rate, config.Numbers("bandpass_hz"));
        if (name.StartsWith("highpass", StringComparison.Ordinal))
            return Butterworth.Design(FilterBand.HighPass, config.GetProperty("highpass_order").GetInt32(), rate, config.Number("highpass_hz"));
        if (name.StartsWith("lowpass", StringComparison.Ordinal))
            return Butterworth.Design(FilterBand.LowPass, config.GetProperty("lowpass_order").GetInt32(), rate, config.Number("lowpass_hz"));
        throw new InvalidDataException($"the filter '{name}' is none that is described");
    }

    private static (double[] B, double[] A) Polynomials(BiquadCascade filter)
    {
        double[] b = [1], a = [1];
        foreach (Biquad s in filter.Sections) (b, a) = (Product(b, [s.B0, s.B1, s.B2]), Product(a, [1, s.A1, s.A2]));
        return (b, a);

        static double[] Product(double[] p, double[] q)
        {
            double[] product = new double[p.Length + q.Length - 1];
            for (int i = 0; i < p.Length; i++)
                for (int j = 0; j < q.Length; j++) product[i + j] += p[i] * q[j];
            return product;
        }
    }

    // In the order in which a contract runs them; what a variant does not name, it does not have.
    private static SignalFilter[] Filters(JsonElement variant, double rate)
    {
        List<SignalFilter> chain = [];
        NotchStep? notch = variant.TryGetProperty("notch_hz", out JsonElement hertz)
            ? new NotchStep { FrequencyHz = hertz.GetDouble(), Quality = variant.Number("notch_q") }
            : null;
        if (variant.TryGetProperty("bandpass_hz", out JsonElement band))
        {
            if (notch is not null) chain.Add(notch);
            chain.Add(new ButterworthStep { Order = variant.GetProperty("bandpass_order").GetInt32(), LowHz = band[0].GetDouble(), HighHz = band[1].GetDouble() });
            // Half a sample less than the window, so that rounding cannot add one.
            chain.Add(new MedianStep { Seconds = (variant.GetProperty("median_samples").GetInt32() - 0.5) / rate });
            return [.. chain];
        }

        if (variant.TryGetProperty("highpass_hz", out JsonElement high))
            chain.Add(new ButterworthStep { Order = variant.GetProperty("highpass_order").GetInt32(), LowHz = high.GetDouble() });
        if (variant.TryGetProperty("lowpass_hz", out JsonElement low))
            chain.Add(new ButterworthStep { Order = variant.GetProperty("lowpass_order").GetInt32(), HighHz = low.GetDouble() });
        if (notch is not null) chain.Add(notch);
        return [.. chain];
    }

    // The lead itself where there is no filter, else the output of each.
    private static double[][] Chain(InputContract contract, double[] lead)
    {
        List<double[]> outputs = [];
        foreach (SignalFilter filter in contract.Filters) outputs.Add(filter.Apply(outputs.Count == 0 ? lead : outputs[^1], contract.SamplingRateHz));
        return outputs.Count == 0 ? [lead] : [.. outputs];
    }

    // The published rule, which takes a number of samples for a rate; contracts do without it.
    private static double[] Unequal(double[] lead, double from, int wanted) =>
        wanted == from ? lead
        : 2 * wanted == from ? [.. lead.Where((_, k) => k % 2 == 0)]
        : LinearInterpolation.OnLinspace(lead, wanted);

    private static double[] Windows(JsonElement part)
    {
        double[][] rows = Rows(part.GetProperty("x"));
        string[] names = [.. rows.Select((_, k) => $"L{k}")];
        InputContract contract = EcgFounderContracts.C(names) with
        {
            Filters = [],
            WindowSamples = part.GetProperty("window").GetInt32(),
            StrideSamples = part.GetProperty("window").GetInt32(),
            Normalization = new FixedScale { Millivolts = [.. rows.Select(_ => 1.0)] },
        };
        return [.. contract.Apply(Record(names, rows, contract.SamplingRateHz)).Values.ToArray().Select(v => (double)v)];
    }

    private static double[] Together(JsonElement x)
    {
        double[][] rows = Rows(x);
        double epsilon = ((StandardizeTogether)EcgFounderContracts.A("I").Normalization).Epsilon;
        (double mean, double std) = Standardization.JointMoments(rows, 0, rows[0].Length);
        return [.. rows.SelectMany(row => row.Select(v => (v - mean) / (std + epsilon)))];
    }

    // Leads that carry their own position, taken by name: where each of the model's leads came from.
    private static double[] Reordered(JsonElement part)
    {
        string[] stored = [.. part.GetProperty("input_order").EnumerateArray().Select(l => l.GetString()!)];
        string[] wanted = [.. part.GetProperty("model_order").EnumerateArray().Select(l => l.GetString()!)];
        InputContract contract = EcgFounderContracts.B(wanted) with
        {
            WindowSamples = 2,
            StrideSamples = 2,
            Normalization = new FixedScale { Millivolts = [.. wanted.Select(_ => 1.0)] },
        };
        Windows windows = contract.Apply(Record(stored, [.. stored.Select((_, k) => new double[] { k, -1 })], contract.SamplingRateHz));
        return [.. Enumerable.Range(0, wanted.Length).Select(lead => (double)windows[0].Span[2 * lead])];
    }

    private static BiquadCascade Section(JsonElement part)
    {
        double[] b = part.Numbers("b"), a = part.Numbers("a");
        if (b.Length != 3 || a.Length != 3) throw new InvalidDataException("only filters of second order are described by their polynomials");
        return new BiquadCascade(new Biquad(b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0]));
    }

    private static double[][] Millivolts(GoldenCase golden, GoldenFiles files)
    {
        GoldenArray raw = files.Input();
        double gain = golden.Config.Number("gain_per_mv");
        int samples = (int)raw.Shape[^1];
        return [.. raw.Values.Select(v => v / gain).Chunk(samples)];
    }

    private static EcgRecord Record(string[] leads, double[][] rows, double rate) => new(
        "golden", "golden", rate, rows[0].Length, [.. leads.Select((lead, k) => new EcgLead(lead, "mV", rate, rows[k]))]);

    private static double[][] Rows(JsonElement x) => [.. x.EnumerateArray().Select(Deviations.Numbers)];
}
