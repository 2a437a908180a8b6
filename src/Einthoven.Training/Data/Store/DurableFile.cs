// Files that appear whole or not at all: written under another name, flushed to the disk, then renamed.
using System.Security.Cryptography;

namespace Einthoven.Training.Data;

internal static class DurableFile
{
    /// <summary>What unfinished files end in; a builder deletes those that it finds.</summary>
    internal const string Unfinished = ".unfinished";

    /// <summary>Writes a file that appears under its name when it is complete on the disk.</summary>
    /// <returns>SHA-256 of its content, in lower-case hexadecimal.</returns>
    /// <exception cref="DatasetException">The disk is full, or the folder cannot be written.</exception>
    internal static string Write(string path, Action<Stream> content)
    {
        string draft = path + Unfinished;
        try
        {
            string sum;
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                using var hash = SHA256.Create();
                using (var hashing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
                    content(hashing);
                file.Flush(flushToDisk: true);
                sum = Convert.ToHexStringLower(hash.Hash!);
            }
            File.Move(draft, path, overwrite: true);
            return sum;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(draft);
            throw new DatasetException($"{path} cannot be written: {e.Message.TrimEnd('.')}. What was finished before is kept; make room and run again.", e);
        }
    }

    /// <summary>SHA-256 of a file, in lower-case hexadecimal.</summary>
    internal static string Sum(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first fault is the one to report; the next build removes the rest.
        }
    }
}
