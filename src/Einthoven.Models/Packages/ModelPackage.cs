// A model package: a folder, or a zip of it, that any tool can open.

using System.IO.Compression;
using System.Text.Json;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Packages;

/// <summary>
/// An open model package: model.json, weights.safetensors, card.md, check.safetensors (may be absent), vocab.txt and named.txt (models of words), and SHA256SUMS.
/// A zip is unpacked into a temporary folder, which goes when the package is disposed.
/// </summary>
public sealed class ModelPackage : IDisposable
{
    internal const string DescriptionFile = "model.json";
    internal const string WeightsFile = "weights.safetensors";
    internal const string CardFile = "card.md";
    internal const string CheckFile = "check.safetensors";

    /// <summary>The pieces that a model's text encoder reads with, where it has one.</summary>
    public const string VocabularyFile = "vocab.txt";

    /// <summary>What a model's training texts named, where it can be asked in words.</summary>
    public const string NamedFile = "named.txt";

    private static readonly string[] Files = [DescriptionFile, WeightsFile, CardFile, CheckFile, VocabularyFile, NamedFile, Checksums.FileName];

    private readonly string? _unpacked;

    private ModelPackage(string path, string folder, string? unpacked)
    {
        Path = path;
        Folder = folder;
        _unpacked = unpacked;
        Description = ReadDescription(path, folder);
        RequireFile(WeightsFile);
    }

    /// <summary>The folder or zip, as it was given.</summary>
    public string Path { get; }

    /// <summary>The folder that holds the files.</summary>
    public string Folder { get; }

    /// <summary>The content of model.json.</summary>
    public ModelDescription Description { get; }

    /// <summary>The model card, or an empty text where the package has none.</summary>
    public string Card => File.Exists(Locate(CardFile)) ? File.ReadAllText(Locate(CardFile)) : "";

    /// <summary>Whether the package carries a recording and the outputs expected of it.</summary>
    public bool HasCheck => File.Exists(Locate(CheckFile));

    /// <summary>The text of <see cref="VocabularyFile"/> or <see cref="NamedFile"/>; null where the package has none.</summary>
    public string? Text(string file) => File.Exists(Locate(file)) ? File.ReadAllText(Locate(file)) : null;

    /// <summary>The texts that the package has, by file: what <see cref="Save"/> takes.</summary>
    public IReadOnlyDictionary<string, string> Texts =>
        new[] { VocabularyFile, NamedFile }.Select(file => (file, text: Text(file))).Where(pair => pair.text is not null)
            .ToDictionary(pair => pair.file, pair => pair.text!, StringComparer.Ordinal);

