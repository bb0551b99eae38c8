using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>Attachments that have come in, until their messages are read. Bounded: the oldest make way, and their pushes are lost, as on any network.</summary>
internal sealed class ArrivedAttachments
{
    private const long BytesMax = 64L << 20;

    private static readonly ConditionalWeakTable<ActorSystem, ArrivedAttachments> s_all = [];

    private readonly ConcurrentDictionary<Guid, byte[]> _arrived = new();
    private readonly ConcurrentQueue<Guid> _order = new();
    private long _bytes;

    public static ArrivedAttachments Of(ActorSystem system) => s_all.GetValue(system, static _ => new ArrivedAttachments());

    public void Put(Guid id, byte[] bytes)
    {
        // The newer one counts, whoever sends an id twice.
        TryTake(id, out _);
        _arrived[id] = bytes;
        Interlocked.Add(ref _bytes, bytes.Length);
        _order.Enqueue(id);
        while ((Interlocked.Read(ref _bytes) > BytesMax || _order.Count > _arrived.Count + 1024) && _order.TryDequeue(out var oldest)) TryTake(oldest, out _);
    }

    public bool TryTake(Guid id, out byte[] bytes)
    {
        if (!_arrived.TryRemove(id, out bytes!)) return false;
        Interlocked.Add(ref _bytes, -bytes.Length);
        return true;
    }
}
