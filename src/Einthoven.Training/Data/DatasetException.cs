// The one exception of training data.
namespace Einthoven.Training.Data;

/// <summary>A data set is missing, incomplete or contradicts itself. The message names the file, what was found and what to do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes an exception with a message.</summary>
    public DatasetException(string message) : base(message) { }

    /// <summary>Makes an exception with a message and what caused it.</summary>
    public DatasetException(string message, Exception inner) : base(message, inner) { }
}
