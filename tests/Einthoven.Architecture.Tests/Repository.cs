// Finds the checkout that this test was built from.

namespace Einthoven.Architecture.Tests;

internal static class Repository
{
    /// <summary>The folder that holds Einthoven.slnx, found by walking up from the test's own folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Einthoven.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Einthoven.slnx.");
    }
}
