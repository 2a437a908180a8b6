// The fields of one element of the index, at fixed offsets; the same for NumPy, which finds them in the file's header.
namespace Einthoven.Training.Data;

internal sealed record StoreIndexLayout(int LabelCount, string LabelType)
{
    internal const int First = 0;
    internal const int Text = 8;
    internal const int Person = 16;
    internal const int Shard = 20;
    internal const int Samples = 24;
    internal const int Scale = 28;
    internal const int Split = 32;
    internal const int Source = 34;
    internal const int Labels = 36;

    /// <summary>Bytes of one label.</summary>
    internal int LabelBytes => LabelType == "i1" ? 1 : 4;

    /// <summary>Bytes of an element.</summary>
    internal int Bytes => Labels + (LabelCount * LabelBytes);

    /// <summary>The fields in NumPy's words.</summary>
    internal string Fields =>
        "('first', '<i8'), ('text', '<i8'), ('person', '<i4'), ('shard', '<i4'), ('samples', '<i4'), ('scale', '<f4'), ('split', '<i2'), ('source', '<i2')"
        + (LabelCount == 0 ? "" : $", ('labels', '{(LabelType == "i1" ? "|i1" : "<f4")}', ({LabelCount},))");
}
