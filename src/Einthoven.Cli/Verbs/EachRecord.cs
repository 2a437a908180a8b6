// Reads inputs one after another; one that cannot be read is named on standard error and does not stop the others.

using Einthoven.Signals;

namespace Einthoven.Cli.Verbs;

internal static class EachRecord
{
    /// <summary>Hands every recording to the action; true when an input failed.</summary>
    public static bool Of(EcgInputList inputs, EcgReadOptions options, Action<EcgRecord> action)
    {
        bool failed = false;
        foreach (EcgInput file in inputs.Inputs)
        {
            try
            {
                if (file.Error is { } error)
                    throw error;
                action(EcgRecord.Read(file.Path, options));
            }
            catch (EcgFormatException broken)
            {
                Console.Error.WriteLine($"einthoven: {file.Path}: {broken.Reason}");
                failed = true;
            }
        }

        return failed;
    }
}
