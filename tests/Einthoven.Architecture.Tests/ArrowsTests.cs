// Holds the arrows of the house: which assembly may refer to which.

using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Einthoven.Architecture.Tests;

public sealed class ArrowsTests
{
    // Each storey with the storeys right below it; what these may use, it may use as well.
    private static readonly Dictionary<string, string[]> Below = new()
    {
        ["einthoven"] = ["Einthoven.Training"],
        ["Einthoven.Training"] = ["Einthoven.Models", "Einthoven.Evaluation"],
        ["Einthoven.Models"] = ["Einthoven.Torch", "Einthoven.Signals"],
        ["Einthoven.Evaluation"] = [],
        ["Einthoven.Torch"] = [],
        ["Einthoven.Signals"] = [],
    };

    public static TheoryData<string> Storeys => [.. Below.Keys];

    [Theory]
    [MemberData(nameof(Storeys))]
    public void An_assembly_refers_only_to_storeys_below_it(string storey)
    {
        string[] ours = [.. ReferencesOf(storey).Where(IsOurs)];
        Assert.Subset(Reachable(storey), [.. ours]);
    }

    [Theory]
    [MemberData(nameof(Storeys))]
    public void Only_the_command_line_refers_to_packages(string storey)
    {
        string[] foreign = [.. ReferencesOf(storey).Where(name => !IsOurs(name) && !IsFramework(name))];
        string[] allowed = storey == "einthoven" ? ["System.CommandLine"] : [];
        Assert.Subset([.. allowed], [.. foreign]);
    }

    [Fact]
    public void Every_project_under_src_is_a_storey_of_this_test()
    {
        string[] projects = [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)).Order()];
        string[] storeys = [.. Below.Keys.Select(name => name == "einthoven" ? "Einthoven.Cli" : name).Order()];
        Assert.Equal(storeys, projects);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Einthoven.slnx"));
        string[] folders = ["src", "tests", "bench"];
        foreach (string project in folders.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
                     .SelectMany(folder => Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories)))
            Assert.Contains(Path.GetRelativePath(Repository.Root, project).Replace('\\', '/'), solution, StringComparison.Ordinal);
    }

    private static HashSet<string> Reachable(string storey) =>
        [.. Below[storey], .. Below[storey].SelectMany(Reachable)];

    private static bool IsOurs(string name) => name.StartsWith("Einthoven.", StringComparison.Ordinal);

    // Packages of our own whose names begin with System would slip through by name; the framework's folder knows.
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));

    private static List<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
