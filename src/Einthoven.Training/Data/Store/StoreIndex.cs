// The index of a store, mapped into memory: opening reads nothing but the header, so a million recordings open as fast as ten.
using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace Einthoven.Training.Data;

internal sealed unsafe class StoreIndex : IDisposable
{
    private readonly StoreIndexLayout _layout;
    private readonly Mapping _elements;
    private readonly Mapping _text;
    private readonly int _header;

    internal StoreIndex(string folder, StoreDescription description)
    {
        _layout = new StoreIndexLayout(description.Labels.Count, description.LabelType);
        Count = description.Records;
        _header = NpyHeaders.Index(_layout.Fields, Count).Length;
        string elements = Path.Combine(folder, description.Index.File), text = Path.Combine(folder, description.Text.File);
        long expected = _header + ((long)Count * _layout.Bytes);
        if (!File.Exists(elements) || !File.Exists(text)) throw new DatasetException($"{(File.Exists(elements) ? text : elements)} is missing. Pack the data set again.");
        if (new FileInfo(elements).Length != expected)
            throw new DatasetException($"{elements} has {new FileInfo(elements).Length} bytes instead of {expected}. Pack the data set again.");
        _elements = new Mapping(elements);
        _text = new Mapping(text);
    }

    internal int Count { get; }

    internal long First(int record) => BinaryPrimitives.ReadInt64LittleEndian(Element(record)[StoreIndexLayout.First..]);

    internal int Person(int record) => BinaryPrimitives.ReadInt32LittleEndian(Element(record)[StoreIndexLayout.Person..]);

    internal int Shard(int record) => BinaryPrimitives.ReadInt32LittleEndian(Element(record)[StoreIndexLayout.Shard..]);

    internal int Samples(int record) => BinaryPrimitives.ReadInt32LittleEndian(Element(record)[StoreIndexLayout.Samples..]);

    internal float Scale(int record) => BinaryPrimitives.ReadSingleLittleEndian(Element(record)[StoreIndexLayout.Scale..]);

    internal int Split(int record) => BinaryPrimitives.ReadInt16LittleEndian(Element(record)[StoreIndexLayout.Split..]);

    internal int Source(int record) => BinaryPrimitives.ReadInt16LittleEndian(Element(record)[StoreIndexLayout.Source..]);

    /// <summary>Copies a recording's labels; unknown is NaN.</summary>
    internal void CopyLabels(int record, Span<float> destination)
    {
        ReadOnlySpan<byte> labels = Element(record)[StoreIndexLayout.Labels..];
        for (int k = 0; k < _layout.LabelCount; k++)
        {
            destination[k] = _layout.LabelBytes == 4
                ? BinaryPrimitives.ReadSingleLittleEndian(labels[(4 * k)..])
                : labels[k] == 0xFF ? float.NaN : labels[k];
        }
    }

    /// <summary>Record, patient and path.</summary>
    internal string[] Text(int record)
    {
        long at = BinaryPrimitives.ReadInt64LittleEndian(Element(record)[StoreIndexLayout.Text..]);
        if (at < 0 || at >= _text.Bytes) throw new DatasetException("The index of the store is damaged. Pack the data set again.");
        ReadOnlySpan<byte> rest = _text.Span(at, (int)Math.Min(_text.Bytes - at, 1 << 16));
        int end = rest.IndexOf((byte)'\n');
        string[] fields = Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]).Split('\t');
        return fields.Length == 3 ? fields : throw new DatasetException("The index of the store is damaged. Pack the data set again.");
    }

    public void Dispose()
    {
        _elements.Dispose();
        _text.Dispose();
    }

    private ReadOnlySpan<byte> Element(int record)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(record);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(record, Count);
        return _elements.Span(_header + ((long)record * _layout.Bytes), _layout.Bytes);
    }

    /// <summary>A file mapped read-only.</summary>
    private sealed class Mapping : IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private byte* _start;

        internal Mapping(string path)
        {
            Bytes = new FileInfo(path).Length;
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        }

        internal long Bytes { get; }

        internal ReadOnlySpan<byte> Span(long offset, int length)
        {
            ObjectDisposedException.ThrowIf(_start is null, typeof(RecordStore));
            return new ReadOnlySpan<byte>(_start + offset, length);
        }

        public void Dispose()
        {
            if (_start is null) return;
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
