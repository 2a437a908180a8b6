// Resampling, standardisation and limb-lead residuals against the golden values.
using System.Text.Json;
using Einthoven.Signals.Dsp;

namespace Einthoven.Signals.Tests.Golden;

public class DspGoldenTests
{
    public static TheoryData<string> Polyphase() => GoldenData.Ids("signals", "resample_poly");

    public static TheoryData<string> Taps() => GoldenData.Ids("signals", "resample_taps");

    public static TheoryData<string> Residuals() => GoldenData.Ids("signals", "lead_residuals");

    public static TheoryData<string> Preprocess() => GoldenData.Ids("ecg-fm", "ecgfm_preprocess");

    [Theory]
    [MemberData(nameof(Polyphase))]
    public void Polyphase_resampling_gives_the_golden_values(string id)
    {
        JsonElement entry = GoldenData.Case("signals", id);
        JsonElement config = entry.GetProperty("config"), input = entry.GetProperty("input");
        double[] x = GoldenData.Tensor("signals", entry, input.GetProperty("tensor").GetString()!).Values;
        if (input.TryGetProperty("from", out JsonElement from)) x = x[from.GetInt32()..];
        if (input.TryGetProperty("first", out JsonElement first)) x = x[..first.GetInt32()];
        ResamplePadding padding = config.GetProperty("padtype").GetString() switch
        {
            "constant" => ResamplePadding.Zero,
            var other => Enum.Parse<ResamplePadding>(other!, ignoreCase: true),
        };

        double[] y = PolyphaseResampler.Resample(x, config.GetProperty("up").GetInt32(), config.GetProperty("down").GetInt32(), padding);

        GoldenData.AssertClose(entry, GoldenData.Tensor("signals", entry, entry.GetProperty("arrays").GetProperty("output").GetString()!).Values, y);
    }

    [Theory]
    [MemberData(nameof(Taps))]
    public void The_polyphase_filter_has_the_golden_taps(string id)
    {
        JsonElement entry = GoldenData.Case("signals", id);
        JsonElement config = entry.GetProperty("config");

        double[] taps = PolyphaseResampler.Taps(config.GetProperty("up").GetInt32(), config.GetProperty("down").GetInt32(), config.GetProperty("window_beta").GetDouble());

        GoldenData.AssertClose(entry, GoldenData.Tensor("signals", entry, entry.GetProperty("arrays").GetProperty("output").GetString()!).Values, taps);
    }

    [Theory]
    [MemberData(nameof(Residuals))]
    public void The_limb_lead_residuals_are_the_golden_ones(string id)
    {
        JsonElement entry = GoldenData.Case("signals", id);
        (int[] shape, double[] x) = GoldenData.Tensor("signals", entry, entry.GetProperty("input").GetProperty("tensor").GetString()!);
        (_, double[] expected) = GoldenData.Tensor("signals", entry, entry.GetProperty("arrays").GetProperty("residuals").GetString()!);
        int n = shape[1];
        EcgLead[] leads = [.. LeadNames.Standard12.Select((name, c) => new EcgLead(name, "mV", 500, x.AsMemory(c * n, n)))];
        var record = new EcgRecord("golden", "made", 500, n, leads);
        double[] rms = [.. GoldenData.Json("signals", entry, "expected").EnumerateArray().Select(v => v.GetDouble())];

        for (int k = 0; k < LimbLeads.Relations.Count; k++)
        {
            GoldenData.AssertClose(entry, expected.AsSpan(k * n, n), LimbLeads.Residual(record, LimbLeads.Relations[k]));
            GoldenData.AssertClose(entry, [rms[k]], [LimbLeads.ResidualRms(record, LimbLeads.Relations[k])!.Value]);
        }
        Assert.Equal(rms[0], LimbLeads.EinthovenResidual(record)!.Value, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Preprocess))]
    public void Linear_resampling_and_standardisation_give_the_golden_values(string id)
    {
        JsonElement entry = GoldenData.Case("ecg-fm", id);
        double toHz = entry.GetProperty("config").GetProperty("fs_out_hz").GetDouble(), epsilon = entry.GetProperty("config").GetProperty("quickstart_epsilon").GetDouble();
        foreach (JsonElement part in GoldenData.Json("ecg-fm", entry, "expected").EnumerateArray())
        {
            string key = part.GetProperty("key").GetString()!;
            (int[] shape, double[] input) = GoldenData.Tensor("ecg-fm", entry, key + ".input");
            double[] resampled = GoldenData.Tensor("ecg-fm", entry, key + ".resampled").Values;
            double[] quickstart = GoldenData.Tensor("ecg-fm", entry, key + ".quickstart").Values;
            double[] pipeline = GoldenData.Tensor("ecg-fm", entry, key + ".pipeline").Values;
            for (int lead = 0; lead < shape[0]; lead++)
            {
                double[] y = LinearResampler.Resample(input.AsSpan(lead * shape[1], shape[1]), part.GetProperty("sample_rate").GetDouble(), toHz);
                Assert.Equal(part.GetProperty("out").GetInt32(), y.Length);
                GoldenData.AssertClose(entry, resampled.AsSpan(lead * y.Length, y.Length), y);
                double[] z = [.. y];
                Standardization.Apply(y, epsilon);
                GoldenData.AssertClose(entry, quickstart.AsSpan(lead * y.Length, y.Length), y);
                Standardization.Apply(z, 0);
                GoldenData.AssertClose(entry, pipeline.AsSpan(lead * z.Length, z.Length), z);
            }
        }
    }
}
