// generate as a process, with a generator of random weights.

using Einthoven.Models.Generating;
using Einthoven.Models.Packages;
using Einthoven.Models.SssdEcg;
using Einthoven.Signals;
using Einthoven.Torch;

namespace Einthoven.Cli.Tests;

public sealed class GenerateVerbTests : IDisposable
{
    private const string Generator = "tiny-generator";
    private readonly Workshop _workshop = new();

    public GenerateVerbTests()
    {
        var config = new SssdEcgConfig
        {
            Labels = 3,
            Width = 4,
            SkipWidth = 4,
            Blocks = 1,
            StepWaves = 4,
            StepHidden = 4,
            StepWidth = 4,
            InternalLength = 100,
            States = 2,
            LabelWidth = 4,
            Steps = 5,
        };
        using var network = new SssdEcgNetwork(config);
        network.Initialize(new PhiloxRandom(1));
        var description = new ModelDescription
        {
            Name = Generator,
            Family = "sssd-ecg",
            Configuration = SssdEcgFamily.Write(config),
            Input = SssdEcgCheckpoint.Signals(SssdEcgCheckpoint.OriginalLeads, 100),
            Labels = [.. new[] { "NORM", "AFIB", "LVH" }.Select(code => new ModelLabel { Name = code, Code = "SCP:" + code })],
        };
        using var generator = EcgGenerator.Create(description, ModelPackage.WeightsOf(network));
        ModelPackage.Save(Path.Combine(_workshop.Folder, Generator), description, ModelPackage.WeightsOf(network), "# Tiny\n", GeneratorCheck.Record(generator));
    }

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void Recordings_a_table_and_a_contact_sheet_are_written_and_say_what_they_are()
    {
        CliResult result = Run("--labels", "AFIB,LVH", "--count", "2", "--out", "made");
        Assert.Equal(0, result.Status);
        string header = File.ReadAllText(In("made/synthetic-0001.hea"));
        Assert.StartsWith("synthetic-0001 12 100 100\n", header, StringComparison.Ordinal);
        Assert.Contains("# synthetic: this is a synthetic ECG", header, StringComparison.Ordinal);
        Assert.Contains("# labels: AFIB,LVH\n", header, StringComparison.Ordinal);
        Assert.Contains($"# model: {Generator} (sssd-ecg)\n", header, StringComparison.Ordinal);
        Assert.Contains("synthetic-0002", File.ReadAllText(In("made/records.csv")), StringComparison.Ordinal);
        Assert.Contains("<svg", File.ReadAllText(In("made/contact-sheet.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_gives_one_recording_a_row()
    {
        File.WriteAllText(In("labels.csv"), "record,AFIB,NORM\nfirst,1,0\nsecond,,1\n");
        CliResult result = Run("--like", "labels.csv", "--sampler", "dpm-solver", "--steps", "2", "--out", "alike");
        Assert.Equal(0, result.Status);
        Assert.Contains("# labels: NORM\n", File.ReadAllText(In("alike/synthetic-0002.hea")), StringComparison.Ordinal);
        Assert.Contains("# labels of: second in labels.csv\n", File.ReadAllText(In("alike/synthetic-0002.hea")), StringComparison.Ordinal);
        Assert.False(File.Exists(In("alike/synthetic-0003.hea")));
    }

    [Fact]
    public void Between_two_sets_the_shares_move_from_one_to_the_other()
    {
        CliResult result = Run("--interpolate", "NORM:AFIB", "--count", "3", "--sampler", "ddim", "--steps", "2", "--out", "between");
        Assert.Equal(0, result.Status);
        Assert.Contains("# labels: NORM=0.5,AFIB=0.5\n", File.ReadAllText(In("between/synthetic-0002.hea")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_contradictory_set_is_made_with_a_warning()
    {
        CliResult result = Run("--labels", "NORM,AFIB", "--out", "odd");
        Assert.Equal(0, result.Status);
        Assert.Contains("einthoven: warning: NORM with AFIB", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(In("odd/synthetic-0001.dat")));
    }

    [Theory]
    [InlineData("knows no label \"AFBI\"; the nearest is AFIB", "--labels", "AFBI")]
    [InlineData("--count must be 1 or more", "--labels", "AFIB", "--count", "0")]
    [InlineData("Give one of --labels, --like and --interpolate", "--count", "1")]
    [InlineData("--steps belongs to --sampler", "--labels", "AFIB", "--steps", "3")]
    [InlineData("give 1 to 5 steps", "--labels", "AFIB", "--sampler", "ddim", "--steps", "6")]
    public void A_call_that_cannot_be_meant_is_answered_with_one_line_and_status_2(string expected, params string[] call)
    {
        CliResult result = Run([.. call, "--out", "none"]);
        Assert.Equal(2, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("none")));
    }

    [Fact]
    public void The_same_seed_gives_the_same_recordings_however_many_are_made_together()
    {
        Assert.Equal(0, Run("--labels", "AFIB", "--count", "3", "--seed", "7", "--batch", "1", "--out", "alone").Status);
        Assert.Equal(0, Run("--labels", "AFIB", "--count", "3", "--seed", "7", "--batch", "3", "--out", "together").Status);
        for (int k = 1; k <= 3; k++)
        {
            EcgRecord alone = EcgRecord.Read(In($"alone/synthetic-000{k}.hea")), together = EcgRecord.Read(In($"together/synthetic-000{k}.hea"));
            double gap = alone.Leads.Zip(together.Leads).Max(pair => pair.First.Samples.ToArray().Zip(pair.Second.Samples.ToArray()).Max(v => Math.Abs(v.First - v.Second)));
            Assert.True(gap < 1e-3, $"recording {k} differs by {gap} mV");
        }
    }

    [Fact]
    public void A_full_disk_is_told_in_one_line()
    {
        string disk = In("disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Mounted("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "a small disk can only be made by root");
        try
        {
            CliResult result = Run("--labels", "AFIB", "--count", "60", "--sampler", "ddim", "--steps", "1", "--batch", "60", "--out", "disk/made");
            Assert.Equal(1, result.Status);
            string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("No space left on device", line, StringComparison.Ordinal);
        }
        finally
        {
            Mounted("umount", disk);
        }
    }

    [Fact]
    public void Verify_runs_the_check_of_a_generator()
    {
        CliResult result = Cli.Run(_workshop.Folder, null, ["model", "verify", Generator]);
        Assert.Equal(0, result.Status);
        Assert.Matches("stages +all [0-9]+ agree", result.Output);
    }

    private static bool Mounted(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private CliResult Run(params string[] call) => Cli.Run(_workshop.Folder, null, ["generate", "--model", Generator, .. call]);

    private string In(string path) => Path.Combine(_workshop.Folder, path);
}