    /// <summary>The name of a model that has none of its own: that of the folder it is written to.</summary>
    public static string NameOf(string folder) => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)));

    /// <summary>Opens a folder or a zip and checks its description.</summary>
    /// <exception cref="ModelPackageException">It is missing, incomplete or of a newer layout.</exception>
    public static ModelPackage Open(string path)
    {
        if (Directory.Exists(path))
            return new ModelPackage(path, path, null);
        if (!File.Exists(path))
            throw new ModelPackageException($"{path}: there is no such model package. Give a folder with a {DescriptionFile} in it, or a zip of one.");
        string unpacked = Unpack(path);
        try
        {
            return new ModelPackage(path, unpacked, unpacked);
        }
        catch
        {
            Directory.Delete(unpacked, recursive: true);
            throw;
        }
    }

    /// <summary>Writes a package folder; the files of a package that is there are replaced only once all new ones are written.</summary>
    /// <param name="folder">The folder to make; an existing one must be empty or a package.</param>
    /// <param name="description">The content of model.json.</param>
    /// <param name="weights">The network's tensors under their published names.</param>
    /// <param name="card">The model card, in Markdown.</param>
    /// <param name="check">A recording and its stages, as <see cref="ModelCheck.Record"/> makes them.</param>
    /// <param name="texts">Contents of <see cref="VocabularyFile"/> and <see cref="NamedFile"/> by name, for a model of words.</param>
    /// <exception cref="ModelPackageException">The folder holds something else, or the description makes no sense.</exception>
    public static void Save(
        string folder,
        ModelDescription description,
        IEnumerable<CheckpointTensor> weights,
        string card,
        ModelCheck? check = null,
        IReadOnlyDictionary<string, string>? texts = null)
    {
        folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        CheckDescription(folder, description);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(System.IO.Path.Combine(folder, DescriptionFile)))
            throw new ModelPackageException($"{folder}: holds files but no {DescriptionFile}, so it is no model package to replace. Give a new folder.");

        string parent = System.IO.Path.GetDirectoryName(folder)!;
        string draft = System.IO.Path.Combine(parent, $".{System.IO.Path.GetFileName(folder)}.{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        try
        {
            string In(string file) => System.IO.Path.Combine(draft, file);
            File.WriteAllText(In(DescriptionFile), JsonSerializer.Serialize(description, PackageJson.Default.ModelDescription) + "\n");
            SafeTensorsWriter.Write(In(WeightsFile), weights);
            File.WriteAllText(In(CardFile), card);
            if (check is not null)
                SafeTensorsWriter.Write(In(CheckFile), check.Tensors, check.Metadata);
            foreach ((string name, string text) in texts ?? new Dictionary<string, string>())
            {
                if (name is not (VocabularyFile or NamedFile))
                    throw new ArgumentException($"A package holds no file {name}; its texts are {VocabularyFile} and {NamedFile}.", nameof(texts));
                File.WriteAllText(In(name), text);
            }

            Checksums.Write(draft);
            // Only the package's own files are replaced: whatever else lies in the folder is not ours.
            Directory.CreateDirectory(folder);
            foreach (string file in Files)
            {
                if (File.Exists(In(file)))
                    File.Move(In(file), System.IO.Path.Combine(folder, file), overwrite: true);
                else
                    File.Delete(System.IO.Path.Combine(folder, file));
            }
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    /// <summary>A network's parameters and buffers as <see cref="Save"/> takes them, copied.</summary>
    public static IReadOnlyList<CheckpointTensor> WeightsOf(Torch.Module network) =>
        [.. network.State().Select(entry => new CheckpointTensor(entry.Name, entry.Tensor.DType, entry.Tensor.Shape, entry.Tensor.ToBytes()))];

    /// <summary>Opens the weights; the caller disposes them.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public SafeTensorsFile OpenWeights() => SafeTensorsFile.Open(Locate(WeightsFile));

    /// <summary>Opens the recording and expected outputs; the caller disposes them.</summary>
    /// <exception cref="ModelPackageException">The package has none.</exception>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public SafeTensorsFile OpenCheck()
    {
        RequireFile(CheckFile);
        return SafeTensorsFile.Open(Locate(CheckFile));
    }

    /// <summary>Names the first file that differs from SHA256SUMS, or is missing from it.</summary>
    /// <returns>What is wrong, or <see langword="null"/> where every sum agrees.</returns>
    public string? FindDamage() => Checksums.FindDamage(Folder);

    /// <summary>Removes the temporary folder of a zip.</summary>
    public void Dispose()
    {
        if (_unpacked is not null && Directory.Exists(_unpacked))
            Directory.Delete(_unpacked, recursive: true);
    }

    private string Locate(string file) => System.IO.Path.Combine(Folder, file);

    private void RequireFile(string file)
    {
        if (!File.Exists(Locate(file)))
            throw new ModelPackageException($"{Path}: {file} is missing; the package is incomplete. Copy or import it again.");
    }

    private static ModelDescription ReadDescription(string path, string folder)
    {
        string file = System.IO.Path.Combine(folder, DescriptionFile);
        if (!File.Exists(file))
            throw new ModelPackageException($"{path}: {DescriptionFile} is missing, so this is no model package.");
        try
        {
            ModelDescription description = JsonSerializer.Deserialize(File.ReadAllBytes(file), PackageJson.Default.ModelDescription)
                ?? throw new ModelPackageException($"{path}: {DescriptionFile} is empty.");
            CheckDescription(path, description);
            return description;
        }
        catch (JsonException error)
        {
            throw new ModelPackageException(
                $"{path}: {DescriptionFile} line {error.LineNumber + 1} ({error.Path}): {error.Message}", error);
        }
    }

    private static void CheckDescription(string path, ModelDescription description)
    {
        try
        {
            description.Validate();
        }
        catch (ArgumentException error)
        {
            throw new ModelPackageException($"{path}: {DescriptionFile}: {error.Message}.", error);
        }
    }

    // Only the package's own files are taken, from the zip's root or from its one folder; names lead nowhere else.
    private static string Unpack(string path)
    {
        string folder = Directory.CreateTempSubdirectory("einthoven-model-").FullName;
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            string[] roots = [.. zip.Entries.Where(entry => entry.Name == DescriptionFile).Select(entry => entry.FullName[..^DescriptionFile.Length])];
            if (roots.Length != 1)
                throw new ModelPackageException($"{path}: holds {roots.Length} files named {DescriptionFile}; a model package has one.");
            foreach (string file in Files)
                zip.GetEntry(roots[0] + file)?.ExtractToFile(System.IO.Path.Combine(folder, file));
            return folder;
        }
        catch (InvalidDataException error)
        {
            Directory.Delete(folder, recursive: true);
            throw new ModelPackageException($"{path}: is neither a folder nor a zip file ({error.Message}).", error);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }
}
