using System.Runtime.CompilerServices;
using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>
/// Attachments between the serializer, which leaves them here, and the transport, which finds in each push the id of its own: Akka passes nothing but
/// bytes from the one to the other. One for each ActorSystem.
/// </summary>
/// <remarks>
/// Akka writes a push right after it has serialized it, so there are as many here as there are threads that do so; except for those whose push was
/// never written, because it was too large for Akka, say. So many as that, in number or in bytes, are never here by rights, and all go: a push that
/// loses its batches by it counts as lost. The newest always stays, however large: its push is written next.
/// </remarks>
internal sealed class OutgoingAttachments
{
    internal const int CountMax = 1024;

    /// <summary>Together. As on the other side: <see cref="ArrivedAttachments"/>.</summary>
    internal const long BytesMax = 64L << 20;

    private static readonly ConditionalWeakTable<ActorSystem, OutgoingAttachments> s_all = [];

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Attachment> _left = [];
    private int _count;
    private long _bytes;

    /// <summary>Whether nothing is here: then what is written has nothing attached, and need not be looked at.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public static OutgoingAttachments Of(ActorSystem system) => s_all.GetValue(system, static _ => new OutgoingAttachments());

    public void Put(Guid id, Attachment attachment)
    {
        lock (_gate)
        {
            if (_left.Count >= CountMax || _bytes + attachment.Bytes > BytesMax) Clear();
            if (_left.Remove(id, out var before)) _bytes -= before.Bytes;
            _left[id] = attachment;
            _bytes += attachment.Bytes;
            Volatile.Write(ref _count, _left.Count);
        }
    }

    /// <summary>What belongs to this id, which is not here any more afterwards; nothing for one that is not here.</summary>
    public Attachment Take(Guid id)
    {
        lock (_gate)
        {
            if (_left.Remove(id, out var taken)) _bytes -= taken.Bytes;
            Volatile.Write(ref _count, _left.Count);
            return taken;
        }
    }

    private void Clear()
    {
        _left.Clear();
        _bytes = 0;
    }
}
