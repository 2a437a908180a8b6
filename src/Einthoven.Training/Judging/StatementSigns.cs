// Whether recordings of a statement show the sign that the statement is about, real ones beside synthetic ones.
using System.Globalization;

namespace Einthoven.Training.Judging;

/// <summary>A sign: a row of signs.csv.</summary>
internal sealed record StatementSign(string Statement, string Sign, string Measure, bool Above, double Limit)
{
    private const string Resource = "Einthoven.Training.Judging.signs.csv";
    // Of a common statement no more are measured: delineation takes longer than anything else here.
    private const int MostMeasured = 300;

    internal static IReadOnlyList<StatementSign> All { get; } = Load();

    private static List<StatementSign> Load()
    {
        using Stream stream = typeof(StatementSign).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using var reader = new StreamReader(stream);
        var signs = new List<StatementSign>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.StartsWith("statement,", StringComparison.Ordinal)) continue;
            string[] cells = line.Split(',');
            signs.Add(new(cells[0], cells[1], cells[2], cells[3] == "above", double.Parse(cells[4], CultureInfo.InvariantCulture)));
        }

        return signs;
    }

    /// <summary>Whether a recording shows it; one in which it cannot be measured does not.</summary>
    internal bool IsShownBy(MeasuredRecord record) => Above ? record[Measure] > Limit : record[Measure] < Limit;

    /// <summary>All signs of statements that the data have.</summary>
    internal static IReadOnlyList<SignVerdict> Judge(JudgedData data, Func<int, MeasuredRecord> measured) =>
    [
        .. All.Where(sign => data.ByStatement.ContainsKey(sign.Statement)).Select(sign =>
        {
            MeasuredRecord[] real = [.. data.With(sign.Statement, data.RealTest).Take(MostMeasured).Select(measured)];
            MeasuredRecord[] synthetic = [.. data.With(sign.Statement, data.SyntheticPaired).Concat(data.ByStatement[sign.Statement]).Take(MostMeasured).Select(measured)];
            return new SignVerdict(
                sign.Statement, sign.Sign, Draws.Share(real.Count(sign.IsShownBy), real.Length), real.Length,
                Draws.Share(synthetic.Count(sign.IsShownBy), synthetic.Length), synthetic.Length, Middle(real, sign.Measure), Middle(synthetic, sign.Measure));
        }),
    ];

    private static double Middle(MeasuredRecord[] records, string measure)
    {
        double[] values = [.. records.Select(record => record[measure]).Where(v => !double.IsNaN(v)).Order()];
        return values.Length > 0 ? values[values.Length / 2] : double.NaN;
    }
}
