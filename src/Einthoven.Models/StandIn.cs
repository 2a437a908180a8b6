// Answers recordings that have too few leads for the model that was asked for, with a model of any one lead.

using Einthoven.Models.Contracts;
using Einthoven.Models.Packages;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Models;

/// <summary>
/// A model of any one lead beside one of several: it takes over where a recording lacks leads that the other cannot do without, or has too few
/// live ones. It is read and loaded when the first such recording comes.
/// </summary>
public sealed class StandIn : IDisposable
{
    /// <summary>
    /// Live leads of twelve below which the stand-in answers. The embedded twelve-lead model lost leads in training: with eight of them dead its mean AUROC is 0.019 lower and on
    /// the stand-in's statements as good as the stand-in, with eleven it is behind (docs/experiments.md). Where to draw the line is a choice.
    /// </summary>
    public const int FewestLiveLeads = 4;

    private const int Listed = 6;

    private readonly Lazy<ModelPackage> _package;
    private readonly Lazy<EcgModel> _model;

    private StandIn(CatalogEntry entry, Device device)
    {
        _package = new Lazy<ModelPackage>(() => ModelPackage.Open(entry.Path));
        _model = new Lazy<EcgModel>(() => EcgModel.Load(_package.Value, device));
    }

    /// <summary>The stand-in's name, such as <c>einthoven-one-lead</c>.</summary>
    public string Name => _package.Value.Description.Name;

    /// <summary>The model itself; the thread that asks first loads it.</summary>
    internal EcgModel Model => _model.Value;

    /// <summary>The stand-in of the model that is used where none is named; null where the catalog has none.</summary>
    /// <param name="device">Where to compute.</param>
    public static StandIn? Find(Device? device = null) =>
        ModelCatalog.List().FirstOrDefault(entry => entry.Name == ModelCatalog.OneLeadModel) is { } entry ? new StandIn(entry, device ?? Device.Cpu) : null;

    /// <summary>Prepares a recording that is none for the other model.</summary>
    /// <param name="asked">The model that was asked for.</param>
    /// <param name="record">The recording.</param>
    /// <returns>Null where the other model can answer.</returns>
    /// <exception cref="InputContractException">The stand-in cannot take the recording either.</exception>
    internal PreparedRecord? Prepare(ModelDescription asked, EcgRecord record)
    {
        if (Reason(asked.Input, record) is not { } reason)
            return null;
        PreparedRecord prepared = EcgModel.Prepare(_package.Value.Description, record);
        string words = $"{reason}: {asked.Name} cannot be asked; {Name} answers";
        return prepared with { By = this, Windows = prepared.Windows with { Warnings = [words, .. prepared.Windows.Warnings] } };
    }

    /// <summary>Frees the model and the package.</summary>
    public void Dispose()
    {
        if (_model.IsValueCreated)
            _model.Value.Dispose();
        if (_package.IsValueCreated)
            _package.Value.Dispose();
    }

    /// <summary>Why a recording is too little for a contract of several leads; null where it is not.</summary>
    internal static string? Reason(InputContract input, EcgRecord record)
    {
        if (input.AnyLead || input.Leads.Count == 1)
            return null;
        var missing = new List<string>();
        var dead = new List<string>();
        foreach (string name in input.Leads)
        {
            if (record.TryGetLead(name, out EcgLead? stored))
            {
                if (LiveLeads.IsDead(stored))
                    dead.Add(name);
            }
            else if (!LimbLeads.TryDerive(record, name, out EcgLead? derived) || LiveLeads.IsDead(derived))
            {
                missing.Add(name);
            }
        }

        int live = input.Leads.Count - missing.Count - dead.Count;
        if (missing.Count == input.Leads.Count)
            return $"none of its {missing.Count} leads is there";
        if (missing.Count > 0 && input.MissingLeads == MissingLeadPolicy.Error)
            return $"{Named(missing, input.Leads.Count)} missing";
        // The measurement was made on twelve leads; other numbers keep its proportion.
        List<string> dumb = [.. missing, .. dead];
        return live * LeadNames.Standard12.Count < FewestLiveLeads * input.Leads.Count
            ? $"{Named(dumb, input.Leads.Count)} {(missing.Count == 0 ? "flat" : dead.Count == 0 ? "missing" : "missing or flat")}; {live} of {input.Leads.Count} leads carry a signal"
            : null;
    }

    // A watch's list of what it lacks would hide what matters.
    private static string Named(List<string> leads, int all) => leads.Count > Listed ? $"{leads.Count} of {all} leads are" : Named(leads);

    private static string Named(List<string> leads) =>
        leads.Count == 1 ? $"lead {leads[0]} is" : $"leads {string.Join(", ", leads)} are";
}
