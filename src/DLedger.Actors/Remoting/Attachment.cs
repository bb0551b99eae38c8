using System.Runtime.InteropServices;
using System.Security.Cryptography;
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

    // Random once, then counted: a random id for each would be a system call for each.
    private static readonly long s_process = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private static long s_count;

    [ThreadStatic]
    private static Attachment? s_outgoing;

    public Guid Id { get; } = id;

    public IReadOnlyList<Batch> Batches { get; } = batches;

    public int Bytes { get; } = bytes;

    /// <summary>An id that no other attachment has, of this process or another.</summary>
    public static Guid NewId()
    {
        Span<long> id = [s_process, Interlocked.Increment(ref s_count)];
        return new Guid(MemoryMarshal.AsBytes(id));
    }

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
