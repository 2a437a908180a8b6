// Features of frozen networks, computed once for all runs of a study that read them.
using Einthoven.Models;
using Einthoven.Models.Contracts;
using Einthoven.Models.Probes;
using Einthoven.Torch;
using Einthoven.Training.Data;
using Einthoven.Training.Probing;
using Einthoven.Training.Recipes;
using Einthoven.Training.Trainer;

namespace Einthoven.Training.Scaling;

/// <summary>A frozen network of a study.</summary>
/// <param name="Source">What it is.</param>
/// <param name="Random">Whether its weights are random ones instead of its own.</param>
/// <param name="Leads">Leads that it is shown; null: all.</param>
internal sealed record FrozenEncoder(EncoderSource Source, bool Random, IReadOnlyList<string>? Leads = null)
{
    /// <summary>Makes it.</summary>
    /// <param name="seed">Of random weights.</param>
    internal EcgNetwork Create(ulong seed)
    {
        EcgNetwork network = Source.Create(1, Streams.Initialization(seed), load: !Random);
        return Leads is null ? network : new LeadSubset(network, Source.Input, Leads);
    }
}

/// <summary>Computes features, and keeps pooled ones: a vector a recording.</summary>
internal sealed class FrozenFeatures(RecordStore store, int[] records, int windowSamples, RunOptions options)
{
    private readonly Dictionary<string, FeatureTable> _pooled = [];

    /// <summary>Features of some recordings at least.</summary>
    /// <param name="encoder">The network.</param>
    /// <param name="seed">Of random weights.</param>
    /// <param name="layer">Which layer; null: the last.</param>
    /// <param name="pooling">How positions are gathered.</param>
    /// <param name="needed">The recordings; of pooled features all of the study's are computed at once.</param>
    /// <param name="cancellation">Ends it.</param>
    internal FeatureTable Of(FrozenEncoder encoder, ulong seed, string? layer, FeaturePooling pooling, int[] needed, CancellationToken cancellation)
    {
        bool keeps = pooling != FeaturePooling.Attention;
        string key = $"{encoder.Source.Path}|{encoder.Source.Name}|{(encoder.Random ? seed : "")}|{string.Join(',', encoder.Leads ?? [])}|{layer}|{pooling}";
        if (_pooled.TryGetValue(key, out FeatureTable? found)) return found;
        int[] wanted = keeps ? records : needed;
        using EcgNetwork network = encoder.Create(seed);
        network.To(options.Device);
        FeatureTable table = FeatureTable.Of(
            network, store, wanted, windowSamples, layer, pooling, options.Device,
            done => options.Show(new($"computing features of {encoder.Source.Name}: {done} of {wanted.Length}", false)), cancellation);
        if (keeps) _pooled[key] = table;
        return table;
    }
}
