// Are two recordings of one person? Verification by equal error rate, identification by rank 1, on vectors compared by their cosine.
// The task: Yu et al., TMLR 2024 (arXiv 2405.19366), "ECG-based subject identification"; its equal error rate is the usual one of biometrics.
using System.Numerics;

namespace Einthoven.Evaluation.Embeddings;

/// <summary>How well vectors tell people apart.</summary>
/// <param name="EqualErrorRate">Where as many pairs of one person are refused as pairs of two are accepted.</param>
/// <param name="RankOne">Share of the recordings whose nearest other recording is of the same person; only people with several recordings ask.</param>
/// <param name="Recordings">Recordings that were compared.</param>
/// <param name="Subjects">People.</param>
/// <param name="Asking">Recordings of people with several.</param>
/// <param name="GenuinePairs">Pairs of one person.</param>
/// <param name="ImpostorPairs">Pairs of two.</param>
public sealed record SubjectIdentification(
    Estimate EqualErrorRate, Estimate RankOne, int Recordings, int Subjects, int Asking, long GenuinePairs, long ImpostorPairs)
{
    /// <summary>Compares every recording with every other.</summary>
    /// <param name="vectors">One a recording; they need not have length 1.</param>
    /// <param name="subjects">Whose each is.</param>
    /// <param name="draws">Bootstrap draws of people; the pairs of two people, thousands of times as many, stay as they are.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentException">The lengths differ, or nobody has two recordings, or everybody is one person.</exception>
    public static SubjectIdentification Of(IReadOnlyList<float[]> vectors, IReadOnlyList<string> subjects, int draws = 1000, int seed = 1)
    {
        if (vectors.Count != subjects.Count) throw new ArgumentException($"{vectors.Count} vectors of {subjects.Count} subjects.");
        float[][] unit = [.. vectors.Select(Unit)];
        int[] person = Numbers(subjects, out int people);
        var genuine = new List<(int Person, float Cosine)>();
        var impostors = new List<float>();
        var nearest = new int[unit.Length];
        var best = new float[unit.Length];
        Array.Fill(best, float.NegativeInfinity);
        Array.Fill(nearest, -1);
        for (int i = 0; i < unit.Length; i++)
        {
            for (int j = i + 1; j < unit.Length; j++)
            {
                float cosine = Dot(unit[i], unit[j]);
                if (person[i] == person[j]) genuine.Add((person[i], cosine));
                else impostors.Add(cosine);
                if (cosine > best[i]) (best[i], nearest[i]) = (cosine, j);
                if (cosine > best[j]) (best[j], nearest[j]) = (cosine, i);
            }
        }

        if (genuine.Count == 0 || impostors.Count == 0) throw new ArgumentException("Pairs of one person and pairs of two are needed: nobody has two recordings, or everybody is one person.");
        impostors.Sort();
        (int Person, bool Hit)[] asking = [.. Enumerable.Range(0, unit.Length).Where(i => person.Count(p => p == person[i]) > 1).Select(i => (person[i], person[nearest[i]] == person[i]))];
        int[] several = [.. genuine.Select(g => g.Person).Distinct()];
        ILookup<int, float> pairs = genuine.ToLookup(g => g.Person, g => g.Cosine);
        ILookup<int, bool> hits = asking.ToLookup(a => a.Person, a => a.Hit);
        var random = new Random(seed);
        double[] errors = new double[draws], ranks = new double[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            int[] drawn = [.. several.Select(_ => several[random.Next(several.Length)])];
            errors[draw] = Error([.. drawn.SelectMany(p => pairs[p])], impostors);
            ranks[draw] = drawn.SelectMany(p => hits[p]).Average(hit => hit ? 1.0 : 0);
        }

        return new(
            Interval(Error([.. genuine.Select(g => g.Cosine)], impostors), errors), Interval(asking.Average(a => a.Hit ? 1.0 : 0), ranks),
            unit.Length, people, asking.Length, genuine.Count, impostors.Count);
    }

    /// <summary>The rate at the threshold where both kinds of error are closest, their mean there.</summary>
    private static double Error(float[] genuine, List<float> impostors)
    {
        Array.Sort(genuine);
        (double gap, double rate) = (double.PositiveInfinity, 1);
        for (int k = 0; k < genuine.Length; k++)
        {
            // The threshold lies at this pair: what is below is refused.
            double refused = (double)k / genuine.Length;
            double accepted = 1 - ((double)First(impostors, genuine[k]) / impostors.Count);
            if (Math.Abs(refused - accepted) < gap) (gap, rate) = (Math.Abs(refused - accepted), (refused + accepted) / 2);
        }

        return rate;
    }

    /// <summary>How many of the sorted numbers are below a value.</summary>
    private static int First(List<float> sorted, float value)
    {
        (int low, int high) = (0, sorted.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static Estimate Interval(double value, double[] draws)
    {
        Array.Sort(draws);
        return new Estimate(value, draws[(int)(0.025 * (draws.Length - 1))], draws[(int)(0.975 * (draws.Length - 1))]);
    }

    private static int[] Numbers(IReadOnlyList<string> subjects, out int count)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] person = [.. subjects.Select(s => numbers.TryGetValue(s, out int k) ? k : numbers[s] = numbers.Count)];
        count = numbers.Count;
        return person;
    }

    private static float[] Unit(float[] vector)
    {
        double norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return norm > 0 ? [.. vector.Select(x => (float)(x / norm))] : vector;
    }

    private static float Dot(float[] a, float[] b)
    {
        var sum = Vector<float>.Zero;
        int k = 0;
        for (; k <= a.Length - Vector<float>.Count; k += Vector<float>.Count) sum += new Vector<float>(a, k) * new Vector<float>(b, k);
        float total = Vector.Sum(sum);
        for (; k < a.Length; k++) total += a[k] * b[k];
        return total;
    }
}
