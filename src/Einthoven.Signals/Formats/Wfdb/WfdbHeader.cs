// The content of a WFDB header, as the WFDB applications guide defines it (header(5)).
namespace Einthoven.Signals.Formats.Wfdb;

/// <summary>One signal line.</summary>
sealed record WfdbSignal
{
    public required string FileName { get; init; }
    public required int Format { get; init; }
    public int SamplesPerFrame { get; init; } = 1;
    public int SkewFrames { get; init; }
    public long ByteOffset { get; init; }

    /// <summary>Counts per unit.</summary>
    public double Gain { get; init; } = DefaultGain;

    /// <summary>False when the header gives no gain and the customary 200 is assumed.</summary>
    public bool IsCalibrated { get; init; }

    public double Baseline { get; init; }
    public string Units { get; init; } = "mV";
    public int InitialValue { get; init; }
    public int? Checksum { get; init; }
    public string Description { get; init; } = "";

    /// <summary>Gain of an uncalibrated signal, counts per millivolt.</summary>
    public const double DefaultGain = 200;
}

/// <summary>One line of a multi-segment header; the name <c>~</c> stands for a gap.</summary>
sealed record WfdbSegment(string Name, long FrameCount)
{
    public bool IsGap => Name == "~";
}

/// <summary>A whole header.</summary>
sealed record WfdbHeader
{
    /// <summary>The path that errors name.</summary>
    public required string Path { get; init; }

    /// <summary>Folder in which signal files and segments lie.</summary>
    public required string Folder { get; init; }

    public required double FrameRateHz { get; init; }

    /// <summary>Frames per signal; 0 means that the signal file's size decides.</summary>
    public required long FrameCount { get; init; }

    public required IReadOnlyList<WfdbSignal> Signals { get; init; }

    /// <summary>Null for a record of one segment.</summary>
    public IReadOnlyList<WfdbSegment>? Segments { get; init; }

    public required IReadOnlyList<string> Comments { get; init; }
    public string? BaseTime { get; init; }
    public string? BaseDate { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}
