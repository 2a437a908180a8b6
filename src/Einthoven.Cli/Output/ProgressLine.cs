// One line on standard error that tells how far a run is; nothing where that is no terminal.

using System.Diagnostics;
using System.Globalization;
using Einthoven.Models.Reporting;

namespace Einthoven.Cli.Output;

internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _total;
    private readonly bool _visible;
    private int _done;
    private TimeSpan _shown;
    private bool _onScreen;

    public ProgressLine(int total)
    {
        _total = total;
        _visible = Terminal.ShowsProgress && total > 1;
    }

    /// <summary>Counts one record, and shows the line if the last time is a while ago.</summary>
    public void Advance()
    {
        _done++;
        if (!_visible || _clock.Elapsed - _shown < Pause)
            return;
        _shown = _clock.Elapsed;
        double rate = _done / _clock.Elapsed.TotalSeconds;
        var left = TimeSpan.FromSeconds((_total - _done) / rate);
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{_done} of {_total}, {rate:0} records/s, {left:h\\:mm\\:ss} left"));
        _onScreen = true;
    }

    /// <summary>Takes the line away before something else is written to the terminal.</summary>
    public void Clear()
    {
        if (_onScreen)
            Console.Error.Write("\r\e[K");
        _onScreen = false;
    }

    /// <summary>Says on standard error why a recording was left out.</summary>
    public void Tell(FailedInput failure)
    {
        Clear();
        Console.Error.WriteLine($"einthoven: {failure.Path}: {failure.Reason}");
    }

    public void Dispose() => Clear();
}
