// The Georgia 12-lead set (G12EC) of the Challenge 2020: E00001.hea and .mat, SNOMED CT codes in the headers.
namespace Einthoven.Training.Data;

internal sealed class GeorgiaImporter : IDatasetImporter
{
    public string Name => "georgia";

    public string Description => "E*.hea with SNOMED CT codes; tasks snomed (every code), scored (26 classes)";

    public bool Recognises(string folder) => First(folder) is { } header && IsRecord(header) && HeaderComments.Read(header).Value("Dx") is not null;

    public Manifest Read(string folder, ImportOptions options) =>
        SnomedHeaders.Read("Georgia (G12EC)", folder, this.Task(options, "snomed", "scored"), path => IsRecord(path) ? Name : null);

    private static string? First(string folder) => Directory.EnumerateFiles(folder, "*.hea", SearchOption.AllDirectories).FirstOrDefault();

    private static bool IsRecord(string path) =>
        Path.GetFileNameWithoutExtension(path) is ['E', .. { Length: >= 5 } digits] && digits.All(char.IsAsciiDigit);
}
