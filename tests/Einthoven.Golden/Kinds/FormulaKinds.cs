// The formula numbers themselves: first values and hashes of names.
using System.Text.Json;

namespace Einthoven.Golden.Kinds;

internal static class FormulaKinds
{
    public static void Check(GoldenCase golden, GoldenFiles files, Deviations deviations)
    {
        int count = golden.Config.GetProperty("values_per_name").GetInt32();
        foreach (JsonProperty entry in files.Json().EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Array)
            {
                FormulaNumbers u = new(entry.Name);
                double[] values = [.. Enumerable.Range(0, count).Select(i => (double)u[i])];
                deviations.Compare($"u of '{entry.Name}'", "values", values, Deviations.Numbers(entry.Value));
                continue;
            }

            foreach (JsonProperty hash in entry.Value.EnumerateObject())
                deviations.Equal($"{entry.Name} of '{hash.Name}'", FormulaNumbers.Hash(hash.Name).ToString(), hash.Value.GetString());
        }
    }
}
