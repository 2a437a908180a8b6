// Electrode placements, vector transforms and limb-lead residuals.
using System.Globalization;
using System.Text.Json;
using Einthoven.Signals;
using Einthoven.Signals.Dsp;

namespace Einthoven.Golden.Kinds;

internal static class SignalLeadKinds
{
    public static void Arrangement(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement expected = files.Json();
        Dictionary<Electrode, Electrode> sites = expected.GetProperty("cable_at_site").EnumerateObject()
            .ToDictionary(p => Enum.Parse<Electrode>(p.Name), p => Enum.Parse<Electrode>(p.Value.GetString()!));
        var placement = new ElectrodePlacement(expected.GetProperty("name").GetString()!, sites);
        double[] matrix = [.. expected.GetProperty("matrix_12x8").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(v => Fraction(v.GetString()!)))];
        deviations.Compare("matrix", "values", [.. placement.Matrix.SelectMany(row => row)], matrix);
        deviations.Compare("leads", "values", [.. placement.Record(Rows(files.Input())).SelectMany(x => x)], Tensor(golden, files, "output"));
    }

    public static void Transforms(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        double[][] leads = Rows(files.Input());
        void Same(string role, IEnumerable<double[]> rows) => deviations.Compare(role, "values", [.. rows.SelectMany(r => r)], Tensor(golden, files, role));
        Same("true12", ElectrodePlacement.Correct.Record(leads));
        Same("matrix", ElectrodePlacement.Correct.Matrix);
        Same("dower", LeadTransforms.Dower);
        Same("inverse_dower", LeadTransforms.InverseDower);
        Same("kors", LeadTransforms.Kors);
        Same("inverse_dower_xyz", LeadTransforms.Apply(LeadTransforms.InverseDower, leads));
        double[][] vector = LeadTransforms.Apply(LeadTransforms.Kors, leads);
        Same("kors_xyz", vector);
        Same("dower_of_kors", LeadTransforms.Apply(LeadTransforms.Dower, vector));
    }

    public static void Residuals(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        double[][] leads = Rows(files.Input());
        var record = new EcgRecord("golden", "made", 500, leads[0].Length, [.. LeadNames.Standard12.Select((name, c) => new EcgLead(name, "mV", 500, leads[c]))]);
        deviations.Compare("residuals", "values", [.. LimbLeads.Relations.SelectMany(r => LimbLeads.Residual(record, r)!)], Tensor(golden, files, "residuals"));
        deviations.Compare("root mean squares", "values", [.. LimbLeads.Relations.Select(r => LimbLeads.ResidualRms(record, r)!.Value)], Deviations.Numbers(files.Json()));
    }

    public static void Vectorcardiogram(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        string[] names = [.. config.GetProperty("leads").EnumerateArray().Select(l => LeadNames.Canonical(l.GetString()!))];
        double rate = config.GetProperty("fs_hz").GetDouble(), gain = config.GetProperty("gain_per_mv").GetDouble();
        int every = config.GetProperty("keep_every").GetInt32();
        BiquadCascade highpass = Butterworth.Design(FilterBand.HighPass, config.GetProperty("highpass_order").GetInt32(), rate, config.GetProperty("highpass_hz").GetDouble());
        double[][] raw = [.. Rows(files.Input()).Select(r => r.Select(v => v / gain).ToArray())];
        double[][] filtered = [.. raw.Select(r => highpass.ZeroPhase(r))];
        double[][] Thin(IEnumerable<double[]> rows) => [.. rows.Select(r => r.Where((_, i) => i % every == 0).ToArray())];
        double[] Lead(string name) => filtered[Array.IndexOf(names, name)];
        double[][] independent = [.. ElectrodePlacement.IndependentLeads.Select(Lead)];
        double[][] frank = [.. new[] { "Vx", "Vy", "Vz" }.Select(Lead)];
        deviations.Compare("frank", "values", [.. Thin(frank).SelectMany(v => v)], Tensor(golden, files, "frank"));
        JsonElement expected = files.Json();
        foreach ((string role, double[][] matrix) in new[] { ("kors", LeadTransforms.Kors), ("inverse_dower", LeadTransforms.InverseDower) })
        {
            double[][] vector = LeadTransforms.Apply(matrix, independent);
            deviations.Compare(role, "values", [.. Thin(vector).SelectMany(v => v)], Tensor(golden, files, role));
            for (int axis = 0; axis < 3; axis++)
            {
                JsonElement figures = expected.GetProperty(role).GetProperty("XYZ"[axis].ToString());
                deviations.Compare($"{role} correlation", "correlation", Correlation(vector[axis], frank[axis]), figures.GetProperty("correlation").GetDouble());
            }
        }
        var record = new EcgRecord("golden", "made", rate, raw[0].Length, [.. names.Select((name, c) => new EcgLead(name, "mV", rate, raw[c]))]);
        double[] largest = [.. LimbLeads.Relations.Select(r => LimbLeads.Residual(record, r)!.Max(Math.Abs))];
        double[] reference = Deviations.Numbers(expected.GetProperty("residual_max_abs_mv"));
        deviations.Compare("residuals", "residuals", largest.AsSpan(0, reference.Length), reference);
    }

    private static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double ab = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum(), aa = a.Sum(x => (x - meanA) * (x - meanA)), bb = b.Sum(y => (y - meanB) * (y - meanB));
        return ab / Math.Sqrt(aa * bb);
    }

    private static double[][] Rows(GoldenArray array)
    {
        int n = (int)array.Shape[^1];
        return [.. Enumerable.Range(0, (int)array.Shape[0]).Select(r => array.Values[(r * n)..((r + 1) * n)])];
    }

    private static double Fraction(string text)
    {
        string[] parts = text.Split('/');
        double value = double.Parse(parts[0], CultureInfo.InvariantCulture);
        return parts.Length == 1 ? value : value / double.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    private static double[] Tensor(GoldenCase golden, GoldenFiles files, string role) => files.Tensors()[golden.Array(role)!].ToDoubles();
}
