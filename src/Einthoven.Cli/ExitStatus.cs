// The meaning of the process's exit status.

namespace Einthoven.Cli;

internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>Some inputs failed; they are named on standard error, the rest is delivered.</summary>
    public const int SomeFailed = 1;

    /// <summary>The call was wrong; nothing was done.</summary>
    public const int WrongCall = 2;

    /// <summary>Ended by Ctrl-C; what was written is whole.</summary>
    public const int Interrupted = 130;
}
