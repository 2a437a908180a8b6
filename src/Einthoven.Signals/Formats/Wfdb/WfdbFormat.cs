// WFDB, the PhysioNet format: a text header (.hea) and one or more signal files. This file recognises it.
using System.Text;

namespace Einthoven.Signals.Formats.Wfdb;

sealed class WfdbFormat : IEcgFormat
{
    public string Name => "wfdb";

    public string Description => "WFDB (PhysioNet) header with signal files";

    public IReadOnlyList<string> Extensions { get; } = [".hea"];

    public bool Recognises(FileHead head)
    {
        if (head.HasExtension(".hea")) return true;
        // A header under another name: its record line and first signal (or segment) line must both parse.
        if (head.Bytes.Span.IndexOf((byte)0) >= 0) return false;
        return WfdbHeaderParser.LooksLikeHeader(Encoding.Latin1.GetString(head.Bytes.Span));
    }

    public EcgHeader Identify(string path, EcgReadOptions options)
    {
        WfdbHeader header = WfdbHeaderParser.ReadFile(path, WfdbPaths.HeaderOf(path) ?? path, options);
        IReadOnlyList<WfdbSignal> signals = (header.Segments is null ? header : WfdbSegments.Layout(header, options)).Signals;
        long frames = header.Segments is null ? WfdbSignalFiles.CountFrames(header) : header.Segments.Sum(segment => segment.FrameCount);
        return new EcgHeader
        {
            Id = Path.GetFileNameWithoutExtension(path),
            Path = path,
            Format = Name,
            SamplingRateHz = header.FrameRateHz,
            SampleCount = frames,
            Leads =
            [
                .. signals.Select(signal => new EcgLeadHeader(
                    LeadNames.Canonical(signal.Description),
                    Units.Normalise(signal.Units).Unit,
                    header.FrameRateHz * signal.SamplesPerFrame,
                    frames * signal.SamplesPerFrame)),
            ],
        };
    }

    public EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation) =>
        WfdbReader.Read(path, WfdbPaths.HeaderOf(path) ?? path, Name, options, cancellation);
}
