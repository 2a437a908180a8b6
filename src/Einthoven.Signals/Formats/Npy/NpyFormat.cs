// NumPy arrays (.npy) and archives of them (.npz). This file recognises them.
namespace Einthoven.Signals.Formats.Npy;

sealed class NpyFormat : IEcgFormat
{
    public string Name => "npy";

    public string Description => "NumPy array (.npy, with a .json beside it for rate, unit and leads) or archive (.npz)";

    public IReadOnlyList<string> Extensions { get; } = [".npy", ".npz"];

    public bool Recognises(FileHead head) =>
        NpyHeader.Recognises(head.Bytes.Span) || head.Bytes.Span.StartsWith("PK\u0003\u0004"u8) && head.Bytes.Span.IndexOf(".npy"u8) >= 0;

    public EcgHeader Identify(string path, EcgReadOptions options) => EcgHeaders.Of(Read(path, options, CancellationToken.None));

    public EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation) => NpyReader.Read(path, options);
}
