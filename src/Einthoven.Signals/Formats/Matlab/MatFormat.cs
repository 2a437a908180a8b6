// MATLAB files of levels 4 and 5, in the layouts of the PhysioNet Challenges and of fairseq-signals. This file recognises them.
namespace Einthoven.Signals.Formats.Matlab;

sealed class MatFormat : IEcgFormat
{
    public string Name => "mat";

    public string Description => "MATLAB level 4 and 5: PhysioNet Challenge (val) and fairseq-signals (feats)";

    public IReadOnlyList<string> Extensions { get; } = [".mat"];

    public bool Recognises(FileHead head) =>
        head.Bytes.Span.StartsWith("MATLAB"u8) || MatLevel4.Recognises(head.Bytes.Span);

    public EcgHeader Identify(string path, EcgReadOptions options) => EcgHeaders.Of(Read(path, options, CancellationToken.None));

    public EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation) => MatReader.Read(path, options, cancellation);
}
