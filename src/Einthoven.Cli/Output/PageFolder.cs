// A folder that pages are written into, one name a record.

using Einthoven.Signals;
using Einthoven.Signals.Page;

namespace Einthoven.Cli.Output;

internal sealed class PageFolder
{
    private readonly string _folder;
    private readonly PageFormat _format;
    private readonly double _pixelsPerMm;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="UsageException">The folder cannot be made, or the scale is out of range.</exception>
    public PageFolder(string folder, PageFormat format, double pixelsPerMm = PageFile.DefaultPixelsPerMm)
    {
        if (pixelsPerMm is not (>= 1 and <= 50)) throw new UsageException("--pixels must be from 1 to 50.");
        if (File.Exists(folder)) throw new UsageException($"{folder} is a file; name a folder for the pages.");
        if (Path.GetExtension(folder).ToLowerInvariant() is ".svg" or ".pdf" or ".png")
            throw new UsageException($"{folder} looks like a file, and pages go into a folder under their recording's name: name the folder, and the format with --format.");
        Directory.CreateDirectory(folder);
        _folder = folder;
        _format = format;
        _pixelsPerMm = pixelsPerMm;
    }

    public static PageFormat ParseFormat(string name) => name switch { "pdf" => PageFormat.Pdf, "png" => PageFormat.Png, _ => PageFormat.Svg };

    /// <summary>Draws and writes a recording; two of the same name get a number.</summary>
    public IReadOnlyList<string> Write(EcgRecord record, PageOptions options)
    {
        IReadOnlyList<DisplayList> pages = EcgPages.Draw(record, options);
        string plain = string.Concat(record.Id.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')), name = plain;
        for (int k = 2; !_names.Add(name); k++) name = $"{plain}_{k}";
        return PageFile.Write(pages, _folder, name, _format, _pixelsPerMm);
    }
}
