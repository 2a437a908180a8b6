// Training as processes, and what becomes of it when one is killed or the disk is full.
using System.Diagnostics;
using System.Globalization;
using Einthoven.Signals;
using Einthoven.Signals.Formats.Wfdb;
using Einthoven.Signals.Simulation;

namespace Einthoven.Cli.Tests;

public sealed class TrainingVerbTests
{
    private const int Interrupted = 130;

    [Fact]
    public void A_killed_process_ends_the_run_with_a_line_and_another_number_of_processes_goes_on()
    {
        using Workshop workshop = Make();
        using Process launcher = Start(workshop, "--nproc", "2");
        var error = new List<string>();
        // Not before a state was saved: the first epoch has ended when the second one is told of.
        while (launcher.StandardError.ReadLine() is { } line)
        {
            error.Add(line);
            if (line.Contains("epoch 2 of", StringComparison.Ordinal)) break;
        }
        int child = Children(launcher.Id)[0];
        Process.GetProcessById(child).Kill();
        error.AddRange(launcher.StandardError.ReadToEnd().Split('\n'));
        launcher.WaitForExit();
        Assert.Equal(1, launcher.ExitCode);
        Assert.Contains(error, l => l.Contains("of 2 ended with status 137; the others are stopped. The same call with --resume goes on.", StringComparison.Ordinal));
        Assert.Empty(Children(launcher.Id));

        CliResult resumed = Cli.Run(workshop.Folder, null, [.. Call, "--resume", "--stop-after", "2"]);
        Assert.Equal(Interrupted, resumed.Status);
        Assert.Contains("stopped and saved in run", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_ends_the_run_with_a_line_and_with_space_again_it_goes_on()
    {
        using Workshop workshop = Make();
        string disk = Directory.CreateDirectory(Path.Combine(workshop.Folder, "run")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk), "a small disk can only be made by root");
        try
        {
            Assert.Equal(Interrupted, Cli.Run(workshop.Folder, null, [.. Call, "--stop-after", "3"]).Status);
            string filler = Path.Combine(disk, "filler");
            Fill(filler);
            CliResult full = Cli.Run(workshop.Folder, null, [.. Call, "--resume"]);
            Assert.Equal(1, full.Status);
            Assert.Contains("No space left on device", full.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);

            File.Delete(filler);
            CliResult resumed = Cli.Run(workshop.Folder, null, [.. Call, "--resume", "--stop-after", "2"]);
            Assert.Equal(Interrupted, resumed.Status);
            string state = File.ReadAllLines(Path.Combine(disk, "log.jsonl")).Last(l => l.Contains("\"start\"", StringComparison.Ordinal));
            Assert.Matches("\"updates\":[1-9]", state);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void Bad_recordings_and_labels_are_named_and_training_goes_on_without_them()
    {
        using Workshop workshop = Make();
        string table = Path.Combine(workshop.Folder, "labels.csv");
        string[] rows = File.ReadAllLines(table);
        workshop.AddRecord("absent");
        // A format 16 signal of which every sample is the code for missing.
        File.WriteAllBytes(Path.Combine(workshop.Folder, "records", "absent.dat"), [.. Enumerable.Repeat<byte[]>([0x00, 0x80], 600).SelectMany(b => b)]);
        File.WriteAllLines(table, [.. rows.Select((row, k) => row + (k == 0 ? ",ALWAYS" : ",1")), "absent,1,0,1"]);
        CliResult result = Cli.Run(workshop.Folder, null, [.. Call, "--stop-after", "2"]);
        Assert.Equal(Interrupted, result.Status);
        Assert.Contains("1 recordings cannot be used, such as absent: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("every sample of the leads is missing (NaN)", result.Error, StringComparison.Ordinal);
        Assert.Contains("label ALWAYS: the same in all training recordings", result.Error, StringComparison.Ordinal);
        Assert.Contains("stopped and saved in run", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r0,2,0", "line 2, column AFIB: '2' is not 1 (present), 0 (absent) or empty (unknown)")]
    [InlineData("nowhere,1,0", "1 of 40 recordings have no file in records: nowhere")]
    public void A_fault_in_the_table_is_one_line_that_names_its_place(string fault, string message)
    {
        using Workshop workshop = Make();
        string table = Path.Combine(workshop.Folder, "labels.csv");
        string[] rows = File.ReadAllLines(table);
        File.WriteAllLines(table, [rows[0], fault, .. rows[2..]]);
        CliResult result = Cli.Run(workshop.Folder, null, Call);
        Assert.Equal(1, result.Status);
        Assert.Contains(message, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    private static string[] Call =>
    [
        "finetune", "--data", "records", "--labels", "labels.csv", "--model", Workshop.ModelName, "--out", "run", "--threads", "1",
        "--set", "epochs=100000", "--set", "batch=8", "--set", "precision=float32",
    ];

    [Fact]
    public void A_folder_without_labels_pretrains_an_encoder_by_the_names_of_objective_and_encoder()
    {
        using var workshop = new Workshop();
        string data = Directory.CreateDirectory(Path.Combine(workshop.Folder, "ward")).FullName;
        for (ulong k = 0; k < 8; k++)
        {
            EcgRecord record = EcgSimulator.Run(new SimulationOptions { Rhythm = "sinus", SamplingRateHz = 100, Seconds = 10, Seed = k }).Record;
            WfdbWriter.Write(record, Path.Combine(data, $"r{k}.hea"));
        }
        string[] call = ["pretrain", "--data", "ward", "--objective", "simclr", "--out", "run"];
        CliResult result = Cli.Run(workshop.Folder, null, [.. call, "--encoder", "xresnet-mini", "--set", "epochs=1", "--set", "batch=2"]);
        Assert.True(result.Status == 0, result.Error);
        Assert.StartsWith("simclr-xresnet-mini: validation loss", result.Output, StringComparison.Ordinal);
        CliResult features = Cli.Run(workshop.Folder, null, "embed", "ward", "--model", "run", "--out", "features.csv");
        Assert.True(features.Status == 0, features.Error);
        Assert.Equal(9, File.ReadLines(Path.Combine(workshop.Folder, "features.csv")).Count());

        CliResult refused = Cli.Run(workshop.Folder, null, "pretrain", "--data", "ward", "--objective", "mae", "--encoder", "net1d", "--out", "other");
        Assert.Equal(2, refused.Status);
        Assert.Contains("Encoders for mae: vit-mini", refused.Error, StringComparison.Ordinal);
    }

    private static Workshop Make()
    {
        Workshop workshop = new Workshop().AddModel();
        var labels = new List<string> { "record,AFIB,SR" };
        for (int k = 0; k < 40; k++)
        {
            workshop.AddRecord($"r{k}");
            labels.Add(string.Create(CultureInfo.InvariantCulture, $"r{k},{k % 2},{1 - (k % 2)}"));
        }
        File.WriteAllLines(Path.Combine(workshop.Folder, "labels.csv"), labels);
        return workshop;
    }

    private static Process Start(Workshop workshop, params string[] more)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "einthoven"), [.. Call, .. more])
        {
            WorkingDirectory = workshop.Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["EINTHOVEN_MODELS"] = workshop.Folder;
        return Process.Start(start)!;
    }

    private static int[] Children(int parent) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => ParentOf(id) == parent)];

    // /proc/ID/stat: the number, the name in brackets, a letter, the parent.
    private static int ParentOf(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static void Fill(string path)
    {
        using FileStream stream = File.Create(path);
        try
        {
            var block = new byte[4096];
            while (true) stream.Write(block);
        }
        catch (IOException)
        {
            // Full: that is what was wanted.
        }
    }
}
