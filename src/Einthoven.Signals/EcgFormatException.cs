// The one exception of this library: a file that is no ECG, or one that cannot be read as what it claims to be.
namespace Einthoven.Signals;

/// <summary>A file could not be read as an ECG. The message names the file, the place in it, what was found and what to do.</summary>
/// <remarks>Messages carry positions and field values of the format, never patient data.</remarks>
public sealed class EcgFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file, as it was named by the caller.</param>
    /// <param name="place">Line, field or byte position; empty when the file as a whole is meant.</param>
    /// <param name="found">What was found there.</param>
    /// <param name="advice">What the user can do about it.</param>
    /// <param name="inner">The cause, when another error lies beneath.</param>
    public EcgFormatException(string path, string place, string found, string advice, Exception? inner = null)
        : base(Compose(path, place, found, advice), inner)
    {
        Path = path;
        Place = place;
        Found = found;
        Advice = advice;
    }

    /// <summary>The file, as it was named by the caller.</summary>
    public string Path { get; }

    /// <summary>Line, field or byte position; empty when the file as a whole is meant.</summary>
    public string Place { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What the user can do about it.</summary>
    public string Advice { get; }

    /// <summary>The message without the file's name: for lists that already show it.</summary>
    public string Reason => Compose(null, Place, Found, Advice);

    static string Compose(string? path, string place, string found, string advice)
    {
        string where = (path, place) switch
        {
            (null, "") => "",
            (null, _) => place + ": ",
            (_, "") => path + ": ",
            _ => $"{path}: {place}: ",
        };
        return advice.Length == 0 ? where + found : $"{where}{found}; {advice}";
    }
}
