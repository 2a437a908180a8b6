// ECG-FM's saliency of one window: attention by the network, curve and colours from the stored attention.
using System.Text.Json;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Explaining;
using Einthoven.Signals;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmSaliencyKinds
{
    public static void Saliency(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement config = golden.Config;
        int samples = config.GetProperty("segment_samples").GetInt32();
        SafeTensorsFile expected = files.Tensors();
        CheckpointTensor stored = expected[golden.Array("attention")!];
        int frames = (int)stored.Shape[0];
        double[] attention = Attention(golden, files, config, samples);
        deviations.Compare("attention", "attention", attention, [frames, frames], stored);

        int stretched = config.GetProperty("stretched").GetInt32(), first = config.GetProperty("notebook_first").GetInt32();
        deviations.Equal("values of the whole window", samples - 1, stretched);
        deviations.Equal("values of the notebook", (frames * samples) - 1, config.GetProperty("notebook_stretched").GetInt32());
        double[] peaks = AttentionSaliency.Peaks(attention, frames);
        deviations.Compare("attn_max", "attention", peaks, expected["attn_max"].ToDoubles());
        deviations.Compare("interpolated_raw", "interpolated", AttentionSaliency.Stretch(peaks, stretched), expected["interpolated_raw"].ToDoubles());

        Picture(SaliencyStretch.Window, "saliency_intended", "colours_intended");
        Picture(SaliencyStretch.NotebookFirstFrame, $"saliency_notebook_first_{first}", $"colours_notebook_first_{first}");

        void Picture(SaliencyStretch stretch, string curve, string colours)
        {
            double[] saliency = AttentionSaliency.Compute(stored.ToDoubles(), frames, samples, stretch);
            deviations.Compare(curve, "saliency_from_stored_attention", saliency, expected[curve].ToDoubles());
            Rgb low = Colour("colour_low"), high = Colour("colour_high");
            double[] actual = [.. saliency.Select(s => AttentionSaliency.Color(s, low, high)).SelectMany(c => (double[])[c.Red, c.Green, c.Blue])];
            deviations.Compare(colours, "colours_from_stored_attention", actual, expected[colours].ToDoubles());
        }

        Rgb Colour(string name)
        {
            double[] c = Deviations.Numbers(config.GetProperty(name));
            return new((byte)c[0], (byte)c[1], (byte)c[2]);
        }
    }

    private static double[] Attention(GoldenCase golden, GoldenFiles files, JsonElement config, int samples)
    {
        InputContract contract = EcgFmImporter.InputContract with
        {
            SamplingRateHz = config.GetProperty("fs_hz").GetDouble(),
            WindowSamples = samples,
            StrideSamples = samples,
            Normalization = new Standardize { Epsilon = config.GetProperty("std_epsilon").GetDouble() },
        };
        Windows windows = contract.Apply(EcgRecord.Read(golden.File("record")));
        using Scope scope = new();
        using GradModeGuard noGrad = GradMode.Off();
        using EcgFmClassifier network = EcgFmBuild.Classifier(golden, files, config.GetProperty("model"));
        double[] attention = [];
        string last = $"layer{config.GetProperty("model").GetProperty("layers").GetInt32() - 1}_attn_weights";
        Tensor x = Tensor.From(windows.Values.Span, windows.Count, windows.Leads, windows.Samples);
        network.Forward(x.Narrow(0, config.GetProperty("segment").GetInt32(), 1), (stage, value) => attention = stage == last ? value.ToArray<double>() : attention);
        return attention;
    }
}
