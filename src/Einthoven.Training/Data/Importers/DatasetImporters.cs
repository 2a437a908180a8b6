// All importers. A new one is a file beside the others and a row here.
namespace Einthoven.Training.Data;

/// <summary>Finds importers.</summary>
public static class DatasetImporters
{
    /// <summary>All importers; the first that recognises a folder reads it.</summary>
    public static IReadOnlyList<IDatasetImporter> All { get; } =
    [
        new PtbXlImporter(), new MimicIvEcgImporter(), new Code15Importer(), new Challenge2021Importer(), new Cpsc2018Importer(), new LudbImporter(),
        new ChapmanNingboImporter(), new GeorgiaImporter(), new FolderImporter(),
    ];

    /// <summary>Reads a data set.</summary>
    /// <param name="folder">Its folder as downloaded, or a folder of recordings.</param>
    /// <param name="options">Which labels and recordings; a table of labels makes any folder a data set.</param>
    /// <param name="name">The importer; null to recognise the layout.</param>
    /// <exception cref="DatasetException">The folder is not recognised, or is incomplete.</exception>
    public static Manifest Read(string folder, ImportOptions? options = null, string? name = null)
    {
        if (!Directory.Exists(folder)) throw new DatasetException($"There is no folder {folder}.");
        options ??= ImportOptions.Default;
        if (options.Labels is not null) name ??= FolderImporter.ImporterName;
        IDatasetImporter importer = name is null
            ? All.FirstOrDefault(i => i.Recognises(folder)) ?? (options.Unlabelled ? new FolderImporter() : throw new DatasetException(
                $"{folder} is laid out like no known data set ({string.Join(", ", All.Select(i => i.Name))}). Give a table of labels, or name the kind."))
            : All.FirstOrDefault(i => i.Name == name) ?? throw new DatasetException(
                $"There is no importer '{name}'; there are {string.Join(", ", All.Select(i => i.Name))}.");
        return LabelFilter.Apply(importer.Read(folder, options), options.MinimumPositives);
    }
}
