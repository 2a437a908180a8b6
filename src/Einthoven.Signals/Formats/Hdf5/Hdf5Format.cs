// HDF5 in two layouts: CODE-15% (many exams a file: exam_id, tracings) and SPH (one recording a file: ecg).
using System.Globalization;

namespace Einthoven.Signals.Formats.Hdf5;

sealed class Hdf5Format : IEcgFormat
{
    const string Exams = "exam_id", Tracings = "tracings", Single = "ecg";

    /// <summary>Rates of the two data sets in Hz; their files do not say them.</summary>
    const double ExamRateHz = 400, SingleRateHz = 500;

    /// <summary>The last entry of every part of CODE-15% is no exam: this id, and zeros.</summary>
    const long NoExam = 0;

    public string Name => "hdf5";

    public string Description => "HDF5 of CODE-15% (exams_part*.hdf5, an exam as FILE#EXAM_ID) and of SPH (ecg)";

    public IReadOnlyList<string> Extensions => RecordPath.Containers;

    // The signature may also stand behind a block of the user's: at 512, 1024, 2048 …
    public bool Recognises(FileHead head)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];
        if (head.Bytes.Span.StartsWith("MATLAB"u8)) return false;
        for (int at = 0; at < head.Bytes.Length; at = at == 0 ? 512 : at * 2)
            if (head.Bytes.Span[at..].StartsWith(signature)) return true;
        return false;
    }

    public IReadOnlyList<string> Recordings(string path)
    {
        lock (Hdf5Library.Gate)
        {
            using var file = new Hdf5File(path);
            return IsOfExams(file) ? [.. ExamsOf(file).Select(exam => RecordPath.Within(path, exam.ToString(CultureInfo.InvariantCulture)))] : [path];
        }
    }

    public EcgHeader Identify(string path, EcgReadOptions options) => EcgHeaders.Of(Read(path, options, CancellationToken.None));

    public EcgRecord Read(string path, EcgReadOptions options, CancellationToken cancellation)
    {
        (string container, string? name) = RecordPath.Split(path);
        lock (Hdf5Library.Gate)
        {
            using var file = new Hdf5File(container);
            if (IsOfExams(file)) return Exam(path, name, file, options);
            if (file.Has(Single)) return name is null ? One(path, file, options) : throw new EcgFormatException(path, "", "a file of one recording", $"name it without #{name}");
            throw new EcgFormatException(path, "datasets", $"neither {Exams} with {Tracings} (CODE-15%) nor {Single} (SPH)", "only these two layouts of HDF5 are read");
        }
    }

    static bool IsOfExams(Hdf5File file) => file.Has(Exams) && file.Has(Tracings);

    static IEnumerable<long> ExamsOf(Hdf5File file) => file.Integers(Exams).Where(exam => exam != NoExam);

    static EcgRecord Exam(string path, string? name, Hdf5File file, EcgReadOptions options)
    {
        long[] exams = file.Integers(Exams), shape = file.Shape(Tracings);
        string place = $"dataset {Tracings}";
        if (shape.Length != 3 || shape[0] != exams.Length)
            throw new EcgFormatException(path, place, $"shape ({string.Join(", ", shape)}) for {exams.Length} exams", "exams × samples × leads are expected");
        if (name is null)
        {
            long[] real = [.. exams.Where(exam => exam != NoExam)];
            name = real.Length == 1 ? real[0].ToString(CultureInfo.InvariantCulture) : throw new EcgFormatException(
                path, $"dataset {Exams}", $"{real.Length} exams", $"name one as FILE#EXAM_ID{(real.Length > 0 ? $", such as {RecordPath.Within(path, real[0].ToString(CultureInfo.InvariantCulture))}" : "")}");
        }
        int index = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long wanted) && wanted != NoExam ? Array.IndexOf(exams, wanted) : -1;
        if (index < 0) throw new EcgFormatException(path, $"dataset {Exams}", $"no exam {name}", $"it has {exams.Length} entries, from {exams.FirstOrDefault()}");
        SignalMatrix.CheckSize(path, place, shape[2], shape[1], options);
        double[] values = file.Entry(Tracings, index);
        int leads = (int)shape[2], samples = (int)shape[1];
        // Shorter tracings are laid into the middle of zeros: rows of which all leads are zero, before the first and after the last other one.
        int first = 0, last = samples - 1;
        while (first <= last && IsEmpty(values.AsSpan(first * leads, leads))) first++;
        while (last >= first && IsEmpty(values.AsSpan(last * leads, leads))) last--;
        if (first > last) throw new EcgFormatException(path, $"exam {name}", "only zeros", "the tracing is missing in this file");
        var signal = new double[leads][];
        for (int lead = 0; lead < leads; lead++)
        {
            signal[lead] = new double[last - first + 1];
            for (int t = first; t <= last; t++) signal[lead][t - first] = values[t * leads + lead];
        }
        return Record(path, signal, ExamRateHz, "CODE-15%", options);
    }

    static EcgRecord One(string path, Hdf5File file, EcgReadOptions options)
    {
        long[] shape = file.Shape(Single);
        string place = $"dataset {Single}";
        if (shape.Length != 2) throw new EcgFormatException(path, place, $"shape ({string.Join(", ", shape)})", "leads × samples are expected");
        bool leadsAreRows = SignalMatrix.LeadsAreRows(shape[0], shape[1]);
        (long leads, long samples) = leadsAreRows ? (shape[0], shape[1]) : (shape[1], shape[0]);
        SignalMatrix.CheckSize(path, place, leads, samples, options);
        double[] values = file.Numbers(Single);
        var signal = new double[leads][];
        for (int lead = 0; lead < signal.Length; lead++)
        {
            signal[lead] = new double[samples];
            for (int t = 0; t < samples; t++) signal[lead][t] = values[leadsAreRows ? lead * samples + t : t * leads + lead];
        }
        return Record(path, signal, SingleRateHz, "SPH", options);
    }

    static EcgRecord Record(string path, double[][] signal, double rateHz, string layout, EcgReadOptions options) => new SignalMatrix
    {
        Path = path,
        Format = "hdf5",
        Leads = signal,
        OrderIsFixed = signal.Length == LeadNames.Standard12.Count,
        UnitIfUnknown = Units.Millivolt,
        SamplingRateHz = options.SamplingRateHz ?? rateHz,
        Warnings = options.SamplingRateHz is null ? [$"the file does not say its sampling rate: {rateHz:0} Hz, that of {layout}, is assumed"] : [],
    }.ToRecord(options);

    static bool IsEmpty(ReadOnlySpan<double> row) => row.IndexOfAnyExcept(0.0) < 0;
}
