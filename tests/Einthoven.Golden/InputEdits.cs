// What cases.json may do to an input before the network sees it: cut samples, silence leads, zero the padding.
using System.Text.Json;

namespace Einthoven.Golden;

internal static class InputEdits
{
    /// <summary>Keeps only the samples of the last axis that <c>from</c> and <c>first</c> leave.</summary>
    public static GoldenArray Cut(GoldenArray array, JsonElement entry)
    {
        long samples = array.Shape.Length == 0 ? 1 : array.Shape[^1];
        long from = entry.TryGetProperty("from", out JsonElement f) && f.ValueKind == JsonValueKind.Number ? f.GetInt64() : 0;
        long kept = entry.TryGetProperty("first", out JsonElement n) && n.ValueKind == JsonValueKind.Number ? n.GetInt64() : samples - from;
        if (from == 0 && kept == samples) return array;
        double[] values = [.. array.Values.Where((_, i) => i % samples >= from && i % samples < from + kept)];
        return new(values, [.. array.Shape[..^1], kept]);
    }

    /// <summary>Multiplies [batch, leads, samples] by [batch, leads].</summary>
    public static GoldenArray TimesLeads(GoldenArray array, double[] factors)
    {
        long samples = array.Shape[^1];
        return array with { Values = [.. array.Values.Select((v, i) => v * factors[i / samples])] };
    }

    /// <summary>Zeroes the samples from each row's length on.</summary>
    public static GoldenArray ZeroFrom(GoldenArray array, long[] lengths)
    {
        long samples = array.Shape[^1], perRow = array.Values.Length / lengths.Length;
        return array with { Values = [.. array.Values.Select((v, i) => i % samples < lengths[i / perRow] ? v : 0)] };
    }
}
