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

    /// <summary>Extensions by which a file inside a folder is taken for this format even if its content is broken.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>Recognises by content; the extension may break ties only.</summary>
    bool Recognises(FileHead head);

    /// <summary>True for a file of one of the extensions that is plainly something else (a table of labels) and no broken recording.</summary>
    bool IsQuietlyOther(FileHead head) => false;

    EcgHeader Identify(string path, EcgReadOptions options);

    EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation);
}
