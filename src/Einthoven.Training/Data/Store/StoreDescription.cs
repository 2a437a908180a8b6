// store.json: what a store holds, how it was prepared, and the checksums of its files.
using System.Text.Json;
using System.Text.Json.Serialization;
using Einthoven.Models.Contracts;

namespace Einthoven.Training.Data;

/// <summary>A payload file: int16 [samples, leads] of many recordings, one after another.</summary>
/// <param name="File">Its name in the store's folder.</param>
/// <param name="Samples">Rows of the array.</param>
/// <param name="Sha256">Checksum in lower-case hexadecimal.</param>
public sealed record StoreShard(string File, long Samples, string Sha256);

/// <summary>A file of the index.</summary>
/// <param name="File">Its name in the store's folder.</param>
/// <param name="Sha256">Checksum in lower-case hexadecimal.</param>
public sealed record StoreFile(string File, string Sha256);

/// <summary>The content of store.json.</summary>
public sealed record StoreDescription
{
    /// <summary>The file's name.</summary>
    public const string FileName = "store.json";

    internal const int CurrentFormat = 1;

    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Version of the layout.</summary>
    public required int Format { get; init; }

    /// <summary>How to read the files, for people and other programs.</summary>
    public string Layout { get; init; } =
        "value = int16 * scale. A recording is rows first .. first + samples - 1 of its shard, an array [samples, leads]. "
        + "The index is an array with one element of named fields a recording: text is the byte offset of a line 'record TAB patient TAB path' in the "
        + "text file; person numbers the patients; shard, split and source count the lists of this file from 0; labels are 1, 0, or -1 "
        + "(not a number, where they are float) for unknown. index.csv says the same for people; programs need not read it.";

    /// <summary>Name of the data set.</summary>
    public required string Name { get; init; }

    /// <summary>How the recordings were prepared: leads in the order of the columns, rate, scaling.</summary>
    public required InputContract Contract { get; init; }

    /// <summary>Number of recordings.</summary>
    public required int Records { get; init; }

    /// <summary>Number of patients.</summary>
    public required int Patients { get; init; }

    /// <summary>Recordings that the contract refused; refused.csv names them.</summary>
    public required int Refused { get; init; }

    /// <summary>Samples of a lead, over all recordings.</summary>
    public required long Samples { get; init; }

    /// <summary>The labels, in the order of the index.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>i1 where every label is present, absent or unknown; f4 where one is a number.</summary>
    public required string LabelType { get; init; }

    /// <summary>The splits that the index counts.</summary>
    public required IReadOnlyList<string> Splits { get; init; }

    /// <summary>The sources that the index counts.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The index for programs.</summary>
    public required StoreFile Index { get; init; }

    /// <summary>Names and paths that the index points to.</summary>
    public required StoreFile Text { get; init; }

    /// <summary>The payload.</summary>
    public required IReadOnlyList<StoreShard> Shards { get; init; }

    /// <summary>The first respect in which two contracts prepare recordings differently, or null. Windows are cut later: they do not count.</summary>
    internal static string? Difference(InputContract packed, InputContract wanted)
    {
        if (packed.Leads.Count == wanted.Leads.Count && !packed.Leads.SequenceEqual(wanted.Leads))
            return $"leads in the order {string.Join(" ", packed.Leads)}, not {string.Join(" ", wanted.Leads)}";
        using JsonDocument a = JsonSerializer.SerializeToDocument(packed, Json), b = JsonSerializer.SerializeToDocument(wanted, Json);
        foreach (JsonProperty property in a.RootElement.EnumerateObject())
        {
            if (property.Name is "name" or "windowSamples" or "strideSamples" or "shortRecords" or "lastWindow") continue;
            JsonElement other = b.RootElement.GetProperty(property.Name);
            if (!JsonElement.DeepEquals(property.Value, other))
                return $"{property.Name} {property.Value.GetRawText().ReplaceLineEndings("")}, not {other.GetRawText().ReplaceLineEndings("")}";
        }
        return null;
    }

    internal static StoreDescription Read(string folder)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        if (!System.IO.File.Exists(path))
            throw new DatasetException($"{folder} is no finished store: it has no {FileName}. Pack it (again): a build that was interrupted goes on where it ended.");
        try
        {
            StoreDescription description = JsonSerializer.Deserialize<StoreDescription>(System.IO.File.ReadAllBytes(path), Json)
                ?? throw new DatasetException($"{path} holds null instead of a store.");
            return description.Format == CurrentFormat
                ? description
                : throw new DatasetException($"{path}: store format {description.Format}; this program reads {CurrentFormat}. Pack the data set again.");
        }
        catch (JsonException e)
        {
            throw new DatasetException($"{path} cannot be read: {e.Message}", e);
        }
    }

    internal void Write(string folder) =>
        DurableFile.Write(System.IO.Path.Combine(folder, FileName), stream =>
        {
            JsonSerializer.Serialize(stream, this, Json);
            stream.WriteByte((byte)'\n');
        });
}
