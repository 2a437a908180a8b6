// Writes a page as PNG (ISO/IEC 15948) with its true scale: drawn by PixelCanvas, a palette where the colours are few.
using System.Buffers.Binary;
using System.IO.Compression;

namespace Einthoven.Signals.Page;

internal static class PngWriter
{
    private static readonly uint[] s_crcTable = [.. Enumerable.Range(0, 256).Select(n =>
    {
        uint c = (uint)n;
        for (int k = 0; k < 8; k++) c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
        return c;
    })];

    public static void Write(DisplayList page, double pixelsPerMm, Stream output)
    {
        var canvas = new PixelCanvas((int)Math.Round(page.WidthMm * pixelsPerMm), (int)Math.Round(page.HeightMm * pixelsPerMm));
        foreach (PageItem item in page.Items)
        {
            if (item is PageLines lines) canvas.Draw(lines.Strokes, pixelsPerMm, lines.WidthMm, lines.Colour);
            else if (item is PageText text) canvas.Draw(StrokeFont.Strokes(text), pixelsPerMm, text.SizeMm * (text.Bold ? 0.13 : 0.085), text.Colour);
        }

        Dictionary<int, byte>? palette = Palette(canvas.Pixels);
        output.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], canvas.Height);
        header[8] = 8;
        header[9] = (byte)(palette is null ? 2 : 3);
        Chunk(output, "IHDR"u8, header);
        Span<byte> scale = stackalloc byte[9];
        int perMetre = (int)Math.Round(pixelsPerMm * 1000);
        BinaryPrimitives.WriteInt32BigEndian(scale, perMetre);
        BinaryPrimitives.WriteInt32BigEndian(scale[4..], perMetre);
        scale[8] = 1;
        Chunk(output, "pHYs"u8, scale);
        if (palette is not null) Chunk(output, "PLTE"u8, [.. palette.Keys.SelectMany(rgb => new[] { (byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb })]);
        Chunk(output, "IDAT"u8, Pack(canvas, palette));
        Chunk(output, "IEND"u8, []);
    }

    // Colours in the order in which they occur; null where there are more than a palette holds.
    private static Dictionary<int, byte>? Palette(int[] pixels)
    {
        var palette = new Dictionary<int, byte>();
        int last = -1;
        foreach (int pixel in pixels)
        {
            if (pixel == last || palette.ContainsKey(last = pixel)) continue;
            if (palette.Count == 256) return null;
            palette.Add(pixel, (byte)palette.Count);
        }
        return palette;
    }

    private static byte[] Pack(PixelCanvas canvas, Dictionary<int, byte>? palette)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            // Filter 0 suits a palette; rows of true colours differ little from the row above (filter 2).
            int bytes = palette is null ? 3 : 1;
            byte[] row = new byte[1 + (canvas.Width * bytes)], above = new byte[row.Length], filtered = new byte[row.Length];
            for (int y = 0; y < canvas.Height; y++)
            {
                ReadOnlySpan<int> pixels = canvas.Pixels.AsSpan(y * canvas.Width, canvas.Width);
                if (palette is null)
                {
                    for (int x = 0; x < pixels.Length; x++) (row[1 + (3 * x)], row[2 + (3 * x)], row[3 + (3 * x)]) = ((byte)(pixels[x] >> 16), (byte)(pixels[x] >> 8), (byte)pixels[x]);
                    for (int k = 1; k < row.Length; k++) filtered[k] = (byte)(row[k] - above[k]);
                    filtered[0] = 2;
                    zlib.Write(filtered);
                    row.CopyTo(above, 0);
                }
                else
                {
                    (int last, byte index) = (-1, 0);
                    for (int x = 0; x < pixels.Length; x++)
                    {
                        if (pixels[x] != last) index = palette[last = pixels[x]];
                        row[1 + x] = index;
                    }
                    zlib.Write(row);
                }
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(Stream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        output.Write(number);
        output.Write(type);
        output.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        output.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data) crc = s_crcTable[(crc ^ value) & 255] ^ (crc >> 8);
        return crc;
    }
}
