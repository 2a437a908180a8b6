// Every importer on a small tree laid out like the download, and on real recordings where they are at hand.
using Einthoven.Models.Contracts;
using Einthoven.Training.Data;

namespace Einthoven.Training.Tests.Data;

public sealed class ImporterTests : IDisposable
{
    private static readonly string[] s_standard = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"];
    private readonly string _folder = Directory.CreateTempSubdirectory("einthoven-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Ptb_xl_gives_its_statements_folds_and_people()
    {
        Write("ptbxl_database.csv",
            "ecg_id,patient_id,age,sex,recording_date,report,scp_codes,strat_fold,filename_lr,filename_hr",
            "1,15709.0,56.0,1,1984-11-09 09:17:34,sinusrhythmus,\"{'NORM': 100.0, 'LVOLT': 0.0, 'SR': 0.0}\",3,records100/00000/00001_lr,records500/00000/00001_hr",
            "2,13243.0,300.0,0,1984-11-14 12:55:37,,\"{'AFIB': 0.0, 'IMI': 15.0}\",10,records100/00000/00002_lr,records500/00000/00002_hr");
        Manifest all = DatasetImporters.Read(_folder);
        Assert.Equal((71, 2), (all.Labels.Count, all.Rows.Count));
        Assert.Equal(["LVOLT", "NORM", "SR"], Positives(all, 0).Order(StringComparer.Ordinal));
        ManifestRow first = all.Rows[0];
        Assert.Equal(("15709", "3", "F", 56.0), (first.Patient, first.Split, first.Sex, first.AgeYears));
        Assert.Equal(new DateTime(1984, 11, 9, 9, 17, 34), first.Time);
        Assert.Equal(("M", (double?)null), (all.Rows[1].Sex, all.Rows[1].AgeYears));
        Assert.EndsWith("records100/00000/00001_lr.hea", first.Path, StringComparison.Ordinal);

        Manifest super = DatasetImporters.Read(_folder, new ImportOptions { Task = "superdiagnostic", RateHz = 500 });
        Assert.Equal(["CD", "HYP", "MI", "NORM", "STTC"], super.Labels);
        Assert.Equal(["MI"], Positives(super, 1));
        Assert.EndsWith("_hr.hea", super.Rows[0].Path, StringComparison.Ordinal);
        Assert.Equal(12, DatasetImporters.Read(_folder, new ImportOptions { Task = "rhythm" }).Labels.Count);
        Assert.Contains("all, diagnostic", Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder, new ImportOptions { Task = "x" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_recordings_without_labels_is_read_where_labels_are_not_needed()
    {
        SineData.Make(_folder);
        Assert.Contains("like no known data set", Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder)).Message, StringComparison.Ordinal);
        Manifest manifest = DatasetImporters.Read(_folder, new ImportOptions { Unlabelled = true });
        Assert.Equal((0, 96, 96), (manifest.Labels.Count, manifest.Rows.Count, manifest.Rows.Select(r => r.Patient).Distinct().Count()));
    }

    [Fact]
    public void A_statement_that_ptb_xl_does_not_have_is_named()
    {
        Write("ptbxl_database.csv", "ecg_id,patient_id,scp_codes,strat_fold,filename_lr", "1,1,\"{'NORMAL': 100.0}\",3,a");
        Assert.Contains("'NORMAL'", Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_challenge_gives_scored_classes_with_equivalents_as_one()
    {
        Header("training/georgia/g1/E00001", "Age: 60", "Sex: Female", "Dx: 59118001,426783006");
        Header("training/georgia/g1/E00002", "Age: NaN", "Sex: M", "Dx: 713427006,999999");
        Header("training/cpsc_2018/g1/A0001", "Age: 74", "Sex: Male", "Dx: 164889003");
        Manifest scored = DatasetImporters.Read(_folder);
        Assert.Equal(26, scored.Labels.Count);
        int blocked = Index(scored, "CRBBB|RBBB"), fibrillation = Index(scored, "AF");
        Assert.Equal(["cpsc_2018", "georgia", "georgia"], scored.Rows.Select(r => r.Source));
        Assert.Equal([1, 1], scored.Rows.Skip(1).Select(r => r.Labels[blocked]));
        // What a source never says is unknown there.
        Assert.Equal([1, float.NaN, float.NaN], scored.Rows.Select(r => r.Labels[fibrillation]));
        Assert.Equal(("F", 60.0), (scored.Rows[1].Sex, scored.Rows[1].AgeYears));
        Assert.Null(scored.Rows[2].AgeYears);

        Manifest codes = DatasetImporters.Read(_folder, new ImportOptions { Task = "snomed", Sources = ["georgia"] });
        Assert.Equal(["426783006", "713427006", "999999"], codes.Labels);
        Assert.Equal(2, codes.Rows.Count);
        Assert.Equal(["713427006"], DatasetImporters.Read(_folder, new ImportOptions { Task = "snomed", MinimumPositives = 2 }).Labels);
    }

    [Fact]
    public void Cpsc2018_numbers_its_nine_labels()
    {
        Write("REFERENCE.csv", "Recording,First_label,Second_label,Third_label", "A0001,5,,", "A0002,1.0,9,");
        Matrix("TrainingSet1/A0001");
        Matrix("TrainingSet1/A0002");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["CRBBB"], Positives(manifest, 0));
        Assert.Equal(["NORM", "STE_"], Positives(manifest, 1));
        Write("REFERENCE.csv", "Recording,First_label,Second_label,Third_label", "A0001,10,,");
        Assert.Contains("'10' is not a number from 1 to 9", Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Chapman_and_Ningbo_are_told_apart_by_number_and_named_by_the_table()
    {
        Write("ConditionNames_SNOMED-CT.csv", "Acronym Name,Full Name,Snomed_CT", "AF,Atrial Flutter,164890007", "SB,Sinus Bradycardia,426177001");
        Header("WFDBRecords/01/010/JS00001", "Age: 85", "Sex: Male", "Dx: 164890007,55827005");
        Header("WFDBRecords/20/200/JS20001", "Age: 59", "Sex: Female", "Dx: 426177001");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["chapman_shaoxing", "ningbo"], manifest.Rows.Select(r => r.Source));
        Assert.Equal(["55827005", "AF"], Positives(manifest, 0).Order(StringComparer.Ordinal));
        Assert.Equal(["SB"], Positives(manifest, 1));
        Assert.Single(DatasetImporters.Read(_folder, new ImportOptions { Sources = ["ningbo"] }).Rows);
    }

    [Fact]
    public void Georgia_is_recognised_by_its_headers()
    {
        Header("g1/E00001", "Age: 55", "Sex: Male", "Dx: 426783006");
        Header("g1/E00002", "Age: 55", "Sex: Male", "Dx: 427084000,427172004");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal("Georgia (G12EC)", manifest.Name);
        Assert.Equal(["427084000", "427172004"], Positives(manifest, 1));
    }

    [Fact]
    public void Code_15_reads_its_table_and_a_file_for_each_exam()
    {
        Write("exams.csv",
            "exam_id,age,is_male,nn_predicted_age,1dAVb,RBBB,LBBB,SB,ST,AF,patient_id,death,timey,normal_ecg,trace_file",
            "1169160,38,True,40.16,False,False,False,False,False,True,523632,False,2.1,True,exams_part13.hdf5",
            "2873686,73,False,67.0,False,True,False,False,False,False,1724173,False,6.6,False,exams_part13.hdf5",
            "99,73,False,67.0,False,True,False,False,False,False,5,False,6.6,False,exams_part1.hdf5");
        Header("wfdb/1169160");
        Header("wfdb/2873686");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["1169160", "2873686"], manifest.Rows.Select(r => r.Record));
        Assert.Equal(["AF"], Positives(manifest, 0));
        Assert.Equal(("523632", "M", 38.0), (manifest.Rows[0].Patient, manifest.Rows[0].Sex, manifest.Rows[0].AgeYears));
    }

    [Fact]
    public void Code_15_reads_its_tracings_where_they_lie_in_the_downloaded_parts()
    {
        Write("exams.csv",
            "exam_id,age,is_male,nn_predicted_age,1dAVb,RBBB,LBBB,SB,ST,AF,patient_id,death,timey,normal_ecg,trace_file",
            "1169160,38,True,40.16,False,False,False,False,False,True,523632,False,2.1,True,exams_part13.hdf5",
            "2873686,73,False,67.0,False,True,False,False,False,False,1724173,False,6.6,False,exams_part13.hdf5",
            "99,73,False,67.0,False,True,False,False,False,False,5,False,6.6,False,exams_part1.hdf5");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "exams_part13.hdf5"), Path.Combine(_folder, "exams_part13.hdf5"));
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["1169160", "2873686"], manifest.Rows.Select(r => r.Record));
        Assert.Equal(["RBBB"], Positives(manifest, 1));
        InputContract contract = TinyDataset.Contract with { Leads = s_standard, SamplingRateHz = 400, Normalization = new FixedScale { Millivolts = [.. s_standard.Select(_ => 1.0)] } };
        StoreBuilder.Build(manifest, contract, Path.Combine(_folder, "store"), new PackOptions { Strict = true });
        using RecordStore store = RecordStore.Open(Path.Combine(_folder, "store"));
        var window = new float[12 * 10];
        store.Read(1, 0, 10, window);
        // Exam k, row t behind the zeros, lead l holds k + t / 100 + l / 1000 mV.
        for (int lead = 0; lead < 12; lead++) Assert.Equal(2 + 0.03 + lead / 1000.0, window[lead * 10 + 3], 2e-3);
    }

