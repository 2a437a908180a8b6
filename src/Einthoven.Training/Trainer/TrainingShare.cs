// A share of the training patients, for asking what fewer labels would give.
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Trainer;

/// <summary>Chooses patients.</summary>
internal static class TrainingShare
{
    /// <summary>
    /// The recordings of a share of the patients. Patients come in one random order a seed, so that a smaller share is part of a larger one;
    /// every recording of a patient comes with the first, until the share of recordings is reached.
    /// </summary>
    internal static int[] Of(RecordStore store, int[] training, SupervisedRecipe recipe)
    {
        if (recipe.TrainShare >= 1) return training;
        int[] people = [.. training.Select(store.Person).Distinct()];
        Dictionary<int, int> rank = [];
        foreach (int at in ((IRandomSource)Streams.Share(recipe.ShareSeed)).Permutation(people.Length)) rank[people[at]] = rank.Count;
        int wanted = Math.Max(1, (int)Math.Round(recipe.TrainShare * training.Length));
        var chosen = new HashSet<int>();
        int taken = 0;
        foreach (IGrouping<int, int> person in training.GroupBy(store.Person).OrderBy(g => rank[g.Key]))
        {
            if (taken >= wanted) break;
            chosen.UnionWith(person);
            taken += person.Count();
        }
        return [.. training.Where(chosen.Contains)];
    }
}
