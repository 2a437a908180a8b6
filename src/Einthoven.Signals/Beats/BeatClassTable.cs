// Counts of reference class by tested class, with the scores of ventricular and supraventricular ectopic beats (EC57).
namespace Einthoven.Signals.Beats;

/// <summary>Classes are letters: N, S, V, F, Q, and O for none.</summary>
public sealed class BeatClassTable
{
    readonly Dictionary<(char Reference, char Test), int> _counts = [];

    /// <summary>Adds one pair; O on one side for a beat without partner.</summary>
    public void Add(char reference, char test) => _counts[(reference, test)] = this[reference, test] + 1;

    /// <summary>Number of pairs of these classes.</summary>
    public int this[char reference, char test] => _counts.GetValueOrDefault((reference, test));

    /// <summary>Beats found, of whatever class.</summary>
    public int Found => _counts.Where(c => c.Key.Reference != 'O' && c.Key.Test != 'O').Sum(c => c.Value);

    /// <summary>Beats missed.</summary>
    public int Missed => _counts.Where(c => c.Key.Test == 'O').Sum(c => c.Value);

    /// <summary>Detections that are no beat.</summary>
    public int Extra => _counts.Where(c => c.Key.Reference == 'O').Sum(c => c.Value);

    /// <summary>True positives, misses and false positives of ventricular beats; fusion and unclassifiable beats called ventricular do not count as false.</summary>
    public (int Tp, int Fn, int Fp) Ventricular => Score('V', "NSO");

    /// <summary>The same of supraventricular ectopic beats; unclassifiable ones do not count as false.</summary>
    public (int Tp, int Fn, int Fp) Supraventricular => Score('S', "NVFO");

    /// <summary>The EC57 class of a beat annotation; null for a symbol that is no beat.</summary>
    public static char? ClassOf(string symbol) => symbol switch
    {
        "N" or "L" or "R" or "e" or "j" or "B" or "n" => 'N',
        "A" or "a" or "J" or "S" => 'S',
        "V" or "E" or "r" => 'V',
        "F" => 'F',
        "/" or "f" or "Q" or "?" => 'Q',
        _ => null,
    };

    (int Tp, int Fn, int Fp) Score(char wanted, string countedAsFalse) => (
        this[wanted, wanted],
        _counts.Where(c => c.Key.Reference == wanted && c.Key.Test != wanted).Sum(c => c.Value),
        countedAsFalse.Sum(reference => this[reference, wanted]));
}
