// Where a trained network comes from: a package, or the folder or weights of a pretraining.
using System.Text.Json;
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.EcgFm;
using Einthoven.Models.Ensembles;
using Einthoven.Models.Jepa;
using Einthoven.Models.Packages;
using Einthoven.Models.Words;
using Einthoven.Torch;
using Einthoven.Torch.Checkpoints;
using Einthoven.Training.Data;
using Einthoven.Training.Recipes;

namespace Einthoven.Training.Probing;

/// <summary>A network without regard to its labels, and how it is fed.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Family">Its family.</param>
/// <param name="Network">Its configuration.</param>
/// <param name="Input">What it expects of a recording.</param>
/// <param name="Path">The name, package, folder or file it was found by.</param>
public sealed record EncoderSource(string Name, string Family, JsonElement Network, InputContract Input, string Path)
{
    private const string Weights = "best.safetensors";
    private const string Recipe = "recipe.json";
    internal const string EncoderPrefix = "encoder.";

    /// <summary>Finds a network.</summary>
    /// <param name="nameOrPath">A model's name, its package, the folder of a pretraining, or the best.safetensors in it.</param>
    /// <exception cref="ModelPackageException">There is no such model.</exception>
    /// <exception cref="DatasetException">Weights without the recipe they came from.</exception>
    public static EncoderSource Find(string nameOrPath)
    {
        if (WeightsOf(nameOrPath) is { } weights) return OfPretraining(weights);
        using ModelPackage package = ModelCatalog.Open(nameOrPath);
        ModelDescription model = package.Description;
        if (WordsFamilies.Find(model.Family) is { } words)
        {
            InnerEncoder inner = words.Encoder(WordsFamilies.NetworkOf(model.Configuration));
            return new EncoderSource(model.Name, inner.Family, inner.Configuration, model.Input, nameOrPath);
        }

        EnsembleMember network = EnsembleFamily.FirstNetwork(model);
        return new EncoderSource(model.Name, network.Family, network.Network, model.Input, nameOrPath);
    }

    /// <summary>Makes the network with its head for some labels at its start.</summary>
    /// <param name="labels">Outputs of the head.</param>
    /// <param name="random">Draws the head, and the body where it is not loaded.</param>
    /// <param name="load">False: the body stays as drawn, for comparison.</param>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public EcgNetwork Create(int labels, IRandomSource random, bool load = true)
    {
        EcgNetwork network = ModelFamilies.Get(Family).Create(Network, labels);
        network.Initialize(random);
        if (load) LoadWeights(Path, network, head: false);
        return network;
    }

    /// <summary>Opens the network for use: for encoding, not for predicting where it was never taught labels.</summary>
    /// <exception cref="CheckpointException">The weights do not fit.</exception>
    public EcgModel Open(Device device)
    {
        if (WeightsOf(Path) is null) return EcgModel.Load(Path, device);
        using EcgNetwork network = Create(1, new PhiloxRandom(0));
        var description = new ModelDescription
        {
            Name = Name,
            Family = Family,
            Configuration = Network,
            Input = Input,
            Labels = [new ModelLabel { Name = "none", Threshold = 1 }],
        };
        return EcgModel.Create(description, ModelPackage.WeightsOf(network), device);
    }

    /// <summary>Loads a network's body from a package or from the weights of a pretraining.</summary>
    /// <param name="path">The model's name, its package, the folder of a pretraining, or weights alone.</param>
    /// <param name="network">What they are for.</param>
    /// <param name="head">Whether the head is loaded too.</param>
    /// <exception cref="CheckpointException">They do not fit.</exception>
    internal static void LoadWeights(string path, EcgNetwork network, bool head)
    {
        string? weights = WeightsOf(path);
        using ModelPackage? package = weights is null ? ModelCatalog.Open(path) : null;
        using SafeTensorsFile file = package?.OpenWeights() ?? SafeTensorsFile.Open(weights!);
        using var scope = new Scope();
        Dictionary<string, Tensor> state = network.State().ToDictionary(s => s.Name, s => s.Tensor);
        IEnumerable<CheckpointTensor> tensors = package is null ? OfNetwork(file, network, state.Keys) : OfPackage(EightBitWeights.Restore(file.Tensors), package.Description, network);
        foreach (CheckpointTensor tensor in tensors.Where(t => head || !t.Name.StartsWith(network.HeadPrefix, StringComparison.Ordinal)))
            state[tensor.Name] = Tensor.FromBytes(tensor.Data.Span, tensor.DType, tensor.Shape);
        network.Load(state);
    }

