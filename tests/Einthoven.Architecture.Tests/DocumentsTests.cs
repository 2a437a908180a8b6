// Keeps the documents honest where that is cheap: links lead somewhere, every package has its reason.

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Einthoven.Architecture.Tests;

public sealed partial class DocumentsTests
{
    public static TheoryData<string> Documents =>
        [.. new[] { Path.Combine(Repository.Root, "README.md") }
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_between_documents_lead_to_files_that_exist(string document)
    {
        string path = Path.Combine(Repository.Root, document);
        IEnumerable<string> targets = Link().Matches(File.ReadAllText(path)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));
        string[] broken = [.. targets.Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target)))];
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_package_is_explained_in_the_document_of_dependencies()
    {
        string reasons = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        IEnumerable<string?> packages = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(element => (string?)element.Attribute("Include"));
        Assert.All(packages, package => Assert.Contains($"`{package}`", reasons, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_opens_with_the_two_commands()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string firstBlock = readme.Split("```")[1];
        Assert.Contains("./einthoven predict samples", firstBlock, StringComparison.Ordinal);
        Assert.Contains("./einthoven test", firstBlock, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
