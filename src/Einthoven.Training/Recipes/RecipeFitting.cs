// Fits a recipe to a user's own data and to the model that training begins with.
using Einthoven.Models.Ensembles;
using Einthoven.Models.Packages;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;

namespace Einthoven.Training.Recipes;

/// <summary>What a user need not write down because data and model say it.</summary>
public static class RecipeFitting
{
    private const double TrainShare = 0.85;
    private const string Train = "train";
    private const string Valid = "valid";

    /// <summary>The recipe for the network and the input of a model.</summary>
    public static FinetuneRecipe For(this FinetuneRecipe recipe, ModelDescription model)
    {
        EnsembleMember network = EnsembleFamily.FirstNetwork(model);
        return recipe with
        {
            Family = network.Family,
            Network = network.Network,
            Input = model.Input,
            Augmentation = recipe.Augmentation with { CropSamples = Math.Min(recipe.Augmentation.CropSamples, model.Input.WindowSamples) },
        };
    }

    /// <summary>The recipe for the network and the input of a pretraining; the window stays as long as the recipe has it.</summary>
    public static FinetuneRecipe For(this FinetuneRecipe recipe, EncoderSource source) => recipe with
    {
        Family = source.Family,
        Network = source.Network,
        Input = source.Input with { WindowSamples = recipe.Input.WindowSamples, StrideSamples = recipe.Input.WindowSamples },
    };

    /// <summary>
    /// Data cut into parts, and the recipe with the parts to train and to judge on: its own where the data have them, else train and valid.
    /// Data without parts are cut by patient, labels balanced, 85 : 15, by the recipe's seed.
    /// </summary>
    /// <exception cref="DatasetException">Some recordings have a split and some have none, or no part fits.</exception>
    public static (T Recipe, Manifest Data) Cut<T>(this T recipe, Manifest manifest) where T : TrainingRecipe
    {
        string[] present = [.. manifest.Rows.Select(r => r.Split).Distinct()];
        if (present is [""] or [])
        {
            SplitMethod method = manifest.Labels.Count > 0 ? SplitMethod.Stratified : SplitMethod.Patient;
            manifest = Splitting.Cut(manifest, method, [new(Train, TrainShare), new(Valid, 1 - TrainShare)], recipe.Seed);
            return (recipe with { TrainSplits = [Train], ValidationSplits = [Valid] }, manifest);
        }
        string[] train = [.. recipe.TrainSplits.Where(present.Contains)], validation = [.. recipe.ValidationSplits.Where(present.Contains)];
        if (train.Length > 0 && validation.Length > 0) return (recipe with { TrainSplits = train, ValidationSplits = validation }, manifest);
        if (present.Contains(Train) && present.Contains(Valid)) return (recipe with { TrainSplits = [Train], ValidationSplits = [Valid] }, manifest);
        throw new DatasetException(
            $"{manifest.Name} has the splits {string.Join(", ", present.Select(s => s.Length == 0 ? "(none)" : s))}; the recipe asks for {string.Join(", ", recipe.TrainSplits)} "
            + $"and {string.Join(", ", recipe.ValidationSplits)}. Name splits train and valid, set trainSplits and validationSplits, or leave the column empty throughout.");
    }
}
