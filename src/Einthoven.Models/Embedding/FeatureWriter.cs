// Writes features for other programs: one writer a format, a row a recording or a window.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Einthoven.Models.Reporting;
using Einthoven.Torch.Checkpoints;

namespace Einthoven.Models.Embedding;

/// <summary>Writes rows of equal shape; the file appears when it is whole.</summary>
public abstract class FeatureWriter : IDisposable
{
    private int[]? _shape;

    /// <summary>Makes a writer by a file's extension: .csv, .npy or .safetensors.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="facts">What a reader of the file should know, such as model and layer; kept where the format has a place for it.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    public static FeatureWriter For(string path, IReadOnlyDictionary<string, string> facts) => Path.GetExtension(path) switch
    {
        ".csv" => new FeatureCsv(path),
        ".npy" => new FeatureNpy(path),
        ".safetensors" => new FeatureSafeTensors(path, facts),
        _ => throw new ArgumentException($"{path}: features are written as .csv, .npy or .safetensors."),
    };

    /// <summary>Writes one row.</summary>
    /// <param name="record">The recording's file.</param>
    /// <param name="window">Which of its windows, from 0; null: the whole recording.</param>
    /// <param name="values">Row-major values.</param>
    /// <param name="shape">Their shape: [width], or [positions, width].</param>
    /// <exception cref="ArgumentException">The shape is another than the first row's, or the format has no place for it.</exception>
    public void Write(string record, int? window, ReadOnlySpan<float> values, params int[] shape)
    {
        _shape ??= shape;
        if (!_shape.SequenceEqual(shape))
            throw new ArgumentException($"{record} has features of shape [{string.Join(", ", shape)}], those before [{string.Join(", ", _shape)}]: they do not fit one table.");
        WriteRow(record, window, values, shape);
        Rows++;
    }

    /// <summary>Ends the file and gives it its name.</summary>
    public void Complete() => Finish(_shape ?? [0]);

    /// <summary>Without <see cref="Complete"/> the file is given up.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Rows written.</summary>
    protected int Rows { get; private set; }

    private protected abstract void WriteRow(string record, int? window, ReadOnlySpan<float> values, int[] shape);

    private protected abstract void Finish(int[] shape);

    /// <summary>The names of the rows as CSV: record, window (empty for the whole recording).</summary>
    private protected static string RowName(string record, int? window) =>
        $"{Csv.Field(record)},{window?.ToString(CultureInfo.InvariantCulture)}";

    private protected static string Draft(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
    }
}

/// <summary>CSV: record, window, f0, f1, …</summary>
internal sealed class FeatureCsv(string path) : FeatureWriter
{
    private readonly StreamWriter _text = new(Draft(path), append: false, new UTF8Encoding(false)) { NewLine = "\n" };

    public override void Dispose()
    {
        _text.Dispose();
        File.Delete(Draft(path));
        base.Dispose();
    }

    private protected override void WriteRow(string record, int? window, ReadOnlySpan<float> values, int[] shape)
    {
        if (shape.Length > 1) throw new ArgumentException("A CSV has no place for features of every position: pool them, or write .npy or .safetensors.");
        if (Rows == 0) _text.WriteLine("record,window," + string.Join(',', Enumerable.Range(0, values.Length).Select(k => $"f{k}")));
        _text.Write(RowName(record, window));
        foreach (float value in values) _text.Write("," + value.ToString("R", CultureInfo.InvariantCulture));
        _text.WriteLine();
    }

    private protected override void Finish(int[] shape)
    {
        _text.Dispose();
        File.Move(Draft(path), path, overwrite: true);
    }
}

/// <summary>NumPy: float32 [rows, …] and, in a table of the same name with .records.csv, what the rows are.</summary>
internal sealed class FeatureNpy(string path) : FeatureWriter
{
    private const int HeaderBytes = 128;

    private readonly FileStream _data = Begin(path);
    private readonly StringBuilder _names = new("record,window\n");

    public override void Dispose()
    {
        _data.Dispose();
        File.Delete(Draft(path));
        base.Dispose();
    }

    private protected override void WriteRow(string record, int? window, ReadOnlySpan<float> values, int[] shape)
    {
        _data.Write(MemoryMarshal.AsBytes(values));
        _names.Append(RowName(record, window)).Append('\n');
    }

    private protected override void Finish(int[] shape)
    {
        // numpy.lib.format version 1.0: signature, version, length, a dictionary padded with spaces to the length and a line feed.
        var header = new byte[HeaderBytes];
        header.AsSpan().Fill((byte)' ');
        new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, HeaderBytes - 10, 0 }.CopyTo(header, 0);
        Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({Rows}, {string.Join(", ", shape)}), }}", header.AsSpan(10));
        header[^1] = (byte)'\n';
        _data.Position = 0;
        _data.Write(header);
        _data.Dispose();
        File.WriteAllText(Path.ChangeExtension(path, ".records.csv"), _names.ToString());
        File.Move(Draft(path), path, overwrite: true);
    }

    private static FileStream Begin(string path)
    {
        var stream = new FileStream(Draft(path), FileMode.Create);
        stream.Write(new byte[HeaderBytes]);
        return stream;
    }
}

/// <summary>safetensors: <c>features</c>, float32 [rows, …]; what the rows are stands in the metadata as CSV, beside the facts.</summary>
internal sealed class FeatureSafeTensors(string path, IReadOnlyDictionary<string, string> facts) : FeatureWriter
{
    private readonly MemoryStream _data = new();
    private readonly StringBuilder _names = new("record,window\n");

    private protected override void WriteRow(string record, int? window, ReadOnlySpan<float> values, int[] shape)
    {
        _data.Write(MemoryMarshal.AsBytes(values));
        _names.Append(RowName(record, window)).Append('\n');
    }

    private protected override void Finish(int[] shape)
    {
        var features = new CheckpointTensor("features", Torch.ScalarType.Float32, [Rows, .. shape.Select(s => (long)s)], _data.ToArray());
        SafeTensorsWriter.Write(path, [features], new Dictionary<string, string>(facts) { ["records"] = _names.ToString() });
    }
}
