using System.Text;
using DLedger.Core;

namespace DLedger.Host;

/// <summary>What the register is told, or asked. Keys and values are any text.</summary>
/// <param name="Expected">Of a compare-and-set: null for a key that must have no value yet.</param>
/// <param name="Value">What it is set to; null for a question.</param>
internal sealed record RegisterOrder(RegisterOp Op, string Key, string? Expected, string? Value)
{
    private const byte Format = (byte)'R';

    public byte[] Encode() => RecordWriter.ToArray(this, static (ref RecordWriter writer, RegisterOrder order) =>
    {
        writer.U8(Format);
        writer.U8((byte)order.Op);
        Write(ref writer, order.Key);
        Write(ref writer, order.Expected);
        Write(ref writer, order.Value);
    });

    /// <summary>Null for whatever is no order: an entry that somebody appended. Never throws.</summary>
    public static RegisterOrder? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        if (reader.U8() != Format) return null;
        var op = (RegisterOp)reader.Choice((int)RegisterOp.Write, (int)RegisterOp.Read);
        var (key, expected, value) = (Read(ref reader), Read(ref reader), Read(ref reader));
        reader.End();
        if (reader.Problem is not null || key is null || (value is null && op != RegisterOp.Read)) return null;
        return new RegisterOrder(op, key, expected, value);
    }

    internal static void Write(ref RecordWriter writer, string? text)
    {
        writer.Bool(text is not null);
        if (text is not null) writer.Bytes(Encoding.UTF8.GetBytes(text));
    }

    internal static string? Read(ref RecordReader reader) => reader.Bool() ? Encoding.UTF8.GetString(reader.Bytes().Span) : null;
}
