// A call that cannot be meant.

namespace Einthoven.Cli;

/// <summary>The call was wrong in a way that only the verb can see; the message says what to change.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }
}
