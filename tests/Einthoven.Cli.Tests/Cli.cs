// Runs the command line as a user does: its own process, its streams, its exit status.

using System.Diagnostics;

namespace Einthoven.Cli.Tests;

/// <param name="Status">Exit status.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CliResult(int Status, string Output, string Error);

internal static class Cli
{
    /// <summary>Runs <c>einthoven</c> with a working folder, an optional standard input, and the models of one folder.</summary>
    public static CliResult Run(string folder, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "einthoven"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["EINTHOVEN_MODELS"] = folder;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output.Result, error.Result);
    }
}
