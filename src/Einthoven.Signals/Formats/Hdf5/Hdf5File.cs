// An HDF5 file open for reading: datasets of numbers by name, whole or one entry of their first axis. The caller holds Hdf5Library.Gate.
namespace Einthoven.Signals.Formats.Hdf5;

sealed class Hdf5File : IDisposable
{
    const int IntegerClass = 0, FloatClass = 1;

    readonly string _path;
    readonly long _file;

    public Hdf5File(string path)
    {
        Hdf5Library.Begin(path);
        _path = path;
        _file = Hdf5Library.H5Fopen(path, 0, 0);
        if (_file < 0) throw new EcgFormatException(path, "", "the HDF5 library cannot open it", "the file is cut or damaged; copy it again from its source");
    }

    public bool Has(string dataset) => Hdf5Library.H5Lexists(_file, dataset, 0) > 0;

    /// <summary>Lengths of the axes of a dataset of numbers.</summary>
    public unsafe long[] Shape(string dataset) => With(dataset, (id, space) =>
    {
        int rank = Hdf5Library.H5Sget_simple_extent_ndims(space);
        long type = Hdf5Library.H5Dget_type(id);
        int kind = Hdf5Library.H5Tget_class(type);
        _ = Hdf5Library.H5Tclose(type);
        if (rank < 1 || kind is not (IntegerClass or FloatClass)) throw Wrong(dataset, "not an array of numbers");
        var lengths = new ulong[rank];
        fixed (ulong* to = lengths)
            if (Hdf5Library.H5Sget_simple_extent_dims(space, to, null) != rank) throw Wrong(dataset, "a size that cannot be read");
        return Array.ConvertAll(lengths, length => checked((long)length));
    });

    /// <summary>A whole dataset as integers, the last axis fastest.</summary>
    public long[] Integers(string dataset) => All<long>(dataset, Hdf5Library.NativeInt64);

    /// <summary>A whole dataset as doubles, the last axis fastest.</summary>
    public double[] Numbers(string dataset) => All<double>(dataset, Hdf5Library.NativeDouble);

    unsafe T[] All<T>(string dataset, long type)
        where T : unmanaged
    {
        var values = new T[Shape(dataset).Aggregate(1L, (count, length) => checked(count * length))];
        With(dataset, (id, _) =>
        {
            fixed (T* to = values) Check(Hdf5Library.H5Dread(id, type, 0, 0, 0, to), dataset);
            return 0;
        });
        return values;
    }

    /// <summary>One entry of the first axis as doubles: only that part of the file is read.</summary>
    public unsafe double[] Entry(string dataset, long index)
    {
        long[] shape = Shape(dataset);
        var values = new double[shape.Skip(1).Aggregate(1L, (count, length) => checked(count * length))];
        ulong[] start = new ulong[shape.Length], count = Array.ConvertAll(shape, length => (ulong)length);
        (start[0], count[0]) = ((ulong)index, 1);
        With(dataset, (id, space) =>
        {
            fixed (ulong* from = start, lengths = count)
            fixed (double* to = values)
            {
                Check(Hdf5Library.H5Sselect_hyperslab(space, 0, from, null, lengths, null), dataset);
                long memory = Hdf5Library.H5Screate_simple(count.Length, lengths, null);
                int status = Hdf5Library.H5Dread(id, Hdf5Library.NativeDouble, memory, space, 0, to);
                _ = Hdf5Library.H5Sclose(memory);
                Check(status, dataset);
            }
            return 0;
        });
        return values;
    }

    public void Dispose() => _ = Hdf5Library.H5Fclose(_file);

    T With<T>(string dataset, Func<long, long, T> read)
    {
        long id = Hdf5Library.H5Dopen2(_file, dataset, 0);
        if (id < 0) throw Wrong(dataset, "cannot be opened");
        long space = Hdf5Library.H5Dget_space(id);
        try
        {
            return read(id, space);
        }
        finally
        {
            _ = Hdf5Library.H5Sclose(space);
            _ = Hdf5Library.H5Dclose(id);
        }
    }

    void Check(int status, string dataset)
    {
        if (status < 0) throw Wrong(dataset, "cannot be read");
    }

    EcgFormatException Wrong(string dataset, string found) =>
        new(_path, $"dataset {dataset}", found, "the file is cut or damaged, or packed by a filter that the HDF5 library here does not have; copy it again from its source");
}
