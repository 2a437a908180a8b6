// One thing to read: a recording's path, or the reason why there is none.
namespace Einthoven.Signals;

/// <summary>One input of a verb. A header with its data files is one input.</summary>
/// <param name="Path">Path to hand to <see cref="EcgRecord.Read(string, CancellationToken)"/>, relative if it was named so.</param>
/// <param name="Error">Set when the path cannot be an input (it does not exist, a pattern matches nothing …); it is then to be reported, not read.</param>
public sealed record EcgInput(string Path, EcgFormatException? Error = null)
{
    /// <summary>What the recording is called: its file's name without extension, or its name within a file of many.</summary>
    public string Id => Formats.RecordPath.Id(Path);
}

/// <summary>The inputs found, in order and without repetition.</summary>
/// <param name="Inputs">What to read, and what to report as failed.</param>
/// <param name="Ignored">Files inside folders that are no inputs (texts, tables without signals, annotations, unknown formats).</param>
public sealed record EcgInputList(IReadOnlyList<EcgInput> Inputs, IReadOnlyList<string> Ignored);
