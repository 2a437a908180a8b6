// The refusal of a recording that a model cannot take.

namespace Einthoven.Models.Contracts;

/// <summary>A recording does not meet a model's input contract. The message names the recording, what was found and what to do.</summary>
public sealed class InputContractException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="record">The recording's path.</param>
    /// <param name="reason">What was found and what to do.</param>
    public InputContractException(string record, string reason)
        : base($"{record}: {reason}") => Reason = reason;

    /// <summary>The message without the recording's name.</summary>
    public string Reason { get; }
}
