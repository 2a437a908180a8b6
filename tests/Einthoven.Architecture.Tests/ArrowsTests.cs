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

    // Packages are few; a storey that is not here uses none.
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["einthoven"] = ["System.CommandLine"],
        ["Einthoven.Training"] = ["CsvHelper"],
    };

    public static TheoryData<string> Storeys => [.. Below.Keys];

    [Theory]
    [MemberData(nameof(Storeys))]
    public void An_assembly_refers_only_to_storeys_below_it(string storey)
    {
        Assert.Empty(ReferencesOf(storey).Where(IsOurs).Except(Reachable(storey)));
    }

    [Theory]
    [MemberData(nameof(Storeys))]
    public void An_assembly_uses_only_the_packages_it_is_known_for(string storey)
    {
        string[] allowed = Packages.GetValueOrDefault(storey, []);
        Assert.Empty(ReferencesOf(storey).Where(name => !IsOurs(name) && !IsFramework(name)).Except(allowed));
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

    private static IEnumerable<string> Reachable(string storey) => Below[storey].Concat(Below[storey].SelectMany(Reachable));

    private static bool IsOurs(string name) => name.StartsWith("Einthoven.", StringComparison.Ordinal);

    // System.CommandLine is a package in spite of its name: only the framework's own folder tells.
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));

    private static List<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