    /// <summary>A package's tensors; of an ensemble those of its first member, and of a model of words, asked for its ECG encoder, those of the encoder.</summary>
    private static IEnumerable<CheckpointTensor> OfPackage(IReadOnlyList<CheckpointTensor> tensors, ModelDescription model, EcgNetwork network)
    {
        if (model.Family == EnsembleFamily.Name && network is not EnsembleNetwork) return EnsembleFamily.FirstMember(tensors);
        if (network is AskedNetwork || WordsFamilies.Find(model.Family) is not { } words) return tensors;
        string prefix = words.Encoder(WordsFamilies.NetworkOf(model.Configuration)).Prefix;
        return tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] });
    }

    /// <summary>The network's own tensors among those of a pretraining, which also hold its heads, its decoder, or a slow copy.</summary>
    private static IEnumerable<CheckpointTensor> OfNetwork(SafeTensorsFile file, EcgNetwork network, IReadOnlyCollection<string> names)
    {
        if (names.Any(name => !name.StartsWith(network.HeadPrefix, StringComparison.Ordinal) && file.TryGet(EncoderPrefix + name, out _)))
            return file.Tensors.Where(t => t.Name.StartsWith(EncoderPrefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[EncoderPrefix.Length..] });
        if (network is EcgFmClassifier) return EcgFmWeights.Encoder(file.Tensors).Select(t => t with { Name = EncoderPrefix + t.Name });
        // Where there is a target encoder everything downstream begins with it; mask vectors, heads, predictors and teachers are left behind.
        CheckpointTensor[] target = network is JepaClassifier ? [.. JepaFamily.TargetEncoder(file.Tensors)] : [];
        CheckpointTensor[] found = [.. (target.Length > 0 ? target : file.Tensors).Where(t => names.Contains(t.Name))];
        string[] missing = [.. names.Where(name => !name.StartsWith(network.HeadPrefix, StringComparison.Ordinal)).Except(found.Select(t => t.Name))];
        return missing.Length == 0 ? found : throw new CheckpointException(
            $"{file.Path} lacks {missing.Length} of the encoder's tensors, such as {missing[0]}: it holds the weights of another network.");
    }

    /// <summary>The weights that a path names; null where it is a package or a model's name.</summary>
    internal static string? WeightsOf(string path) =>
        File.Exists(path) && System.IO.Path.GetExtension(path) == ".safetensors" ? path
        : File.Exists(System.IO.Path.Combine(path, Weights)) && File.Exists(System.IO.Path.Combine(path, Recipe)) ? System.IO.Path.Combine(path, Weights)
        : null;

    /// <summary>Whether a path names a pretraining that says what network it is of.</summary>
    public static bool IsPretraining(string path) =>
        WeightsOf(path) is { } weights && File.Exists(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(weights))!, Recipe));

    private static EncoderSource OfPretraining(string weights)
    {
        string file = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(weights))!, Recipe);
        if (!File.Exists(file))
            throw new DatasetException($"{weights} has no {Recipe} beside it, so nothing tells what network it is of. Give the folder of its run, or a package.");
        string text = File.ReadAllText(file);
        using JsonDocument document = JsonDocument.Parse(text);
        if (!document.RootElement.TryGetProperty("encoder", out _) && !document.RootElement.TryGetProperty("objective", out _))
            throw new DatasetException($"{file} is no recipe of a pretraining. Give the model of that run instead: {System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, "model")}.");
        PretrainRecipe recipe = RecipeJson.Read<PretrainRecipe>(text, file, []);
        (string family, JsonElement network) = recipe.Network();
        // Where each lead went through the encoder alone, it takes one.
        InputContract input = recipe.Objective.IsLeadByLead() ? recipe.Input.ForLead(0) : recipe.Input;
        return new EncoderSource(recipe.Name, family, network, input, weights);
    }
}
