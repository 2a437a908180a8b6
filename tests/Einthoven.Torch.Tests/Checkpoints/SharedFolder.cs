// Finds the reference files beside the checkout; tests that need them skip where they are missing.
namespace Einthoven.Torch.Tests.Checkpoints;

internal static class SharedFolder
{
    /// <summary>Path of a file or folder of the reference tree; skips the running test where there is none.</summary>
    public static string Require(string relative)
    {
        string? root = Environment.GetEnvironmentVariable("EINTHOVEN_SHARED") ?? BesideCheckout();
        string path = Path.Combine(root ?? "", relative);
        Assert.SkipWhen(root == null || !Path.Exists(path), $"The reference file {relative} is not here; set EINTHOVEN_SHARED to its tree.");
        return path;
    }

    private static string? BesideCheckout()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at != null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Einthoven.slnx"))) return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared"));
        return null;
    }
}
