// Views and augmentations of self-supervised learning with recorded draws, and ST-MEM's way from a recording to its windows.
using System.Text.Json;
using Einthoven.Signals.Dsp;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Augmentation;

namespace Einthoven.Golden.Kinds;

internal static class SslAugmentKinds
{
    private static readonly string[] s_leads = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];

    /// <summary>One operation; every recorded draw must be asked for.</summary>
    public static void Operation(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        GoldenArray input = files.Input();
        float[] window = input.Floats;
        SignalOperation operation = Enum.Parse<SignalOperation>(
            config.GetProperty("operation").GetString() switch { "rlm" => nameof(SignalOperation.RandomLeadMasking), string name => name.Replace("_", "", StringComparison.Ordinal), null => "" }, ignoreCase: true);
        RecordedSignalDraws draws = new(files.Json(), files.Tensors());
        double ratio = config.GetProperty("rlm_ratio") is { ValueKind: JsonValueKind.Number } given ? given.GetDouble() : 0;
        OperationStrength strength = new(config.GetProperty("level").GetDouble(), config.GetProperty("amplitude").GetDouble(), ratio);
        SignalOperations.Apply(operation, window, (int)input.Shape[^2], strength, draws);
        deviations.Compare("output", "values", Doubles(window), files.Tensors()[golden.Array("output")!].ToDoubles());
        deviations.Equal("draws left", draws.Left, 0);
    }

    /// <summary>A crop stretched to recorded positions.</summary>
    public static void Crop(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray input = files.Input();
        float[] window = Transposed(input);
        int[] positions = [.. files.Tensors()[golden.Array("index")!].ToInt64s().Select(p => (int)p)];
        var samples = (int)input.Shape[0];
        deviations.Equal("crop length", positions.Length, (int)(golden.Config.GetProperty("crop_ratio").GetDouble() * samples));
        RandomResizedCrop.Place(window, samples, golden.Config.GetProperty("start").GetInt32(), positions);
        Compare(golden, files, deviations, window, input);
    }

    /// <summary>A stretch of zeros.</summary>
    public static void ZeroStretch(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray input = files.Input();
        float[] window = Transposed(input);
        TimeOut.Clear(window, (int)input.Shape[0], golden.Config.GetProperty("start").GetInt32(), golden.Config.GetProperty("length").GetInt32());
        Compare(golden, files, deviations, window, input);
    }

    /// <summary>Both views of 3KG.</summary>
    public static void ThreeKg(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        SafeTensorsFile expected = files.Tensors();
        JsonElement config = golden.Config;
        double[] degrees = Values("angles_deg"), scales = config.GetProperty("apply_scales").GetBoolean() ? Values("scales") : [1, 1, 1, 1, 1, 1];
        int[] starts = [.. expected[golden.Array("starts")!].ToInt64s().Select(s => (int)s)];
        VectorView view = new()
        {
            AngleDegrees = config.GetProperty("angle_max_deg").GetDouble(),
            MaxScale = config.GetProperty("scale_max").GetDouble(),
            MaskRatio = config.GetProperty("mask_ratio").GetDouble(),
        };
        view.Validate();
        GoldenArray input = files.Input();
        WindowFormat format = new(s_leads, 500);
        for (int side = 0; side < 2; side++)
        {
            double[] angles = degrees[(3 * side)..(3 * (side + 1))];
            deviations.Compare($"R{side + 1}", "values", [.. VectorView.Rotation(angles).SelectMany(row => row)], Values($"R{side + 1}"));
            float[] window = input.Floats;
            view.Apply(window, format, angles, scales.AsSpan(3 * side, 3), starts.AsSpan(s_leads.Length * side, s_leads.Length));
            deviations.Compare($"view {side + 1}", "values", Doubles(window), Values($"view{side + 1}"));
        }

        double[] Values(string role) => expected[golden.Array(role)!].ToDoubles();
    }

    /// <summary>The matrices of 3KG and the vector that they give.</summary>
    public static void ThreeKgMatrices(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GoldenArray input = files.Input();
        var samples = (int)input.Shape[^1];
        double[][] leads = [.. new[] { 0, 1, 6, 7, 8, 9, 10, 11 }.Select(lead => input.Values[(lead * samples)..((lead + 1) * samples)])];
        Compare("inverse", VectorView.ToVector);
        Compare("pseudo_inverse", VectorView.FromVector);
        Compare("vcg", Einthoven.Signals.LeadTransforms.Apply(VectorView.ToVector, leads));

        void Compare(string role, double[][] rows) => deviations.Compare(role, "values", [.. rows.SelectMany(row => row)], files.Tensors()[golden.Array(role)!].ToDoubles());
    }

    /// <summary>Fourier resampling, both filters, the scale of the whole record, crops.</summary>
    public static void Preprocess(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        SafeTensorsFile expected = files.Tensors();
        double from = config.GetProperty("fs_in_hz").GetDouble(), to = config.GetProperty("fs_out_hz").GetDouble();
        int order = config.GetProperty("order").GetInt32();
        GoldenArray input = files.Input();
        (int leads, int samples) = ((int)input.Shape[^2], (int)input.Shape[^1]);
        BiquadCascade high = Butterworth.Design(FilterBand.HighPass, order, to, config.GetProperty("highpass_hz").GetDouble());
        BiquadCascade low = Butterworth.Design(FilterBand.LowPass, order, to, config.GetProperty("lowpass_hz").GetDouble());
        JsonElement sections = files.Json(atKey: false).GetProperty("sos_float64");
        CompareSections("hp", high);
        CompareSections("lp", low);
        double[][] x = [.. Enumerable.Range(0, leads).Select(lead => Fourier.Resample(input.Values.AsSpan(lead * samples, samples), (int)(samples * to / from)))];
        Stage("resample_250");
        x = [.. x.Select(lead => high.ZeroPhase(lead))];
        Stage("highpass");
        x = [.. x.Select(lead => low.ZeroPhase(lead))];
        Stage("lowpass_after_highpass");
        double[][] scaled = Together(x, 0, x[0].Length);
        deviations.Compare("standardized", "values", [.. scaled.SelectMany(lead => lead)], expected["standardized"].ToDoubles());
        int crop = config.GetProperty("crop_samples").GetInt32(), step = config.GetProperty("crop_step").GetInt32();
        double[] crops = [.. Enumerable.Range(0, config.GetProperty("crops").GetInt32()).SelectMany(k => scaled.SelectMany(lead => lead[(k * step)..((k * step) + crop)]))];
        deviations.Compare("crops", "values", crops, expected["n_crop3"].ToDoubles());

        void Stage(string name) => deviations.Compare(name, "values", [.. x.SelectMany(lead => lead)], expected[name].ToDoubles());

        void CompareSections(string name, BiquadCascade filter) => deviations.Compare(
            name, "sections", [.. filter.Sections.SelectMany(s => new[] { s.B0, s.B1, s.B2, 1, s.A1, s.A2 })], Deviations.Numbers(sections.GetProperty(name)));
    }

    private static double[][] Together(double[][] leads, int start, int count)
    {
        (double mean, double deviation) = Standardization.JointMoments(leads, start, count);
        return [.. leads.Select(lead => lead.Select(v => (v - mean) / deviation).ToArray())];
    }

    // These files lie as [samples, leads].
    private static float[] Transposed(GoldenArray input)
    {
        (int samples, int leads) = ((int)input.Shape[0], (int)input.Shape[1]);
        return [.. Enumerable.Range(0, leads * samples).Select(k => (float)input.Values[(k % samples * leads) + (k / samples)])];
    }

    private static void Compare(GoldenCase golden, GoldenFiles files, Deviations deviations, float[] window, GoldenArray input)
    {
        (int samples, int leads) = ((int)input.Shape[0], (int)input.Shape[1]);
        double[] back = [.. Enumerable.Range(0, leads * samples).Select(k => (double)window[(k % leads * samples) + (k / leads)])];
        deviations.Compare("output", "values", back, files.Tensors()[golden.Array("output")!].ToDoubles());
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];
}
