// ECG-FM's random machinery: span masks from recorded draws and in the mean, the quantizer's temperature.
using System.Text.Json;
using Einthoven.Torch;
using Einthoven.Training.Objectives;

namespace Einthoven.Golden.Kinds;

internal static class EcgFmMaskingKinds
{
    /// <summary>Masks that follow from recorded draws.</summary>
    public static void Masking(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        int minimum = golden.Config.GetProperty("min_masks_when_missing").GetInt32();
        JsonElement file = files.Json("cases");
        JsonElement list = file.ValueKind == JsonValueKind.Array ? file : file.GetProperty("cases");
        foreach (JsonElement mask in list.EnumerateArray())
        {
            string name = mask.GetProperty("name").GetString()!;
            SpanMasking masking = new()
            {
                Probability = mask.GetProperty("mask_prob").GetDouble(),
                Length = mask.GetProperty("mask_length").GetInt32(),
                Selection = Enum.Parse<SpanLengths>(mask.GetProperty("mask_type").GetString()!, ignoreCase: true),
                Other = mask.GetProperty("mask_other").GetDouble(),
                MinimumSpans = mask.TryGetProperty("min_masks", out JsonElement least) ? least.GetInt32() : minimum,
                NoOverlap = mask.GetProperty("no_overlap").GetBoolean(),
                MinimumSpace = mask.GetProperty("min_space").GetInt32(),
            };
            JsonElement valid = mask.GetProperty("valid_lengths"), shape = mask.GetProperty("shape");
            RecordedCalls calls = new(name, mask.GetProperty("draws"));
            int[][] rows = masking.Draw(
                calls, shape[0].GetInt32(), shape[1].GetInt32(),
                valid.ValueKind == JsonValueKind.Array ? [.. valid.EnumerateArray().Select(v => v.GetInt32())] : null);
            deviations.Equal($"{name}: draws left", calls.Left, 0);
            deviations.Equal($"{name}: rows", rows.Length, mask.GetProperty("masked").GetArrayLength());
            for (int row = 0; row < rows.Length; row++)
                deviations.Compare($"{name}, row {row}", "integers", [.. rows[row].Select(t => (double)t)], Deviations.Numbers(mask.GetProperty("masked")[row]));
        }
    }

    /// <summary>
    /// The same number of own draws has the reference's statistics: mean and standard deviation of the masked count within five standard
    /// errors of a difference of two such samples, the share masked at each position within six.
    /// </summary>
    public static void Statistics(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        JsonElement c = golden.Config;
        SpanMasking masking = new()
        {
            Probability = c.GetProperty("mask_prob").GetDouble(),
            Length = c.GetProperty("mask_length").GetInt32(),
            Selection = Enum.Parse<SpanLengths>(c.GetProperty("mask_selection").GetString()!, ignoreCase: true),
            Other = c.GetProperty("mask_other").GetDouble(),
            MinimumSpans = c.GetProperty("min_masks").GetInt32(),
            NoOverlap = c.GetProperty("no_mask_overlap").GetBoolean(),
        };
        RandomMaskDraws draws = new(new PhiloxRandom(1));
        foreach (JsonElement expected in files.Json().GetProperty("stats").EnumerateArray())
        {
            int batch = expected.GetProperty("batch").GetInt32(), size = expected.GetProperty("T").GetInt32();
            int valid = expected.GetProperty("valid").GetInt32(), count = expected.GetProperty("draws").GetInt32();
            string what = $"batch of {batch}, {valid} of {size} valid";
            double[] masked = new double[count];
            double[] hits = new double[size];
            for (int k = 0; k < count; k++)
            {
                int[][] rows = masking.Draw(draws, batch, size, valid == size ? null : [.. Enumerable.Repeat(valid, batch)]);
                masked[k] = rows[0].Length;
                if (rows.Any(r => r.Length != rows[0].Length)) deviations.Fail($"{what}: rows differ in length");
                foreach (int position in rows[0]) hits[position]++;
            }

            double deviation = expected.GetProperty("masked_per_row_std").GetDouble();
            double error = deviation * Math.Sqrt(2.0 / count);
            Within($"{what}: mean", SummaryStatistics.Of("mean", masked), expected.GetProperty("masked_per_row_mean").GetDouble(), 5 * error);
            Within($"{what}: deviation", SummaryStatistics.Of("std", masked), deviation, 5 * error / Math.Sqrt(2));
            JsonElement shares = expected.GetProperty("position_probability");
            for (int t = 0; t < size; t++)
            {
                // The reference's share is over all rows of a batch, or over one: the wider of the two errors.
                double share = shares[t].GetDouble(), p = Math.Clamp(share, 1.0 / count, 1 - (1.0 / count));
                Within($"{what}: share at {t}", hits[t] / count, share, 6 * Math.Sqrt(2 * p * (1 - p) / count));
            }
        }

        void Within(string what, double actual, double reference, double bound) => deviations.Within(what, actual, reference, bound);
    }

