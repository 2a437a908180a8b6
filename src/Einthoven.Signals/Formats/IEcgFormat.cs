// What a format must offer. One folder per format implements it once; EcgFormats lists them.
namespace Einthoven.Signals.Formats;

/// <summary>The beginning of a file, enough to recognise its format.</summary>
readonly record struct FileHead(string Path, ReadOnlyMemory<byte> Bytes, long FileLength)
{
    /// <summary>Bytes looked at.</summary>
    public const int Size = 4096;

    public bool IsWhole => Bytes.Length == FileLength;

    public bool HasExtension(params ReadOnlySpan<string> extensions)
    {
        ReadOnlySpan<char> own = System.IO.Path.GetExtension(Path.AsSpan());
        foreach (string extension in extensions)
            if (own.Equals(extension, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}

interface IEcgFormat
{
    /// <summary>Short name: <c>wfdb</c>, <c>mat</c>, …</summary>
    string Name { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>The extensions that files of this format usually have.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Recognises by content; the extension may break ties only.</summary>
    bool Recognises(FileHead head);

    /// <summary>True for a file that is to be read when it is met inside a folder: recognised, or broken but of an extension that nothing else uses.</summary>
    bool IsInputInFolder(FileHead head) => Recognises(head) || head.HasExtension([.. Extensions]);

    /// <summary>The paths of all recordings of a file; only a format whose files hold many has more than the file's own.</summary>
    IReadOnlyList<string> Recordings(string path) => [path];

    EcgHeader Identify(string path, EcgReadOptions options);

    EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation);
}
