using DLedger.Core;

namespace DLedger.Host;

/// <summary>What became of an order.</summary>
/// <param name="Done">False: the value was not the expected one, or it was no order; nothing was changed.</param>
/// <param name="Value">What the key had before; of a question, what it has. Null for none.</param>
internal sealed record RegisterReply(bool Done, string? Value)
{
    public byte[] Encode() => RecordWriter.ToArray(this, static (ref RecordWriter writer, RegisterReply reply) =>
    {
        writer.Bool(reply.Done);
        RegisterOrder.Write(ref writer, reply.Value);
    });

    /// <summary>Throws <see cref="InvalidDataException"/> for the reply of another machine.</summary>
    public static RegisterReply Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        var (done, value) = (reader.Bool(), RegisterOrder.Read(ref reader));
        reader.End();
        return reader.Problem is null ? new RegisterReply(done, value) : throw new InvalidDataException("The group's state machine is no register.");
    }
}