    [Fact]
    public void Mimic_gives_subjects_times_and_joined_reports()
    {
        Write("record_list.csv", "subject_id,study_id,file_name,ecg_time,path",
            "10000032,40689238,40689238,2180-07-23 08:44:00,files/p1000/p10000032/s40689238/40689238",
            "10000117,44458630,44458630,2181-11-15 12:01:00,files/p1000/p10000117/s44458630/44458630");
        Write("machine_measurements.csv", "subject_id,study_id,cart_id,ecg_time,report_0,report_1,report_2,report_3,rr_interval",
            "10000117,44458630,1,2181-11-15 12:01:00,Sinus rhythm,,Abnormal ECG,,800",
            "10000032,40689238,1,2180-07-23 08:44:00,Sinus rhythm,,,,659");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Empty(manifest.Labels);
        Assert.Equal(["Sinus rhythm", "Sinus rhythm; Abnormal ECG"], manifest.Rows.Select(r => r.Report));
        Assert.Equal(("10000032", new DateTime(2180, 7, 23, 8, 44, 0)), (manifest.Rows[0].Patient, manifest.Rows[0].Time));
        Assert.EndsWith("s40689238/40689238.hea", manifest.Rows[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Leads_in_the_order_of_mimic_are_packed_in_the_order_of_the_contract()
    {
        string[] order = ["I", "II", "III", "aVR", "aVF", "aVL", "V1", "V2", "V3", "V4", "V5", "V6"];
        Write("record_list.csv", "subject_id,study_id,file_name,ecg_time,path", "1,2,2,2180-07-23 08:44:00,files/p1/s2/2");
        Header("files/p1/s2/2", order, []);
        InputContract contract = TinyDataset.Contract with { Leads = s_standard, Normalization = new FixedScale { Millivolts = [.. s_standard.Select(_ => 1.0)] } };
        StoreBuilder.Build(DatasetImporters.Read(_folder), contract, Path.Combine(_folder, "store"), new PackOptions { Strict = true });
        using RecordStore store = RecordStore.Open(Path.Combine(_folder, "store"));
        var window = new float[12 * 10];
        store.Read(0, 1, 10, window);
        // Every lead holds its place in the file, in tenths of a millivolt, on odd samples.
        for (int lead = 0; lead < 12; lead++) Assert.Equal((Array.IndexOf(order, s_standard[lead]) + 1) / 10.0, window[lead * 10], 1e-3);
    }

    [Fact]
    public void Ludb_turns_sentences_into_codes()
    {
        Header("data/1", s_standard, "<age>: 51", "<sex>: F", "<diagnoses>:", "Rhythm: Sinus bradycardia.", "Electric axis of the heart: left axis deviation.", "A remark.");
        Header("data/2", s_standard, "<age>: 64", "<sex>: M", "<diagnoses>:", "Rhythm: Sinus rhythm.");
        Manifest manifest = DatasetImporters.Read(_folder);
        Assert.Equal(["39732003", "426177001"], Positives(manifest, 0).Order(StringComparer.Ordinal));
        Assert.Equal(["426783006"], Positives(manifest, 1));
        Assert.Equal((51.0, "F"), (manifest.Rows[0].AgeYears, manifest.Rows[0].Sex));
    }

    [Fact]
    public void An_unknown_layout_is_said_to_be_unknown()
    {
        Write("x.csv", "a,b", "1,2");
        var e = Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder));
        Assert.Contains("ptb-xl", e.Message, StringComparison.Ordinal);
        Assert.Contains("no importer 'x'", Assert.Throws<DatasetException>(() => DatasetImporters.Read(_folder, name: "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_labels_can_be_packed_for_pretraining()
    {
        using var data = new TinyDataset();
        data.Write(0, 60);
        data.Write(1, 60);
        Manifest manifest = DatasetImporters.Read(data.Folder, name: "folder");
        StoreBuilder.Build(manifest, TinyDataset.Contract, data.StoreFolder);
        using RecordStore store = RecordStore.Open(data.StoreFolder);
        Assert.Equal((2, 0), (store.Count, store.Labels.Count));
        store.CopyLabels(1, []);
        Assert.Equal(2, store.InSplits([""]).Length);
    }

    private void Write(string name, params string[] lines) => File.WriteAllLines(PathOf(name), lines);

    private void Header(string record, params string[] comments) => Header(record, s_standard, comments);

    /// <summary>100 samples at 100 Hz; a lead alternates between 0 and its place in tenths of a millivolt.</summary>
    private void Header(string record, string[] leads, params string[] comments)
    {
        string path = PathOf(record), name = Path.GetFileName(record);
        File.WriteAllLines(path + ".hea",
            [$"{name} {leads.Length} 100 100", .. leads.Select(l => $"{name}.dat 16 1000(0)/mV 16 0 0 0 0 {l}"), .. comments.Select(c => $"#{c}")]);
        var samples = new List<byte>();
        for (int t = 0; t < 100; t++)
            for (int lead = 0; lead < leads.Length; lead++) samples.AddRange(BitConverter.GetBytes((short)(t % 2 * 100 * (lead + 1))));
        File.WriteAllBytes(path + ".dat", [.. samples]);
    }

    /// <summary>A MATLAB file of level 4 with one matrix of 12 leads.</summary>
    private void Matrix(string record)
    {
        using var file = new BinaryWriter(File.Create(PathOf(record) + ".mat"));
        foreach (int value in new[] { 0, 12, 100, 0, 4 }) file.Write(value);
        file.Write("val\0"u8);
        for (int k = 0; k < 1200; k++) file.Write(Math.Sin(k));
    }

    private string PathOf(string name)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static int Index(Manifest manifest, string label) => manifest.Labels.ToList().IndexOf(label);

    private static IEnumerable<string> Positives(Manifest manifest, int row) =>
        manifest.Labels.Where((_, k) => manifest.Rows[row].Labels[k] == 1);
}
