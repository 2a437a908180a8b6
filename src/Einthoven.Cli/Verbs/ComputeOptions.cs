// --threads and --device of every verb that computes with a network.

using System.CommandLine;
using Einthoven.Torch;

namespace Einthoven.Cli.Verbs;

internal sealed class ComputeOptions
{
    private readonly Option<int?> _threads = SharedOptions.Count("--threads", "Threads that compute (all cores)");
    private readonly Option<string> _device = new("--device") { Description = "Where to compute: cpu, cuda or cuda:N", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };

    public ComputeOptions(Command verb)
    {
        verb.Add(_threads);
        verb.Add(_device);
    }

    /// <summary>The threads that were asked for; null: all.</summary>
    public int? Threads(ParseResult call) => call.GetValue(_threads);

    /// <summary>Sets the threads of this process, and names the device. Loads the engine.</summary>
    /// <exception cref="UsageException">There is no such device.</exception>
    public Device Apply(ParseResult call)
    {
        if (Threads(call) is { } threads)
            TorchRuntime.Threads = threads;
        try
        {
            return Device.Parse(call.GetRequiredValue(_device));
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--device: {error.Message}");
        }
    }
}
