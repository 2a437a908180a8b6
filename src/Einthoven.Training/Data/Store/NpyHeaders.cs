// The headers of the store's .npy files (numpy.lib.format, version 1.0): int16 payload, and an index with named fields.
using System.Text;

namespace Einthoven.Training.Data;

internal static class NpyHeaders
{
    /// <summary>Of a payload [samples, leads], int16 little-endian.</summary>
    internal static byte[] Payload(long samples, int leads) =>
        Make($"{{'descr': '<i2', 'fortran_order': False, 'shape': ({samples}, {leads}), }}");

    /// <summary>Of an index: one element of named fields a recording.</summary>
    internal static byte[] Index(string fields, int count) =>
        Make($"{{'descr': [{fields}], 'fortran_order': False, 'shape': ({count},), }}");

    private static byte[] Make(string dictionary)
    {
        // Signature, version, length, text; a line feed ends it where the values are aligned to 64 bytes.
        const int Fixed = 10;
        int total = (Fixed + dictionary.Length + 1 + 63) / 64 * 64;
        var header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0 }.CopyTo(header, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(total - Fixed));
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(Fixed));
        header[^1] = (byte)'\n';
        return header;
    }
}
