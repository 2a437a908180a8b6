// Writes the index of a store for programs (fixed-width elements and the names they point to) and for people (index.csv), then store.json.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Einthoven.Models.Contracts;
using Einthoven.Models.Reporting;

namespace Einthoven.Training.Data;

internal static class StoreIndexWriter
{
    private readonly record struct Place(int Shard, StoredRecord Stored);

    internal static void Write(
        string folder, Manifest manifest, InputContract contract, IReadOnlyList<StoredShard> shards, IReadOnlyList<RefusedRecord> refused)
    {
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        for (int shard = 0; shard < shards.Count; shard++)
            foreach (StoredRecord record in shards[shard].Records) places[record.Key] = new Place(shard, record);
        List<(ManifestRow Row, Place Place)> rows = [];
        foreach (ManifestRow row in manifest.Rows)
            if (places.TryGetValue(row.Key, out Place place)) rows.Add((row, place));
        if (rows.Count == 0)
            throw new DatasetException(refused.Count == 0
                ? $"{manifest.Name} has no recordings."
                : $"None of the {refused.Count} recordings can be used. The first, {refused[0].Row.Key}: {refused[0].Reason}");

        string[] splits = [.. rows.Select(r => r.Row.Split).Distinct()], sources = [.. rows.Select(r => r.Row.Source).Distinct()];
        bool counted = rows.TrueForAll(r => Array.TrueForAll(r.Row.Labels, value => value is 0 or 1 || float.IsNaN(value)));
        var layout = new StoreIndexLayout(manifest.Labels.Count, counted ? "i1" : "f4");
        // A name of its own for every generation: whoever has the old index open keeps a whole one.
        string generation = Guid.NewGuid().ToString("N")[..8];
        string indexName = $"index-{generation}.npy", textName = $"index-{generation}.txt";
        var offsets = new long[rows.Count];
        string textSum = DurableFile.Write(Path.Combine(folder, textName), stream => WriteText(stream, rows, offsets));
        int patients = 0;
        string indexSum = DurableFile.Write(
            Path.Combine(folder, indexName), stream => patients = WriteElements(stream, rows, offsets, layout, splits, sources));
        DurableFile.Write(Path.Combine(folder, "index.csv"), stream => WriteTable(stream, manifest, rows, shards));
        new StoreDescription
        {
            Format = StoreDescription.CurrentFormat,
            Name = manifest.Name,
            Contract = contract,
            Records = rows.Count,
            Patients = patients,
            Refused = refused.Count,
            Samples = rows.Sum(r => (long)r.Place.Stored.Samples),
            Labels = manifest.Labels,
            LabelType = layout.LabelType,
            Splits = splits,
            Sources = sources,
            Index = new StoreFile(indexName, indexSum),
            Text = new StoreFile(textName, textSum),
            Shards = [.. shards.Select(s => new StoreShard(s.File, s.Samples, s.Sha256))],
        }.Write(folder);
        foreach (string old in Directory.GetFiles(folder, "index-*"))
            if (Path.GetFileName(old) is var name && name != indexName && name != textName) File.Delete(old);
    }

    private static void WriteText(Stream stream, List<(ManifestRow Row, Place Place)> rows, long[] offsets)
    {
        long at = 0;
        for (int k = 0; k < rows.Count; k++)
        {
            ManifestRow row = rows[k].Row;
            byte[] line = Encoding.UTF8.GetBytes($"{Plain(row.Record)}\t{Plain(row.Patient)}\t{Plain(row.Path)}\n");
            offsets[k] = at;
            at += line.Length;
            stream.Write(line);
        }
    }

    // Tabs and line ends separate the fields.
    private static string Plain(string text) =>
        text.AsSpan().IndexOfAny("\t\r\n") < 0 ? text : text.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' ');

    private static int WriteElements(
        Stream stream, List<(ManifestRow Row, Place Place)> rows, long[] offsets, StoreIndexLayout layout, string[] splits, string[] sources)
    {
        var persons = new Dictionary<string, int>(StringComparer.Ordinal);
        var splitNumbers = splits.Select((name, k) => (name, k)).ToDictionary(p => p.name, p => (short)p.k, StringComparer.Ordinal);
        var sourceNumbers = sources.Select((name, k) => (name, k)).ToDictionary(p => p.name, p => (short)p.k, StringComparer.Ordinal);
        stream.Write(NpyHeaders.Index(layout.Fields, rows.Count));
        var element = new byte[layout.Bytes];
        for (int k = 0; k < rows.Count; k++)
        {
            (ManifestRow row, Place place) = rows[k];
            if (!persons.TryGetValue(row.Person, out int person)) persons[row.Person] = person = persons.Count;
            BinaryPrimitives.WriteInt64LittleEndian(element.AsSpan(StoreIndexLayout.First), place.Stored.First);
            BinaryPrimitives.WriteInt64LittleEndian(element.AsSpan(StoreIndexLayout.Text), offsets[k]);
            BinaryPrimitives.WriteInt32LittleEndian(element.AsSpan(StoreIndexLayout.Person), person);
            BinaryPrimitives.WriteInt32LittleEndian(element.AsSpan(StoreIndexLayout.Shard), place.Shard);
            BinaryPrimitives.WriteInt32LittleEndian(element.AsSpan(StoreIndexLayout.Samples), place.Stored.Samples);
            BinaryPrimitives.WriteSingleLittleEndian(element.AsSpan(StoreIndexLayout.Scale), place.Stored.Scale);
            BinaryPrimitives.WriteInt16LittleEndian(element.AsSpan(StoreIndexLayout.Split), splitNumbers[row.Split]);
            BinaryPrimitives.WriteInt16LittleEndian(element.AsSpan(StoreIndexLayout.Source), sourceNumbers[row.Source]);
            for (int label = 0; label < row.Labels.Length; label++)
            {
                float value = row.Labels[label];
                Span<byte> target = element.AsSpan(StoreIndexLayout.Labels + (label * layout.LabelBytes));
                if (layout.LabelBytes == 1) target[0] = float.IsNaN(value) ? (byte)0xFF : (byte)value;
                else BinaryPrimitives.WriteSingleLittleEndian(target, value);
            }
            stream.Write(element);
        }
        return persons.Count;
    }

    private static void WriteTable(Stream stream, Manifest manifest, List<(ManifestRow Row, Place Place)> rows, IReadOnlyList<StoredShard> shards)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("record,patient,split,source,path,shard,first,samples,scale" + string.Concat(manifest.Labels.Select(l => "," + Csv.Field(l))));
        foreach ((ManifestRow row, Place place) in rows)
        {
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{Csv.Field(row.Record)},{Csv.Field(row.Patient)},{Csv.Field(row.Split)},{Csv.Field(row.Source)},{Csv.Field(row.Path)},"
                + $"{shards[place.Shard].File},{place.Stored.First},{place.Stored.Samples},{place.Stored.Scale}"));
            foreach (float value in row.Labels)
            {
                writer.Write(',');
                if (!float.IsNaN(value)) writer.Write(value.ToString(CultureInfo.InvariantCulture));
            }
            writer.WriteLine();
        }
    }
}