    /// <summary>The quantizer's temperature by the number of updates.</summary>
    public static void Temperature(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        GumbelTemperature temperature = EcgFmPretrainingBuild.Temperature(golden.Config);
        foreach (JsonElement row in files.Json().EnumerateArray())
            deviations.Compare($"temperature after {row[0]} updates", "values", temperature.At(row[0].GetInt64()), row[1].GetDouble());
    }

    /// <summary>Replays a list of NumPy calls, and complains where another call is made than was recorded.</summary>
    private sealed class RecordedCalls(string name, JsonElement calls) : IMaskDraws
    {
        private int next;

        public int Left => calls.GetArrayLength() - next;

        public double Uniform() => Next("rand").GetDouble();

        public long[] Integers(long low, long high, int count) => Whole(Next("randint", low, high), count);

        public double[] Normal(double mean, double deviation, int count) => Deviations.Numbers(Next("normal", mean, deviation));

        public long[] Poisson(double mean, int count) => Whole(Next("poisson", mean), count);

        public int Weighted(ReadOnlySpan<double> probabilities) => Next("choice", probabilities.Length).GetInt32();

        public int[] Choose(ReadOnlySpan<int> from, int count)
        {
            // A number stands for all integers below it.
            JsonElement call = calls[next];
            JsonElement first = call.GetProperty("args")[0];
            double[] recorded = first.ValueKind == JsonValueKind.Number ? [.. Enumerable.Range(0, first.GetInt32()).Select(i => (double)i)] : Deviations.Numbers(first);
            if (!recorded.SequenceEqual([.. from.ToArray().Select(i => (double)i)]) || call.GetProperty("args")[1].GetInt32() != count)
                throw new InvalidDataException($"{name}: call {next} chooses {count} of {from.Length}; recorded is {call.GetProperty("args")}");
            return [.. Whole(Next("choice"), count).Select(v => (int)v)];
        }

        private JsonElement Next(string kind, params double[] arguments)
        {
            JsonElement call = calls[next++];
            if (call.GetProperty("call").GetString() != kind) throw new InvalidDataException($"{name}: call {next - 1} is {kind}; recorded is {call.GetProperty("call")}");
            for (int k = 0; k < arguments.Length; k++)
            {
                if (call.GetProperty("args")[k].GetDouble() != arguments[k])
                    throw new InvalidDataException($"{name}: argument {k} of call {next - 1} is {arguments[k]}; recorded is {call.GetProperty("args")}");
            }

            return call.GetProperty("result");
        }

        private static long[] Whole(JsonElement result, int count)
        {
            long[] values = [.. Deviations.Numbers(result).Select(v => (long)v)];
            return values.Length == count ? values : throw new InvalidDataException($"{count} draws were asked for; recorded are {values.Length}");
        }
    }
}
