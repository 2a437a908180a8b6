// Progress of a long run on standard error: lines that stay, and on a terminal one that keeps changing.

namespace Einthoven.Cli.Output;

internal sealed class StatusLine : IDisposable
{
    private bool _onScreen;

    /// <summary>Shows a message; one that does not stay is shown on terminals only and gives way to the next.</summary>
    public void Show(string message, bool stays)
    {
        if (stays)
        {
            Clear();
            Console.Error.WriteLine(message);
        }
        else if (Terminal.ShowsProgress)
        {
            Console.Error.Write($"\r\e[K{message}");
            _onScreen = true;
        }
    }

    /// <summary>Takes the changing line away before something else is written to the terminal.</summary>
    public void Clear()
    {
        if (_onScreen)
            Console.Error.Write("\r\e[K");
        _onScreen = false;
    }

    public void Dispose() => Clear();
}
