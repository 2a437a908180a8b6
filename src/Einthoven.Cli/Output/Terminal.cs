// What the standard streams are connected to.

namespace Einthoven.Cli.Output;

internal static class Terminal
{
    /// <summary>Whether standard output shows colour: a terminal, and nobody asked for none (no-color.org).</summary>
    public static bool ShowsColour =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Whether progress can be shown on standard error.</summary>
    public static bool ShowsProgress => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
}
