// A file mapped read-only into memory, handed out as slices that stop working, not crash, once the file is closed.
using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Einthoven.Torch.Checkpoints;

internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private byte* start;

    private MappedFile(string path, long length, MemoryMappedFile file)
    {
        Path = path;
        Length = length;
        this.file = file;
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    public string Path { get; }

    public long Length { get; }

    public static MappedFile Open(string path, long minimumLength, string kind)
    {
        FileStream stream;
        try
        {
            stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: cannot be opened: {e.Message}", e);
        }

        try
        {
            long length = stream.Length;
            if (length < minimumLength)
                throw new CheckpointException($"{path}: only {length} bytes long, too short for {kind}. The file is empty or cut off; copy it again.");
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new(path, length, file);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes <paramref name="offset"/> … without copying. The caller has checked the range; a slice has at most 2 GiB.</summary>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(start == null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new(start + offset, length);
    }

    public ReadOnlyMemory<byte> Memory(long offset, int length)
    {
        _ = Span(offset, length);
        return length == 0 ? default : new Slice(this, offset, length).Memory;
    }

    public void Dispose()
    {
        if (start == null) return;
        start = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private sealed class Slice(MappedFile file, long offset, int length) : MemoryManager<byte>
    {
        // Memory<byte> wants a writable span; it is only ever handed out as ReadOnlyMemory.
        public override Span<byte> GetSpan()
        {
            ReadOnlySpan<byte> bytes = file.Span(offset, length);
            return System.Runtime.InteropServices.MemoryMarshal.CreateSpan(
                ref System.Runtime.InteropServices.MemoryMarshal.GetReference(bytes), bytes.Length);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            _ = file.Span(offset, length);
            return new(file.start + offset + elementIndex);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
