// The training data of the PhysioNet/CinC Challenges 2020 and 2021 (Reyna et al., CinC 2021): training/SOURCE/g1/RECORD.hea and .mat.
namespace Einthoven.Training.Data;

internal sealed class Challenge2021Importer : IDatasetImporter
{
    // Folder names of the download.
    private static readonly string[] s_sources =
        ["cpsc_2018", "cpsc_2018_extra", "st_petersburg_incart", "ptb", "ptb-xl", "georgia", "chapman_shaoxing", "ningbo"];

    public string Name => "cinc2021";

    public string Description => "training/SOURCE/g1/*.hea with SNOMED CT codes; tasks scored (26 classes), snomed (every code)";

    public bool Recognises(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateDirectories(Root(folder)).Any(d => s_sources.Contains(Path.GetFileName(d)));

    public Manifest Read(string folder, ImportOptions options)
    {
        string root = Root(folder);
        return SnomedHeaders.Read("PhysioNet/CinC Challenge 2021", root, this.Task(options, "scored", "snomed"), path =>
        {
            string[] parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
            string source = parts.Length > 1 ? parts[0] : Path.GetFileName(Path.GetFullPath(root));
            return options.Sources.Count == 0 || options.Sources.Contains(source) ? source : null;
        });
    }

    private static string Root(string folder) => Path.Combine(folder, "training") is var inner && Directory.Exists(inner) ? inner : folder;
}
