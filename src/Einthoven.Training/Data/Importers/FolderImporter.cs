// Any folder of recordings with a table of labels, or without labels for pretraining.
namespace Einthoven.Training.Data;

internal sealed class FolderImporter : IDatasetImporter
{
    internal const string ImporterName = "folder";

    public string Name => ImporterName;

    public string Description => "any folder of recordings; --labels CSV with the columns record, patient, split and one for each label, or none";

    // Everything that nobody else knows may be meant, but only the caller can say so.
    public bool Recognises(string folder) => false;

    public Manifest Read(string folder, ImportOptions options)
    {
        this.Task(options, "all");
        if (options is { Labels: { } table, Codes: { } column }) return CodeLists.Read(table, folder, column) with { Name = NameOf(folder) };
        if (options.Labels is not null) return ManifestCsv.Read(options.Labels, folder, options.Numbers) with { Name = NameOf(folder) };
        return new Manifest(NameOf(folder), [], [.. ManifestCsv.FilesByName(folder).Select(f => new ManifestRow(f.Key, f.Value, f.Key, "", []))]);
    }

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
