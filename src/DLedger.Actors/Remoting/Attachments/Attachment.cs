using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>
/// The batches of a push, which travel beside its message and not in it: Akka copies a message four times on its way out and as often on its way in.
/// The message begins with an id that names them (<see cref="PushCodec"/>); <see cref="BulkTransport"/> carries the bytes from the batch to the
/// socket, and from the socket into the one array that the receiver keeps. <c>default</c>: nothing is attached.
/// </summary>
/// <param name="Batches">Null for none.</param>
/// <param name="Bytes">All of them together.</param>
internal readonly record struct Attachment(IReadOnlyList<Batch>? Batches, int Bytes)
{
    public const int IdBytes = 16;

    // Random once, then counted: a random id for each would be a system call for each.
    private static readonly long s_process = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private static long s_count;

    public static Attachment Of(IReadOnlyList<Batch> batches)
    {
        long bytes = 0;
        for (var i = 0; i < batches.Count; i++) bytes += batches[i].Encoded.Length;
        return new Attachment(batches, (int)Math.Min(bytes, int.MaxValue));
    }

    /// <summary>
    /// An id that no other attachment has, of this process or another, or of another life of this one: a receiver may still hold what was attached to
    /// a message that it never read.
    /// </summary>
    public static Guid NewId()
    {
        Span<long> id = [s_process, Interlocked.Increment(ref s_count)];
        return new Guid(MemoryMarshal.AsBytes(id));
    }
}
