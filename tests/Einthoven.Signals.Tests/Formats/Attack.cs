// Breaks a file in every place: whatever happens, it must end in a record or in a reason.
namespace Einthoven.Signals.Tests.Formats;

static class Attack
{
    /// <summary>Reads every truncation of a file, and the file with every single byte changed.</summary>
    public static void EveryTruncationAndChange(TemporaryFolder folder, string name, byte[] file)
    {
        Assert.NotEmpty(EcgRecord.Read(folder.Write(name, file)).Leads);
        for (int at = 0; at < file.Length; at++)
        {
            ReadOrReason(folder.Write(name, file[..at]));
            foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0xFF])
            {
                byte[] changed = [.. file];
                changed[at] ^= change;
                ReadOrReason(folder.Write(name, changed));
            }
        }
    }

    public static void ReadOrReason(string path)
    {
        try
        {
            Assert.NotEmpty(EcgRecord.Read(path).Leads);
        }
        catch (EcgFormatException error)
        {
            Assert.NotEmpty(error.Reason);
            // The last net is for what nobody thought of; these attacks are thought of.
            Assert.DoesNotContain("did not expect", error.Message, StringComparison.Ordinal);
        }
    }
}
