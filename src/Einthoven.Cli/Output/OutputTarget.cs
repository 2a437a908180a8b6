// Where a verb's data go: standard output, or a file that appears only when it is whole.

using System.Text;

namespace Einthoven.Cli.Output;

internal sealed class OutputTarget : IDisposable
{
    private readonly string? _path;
    private readonly string? _draft;

    /// <param name="path">The file to write; null for standard output.</param>
    /// <exception cref="UsageException">The file cannot be made.</exception>
    public OutputTarget(string? path)
    {
        if (path is null)
        {
            Stream = Console.OpenStandardOutput();
        }
        else
        {
            _path = Path.GetFullPath(path);
            string folder = Path.GetDirectoryName(_path) ?? throw new UsageException($"--out {path}: is a folder; name a file.");
            if (!Directory.Exists(folder))
                throw new UsageException($"--out {path}: there is no folder {folder}; make it first.");
            _draft = Path.Combine(folder, $".{Path.GetFileName(_path)}.{Environment.ProcessId}.tmp");
            Stream = new FileStream(_draft, FileMode.Create, FileAccess.Write);
        }

        Text = new StreamWriter(Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
    }

    public Stream Stream { get; }

    /// <summary>A writer over <see cref="Stream"/>; use one of the two.</summary>
    public TextWriter Text { get; }

    /// <summary>Ends the output: a file takes its name.</summary>
    public void Complete()
    {
        Text.Flush();
        Stream.Flush();
        if (_path is not null)
            File.Move(_draft!, _path, overwrite: true);
    }

    /// <summary>Without <see cref="Complete"/> the file is given up.</summary>
    public void Dispose()
    {
        Text.Dispose();
        if (_draft is not null)
            File.Delete(_draft);
    }
}
