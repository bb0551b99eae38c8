using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>
/// The batches of a push, which travel beside its message and not in it: Akka copies a message four times on its way out and as often on its way in. The message names them by
/// <see cref="Id"/>; <see cref="BulkTransport"/> carries the bytes from the batch to the socket, and from the socket into the one array that the receiver keeps.
/// </summary>
/// <remarks>
/// Akka's writer serializes a message and writes it in one go, on one thread. The serializer leaves the attachment where the transport finds it then; one whose id is not in what is written
/// is not its own and is left behind.
/// </remarks>
internal sealed class Attachment(Guid id, IReadOnlyList<Batch> batches, int bytes)
{
    public const int IdBytes = 16;

    [ThreadStatic]
    private static Attachment? s_outgoing;

    public Guid Id { get; } = id;

    public IReadOnlyList<Batch> Batches { get; } = batches;

    public int Bytes { get; } = bytes;

    public static void Leave(Attachment? attachment) => s_outgoing = attachment;

    /// <summary>What belongs to this message, if anything; nothing is there any more afterwards.</summary>
    public static Attachment? TakeFor(ReadOnlySpan<byte> message)
    {
        if (s_outgoing is not { } left) return null;
        s_outgoing = null;
        Span<byte> id = stackalloc byte[IdBytes];
        left.Id.TryWriteBytes(id);
        return message.IndexOf(id) >= 0 ? left : null;
    }
}
