// One variable of a MATLAB file.
namespace Einthoven.Signals.Formats.Matlab;

/// <summary>A numeric matrix, column-major as stored, or a text.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Rows">First dimension.</param>
/// <param name="Columns">Product of the other dimensions.</param>
/// <param name="IsInteger">True for integer classes.</param>
/// <param name="Values">Values, column after column; empty for texts.</param>
/// <param name="Text">The characters of a text variable of one row.</param>
sealed record MatVariable(string Name, int Rows, int Columns, bool IsInteger, double[] Values, string? Text = null)
{
    public bool IsScalar => Values.Length == 1;

    public double this[int row, int column] => Values[row + (long)column * Rows];
}
