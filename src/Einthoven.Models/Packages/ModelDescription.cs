// model.json: what a model is, without its weights.

using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;

namespace Einthoven.Models.Packages;

/// <summary>The content of a package's model.json.</summary>
public sealed record ModelDescription
{
    /// <summary>The version of the layout that this library writes and the newest that it reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Version of the layout.</summary>
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>The model's name: letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The family, a row of <see cref="ModelFamilies"/>.</summary>
    public required string Family { get; init; }

    /// <summary>The family's own configuration: sizes and switches of the network.</summary>
    public required JsonElement Configuration { get; init; }

    /// <summary>What its outputs are. May be absent in model.json: labels that are each there or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ModelTask Task { get; init; }

    /// <summary>What the model expects of a recording.</summary>
    public required InputContract Input { get; init; }

    /// <summary>Other ways to prepare a recording for the same network, each with a name; <see cref="Input"/> is what is used unless one of these is asked for.</summary>
    public IReadOnlyList<InputContract> OtherInputs { get => field ?? []; init; }

    /// <summary>The labels in the order of the network's logits.</summary>
    public required IReadOnlyList<ModelLabel> Labels { get; init; }

    /// <summary>Where the model comes from: free keys such as <c>source</c>, <c>licence</c>, <c>trainedOn</c>, <c>command</c>.</summary>
    public IReadOnlyDictionary<string, string> Provenance { get; init; } = new Dictionary<string, string>();

    /// <summary>Checks that every value makes sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names it.</exception>
    public void Validate()
    {
        if (FormatVersion is < 1 or > CurrentFormatVersion)
            throw new ArgumentException($"formatVersion is {FormatVersion}; this version reads 1 to {CurrentFormatVersion}. A newer Einthoven may read it");
        if (Name.Length == 0 || !Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
            throw new ArgumentException($"name is \"{Name}\"; use letters, digits, dots, dashes and underscores");
        if (Labels.Count == 0)
            throw new ArgumentException("labels is empty");
        if (Labels.GroupBy(label => label.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"labels has \"{twice.Key}\" twice");
        if (Labels.FirstOrDefault(label => label.Threshold is not (>= 0 and <= 1)) is { } outside)
            throw new ArgumentException($"the threshold of \"{outside.Name}\" is {outside.Threshold}, not between 0 and 1");
        if (Labels.FirstOrDefault(label => label.Calibration is { } c && !(c.Slope > 0 && double.IsFinite(c.Slope) && double.IsFinite(c.Intercept))) is { } upside)
            throw new ArgumentException($"the calibration of \"{upside.Name}\" has no positive slope");
        if (Labels.FirstOrDefault(label => label.Value is { } v && !(v.Scale > 0 && double.IsFinite(v.Scale) && double.IsFinite(v.Offset))) is { } flat)
            throw new ArgumentException($"the value of \"{flat.Name}\" has no positive scale");
        Input.Validate();
        foreach (InputContract other in OtherInputs) other.Validate();
        InputContract[] inputs = [Input, .. OtherInputs];
        if (inputs.Length > 1 && (inputs.Any(input => input.Name.Length == 0) || inputs.DistinctBy(input => input.Name).Count() < inputs.Length))
            throw new ArgumentException("otherInputs: where there are several contracts, each needs a name of its own");
        if (inputs.Any(input => input.Leads.Count != Input.Leads.Count))
            throw new ArgumentException("otherInputs has a contract of another number of leads");
    }
}
