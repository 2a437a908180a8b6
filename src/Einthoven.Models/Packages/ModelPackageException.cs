// The exception of model packages.

namespace Einthoven.Models.Packages;

/// <summary>A model package is missing, incomplete or damaged. The message names the package, the file in it, what was found and what to do.</summary>
public sealed class ModelPackageException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelPackageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
