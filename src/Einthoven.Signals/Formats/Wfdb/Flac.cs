// A decoder of FLAC streams (RFC 9639), for the WFDB formats 508, 516 and 524: a file's signals are the stream's channels.
namespace Einthoven.Signals.Formats.Wfdb;

/// <summary>What the stream says of itself.</summary>
readonly record struct FlacInfo(int Channels, int BitsPerSample, long Samples, int MaxBlock);

static class Flac
{
    const int MetadataStart = 4, StreamInfoBytes = 34;

    /// <summary>Reads the stream information block; null where the bytes are no FLAC stream.</summary>
    public static FlacInfo? Identify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MetadataStart + 4 + StreamInfoBytes || !bytes.StartsWith("fLaC"u8) || (bytes[4] & 0x7F) != 0) return null;
        var bits = new BitReader(bytes[(MetadataStart + 4)..]);
        bits.Read(16);
        int maxBlock = (int)bits.Read(16);
        bits.Read(24);
        bits.Read(24);
        bits.Read(20);
        int channels = (int)bits.Read(3) + 1, width = (int)bits.Read(5) + 1;
        long samples = (long)bits.Read(4) << 32 | bits.Read(32);
        return new FlacInfo(channels, width, samples, maxBlock);
    }

    /// <summary>Decodes the channels into arrays of the caller's length; returns the number of samples found for each, up to that length.</summary>
    /// <exception cref="InvalidDataException">The stream breaks a rule of the format.</exception>
    public static int Decode(ReadOnlySpan<byte> bytes, FlacInfo info, int[][] channels)
    {
        int at = SkipMetadata(bytes), done = 0, wanted = channels[0].Length;
        int[][] block = new int[info.Channels][];
        for (int c = 0; c < block.Length; c++) block[c] = new int[Math.Max(info.MaxBlock, 1)];
        while (done < wanted && at < bytes.Length)
        {
            var bits = new BitReader(bytes[at..]);
            int count;
            try
            {
                count = FlacFrame.Decode(ref bits, info, block);
            }
            catch (EndOfStreamException)
            {
                break; // a cut file: what came before is good
            }
            at += bits.BytesUsed;
            int take = Math.Min(count, wanted - done);
            for (int c = 0; c < block.Length; c++) block[c].AsSpan(0, take).CopyTo(channels[c].AsSpan(done));
            done += take;
        }
        return done;
    }

    static int SkipMetadata(ReadOnlySpan<byte> bytes)
    {
        int at = MetadataStart;
        while (true)
        {
            if (bytes.Length - at < 4) throw new InvalidDataException("metadata without end");
            bool last = bytes[at] >= 0x80;
            int length = bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
            if (length > bytes.Length - at - 4) throw new InvalidDataException("a metadata block longer than the file");
            at += 4 + length;
            if (last) return at;
        }
    }
}
