using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>
/// Attachments that have come in, until their messages are read. Bounded: the connection that has the most here loses its oldest, and the push with
/// it, as on any network. The newest of a connection always stays, however large: its message is read next.
/// </summary>
internal sealed class ArrivedAttachments
{
    private const long BytesMax = 64L << 20;

    private static readonly ConditionalWeakTable<ActorSystem, ArrivedAttachments> s_all = [];

    private readonly ConcurrentDictionary<Guid, (Lane Lane, byte[] Bytes)> _arrived = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Lane> _lanes = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>What is here now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static ArrivedAttachments Of(ActorSystem system) => s_all.GetValue(system, static _ => new ArrivedAttachments());

    /// <summary>What one connection brings.</summary>
    public Lane Open()
    {
        var lane = new Lane(this);
        lock (_gate) _lanes.Add(lane);
        return lane;
    }

    public bool TryTake(Guid id, out byte[] bytes)
    {
        if (!_arrived.TryRemove(id, out var arrived))
        {
            bytes = [];
            return false;
        }

        bytes = arrived.Bytes;
        arrived.Lane.Left(bytes.Length);
        return true;
    }

    private void MakeWay()
    {
        lock (_gate)
        {
            while (Interlocked.Read(ref _bytes) > BytesMax)
            {
                Lane? largest = null;
                foreach (var lane in _lanes)
                {
                    if (lane.Order.Count > 1 && (largest is null || lane.Bytes > largest.Bytes)) largest = lane;
                }

                if (largest is null || !largest.Order.TryDequeue(out var oldest)) return;
                TryTake(oldest, out _);
            }
        }
    }

    internal sealed class Lane(ArrivedAttachments all) : IDisposable
    {
        private long _bytes;
        private int _count;

        /// <summary>The oldest first. Those whose messages were read are still there, for a while.</summary>
        public ConcurrentQueue<Guid> Order { get; } = new();

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Put(Guid id, byte[] bytes)
        {
            // The newer one counts, whoever sends an id twice.
            all.TryTake(id, out _);
            // Before it can be taken.
            Interlocked.Add(ref _bytes, bytes.Length);
            Interlocked.Add(ref all._bytes, bytes.Length);
            var count = Interlocked.Increment(ref _count);
            all._arrived[id] = (this, bytes);
            Order.Enqueue(id);
            while (Order.Count > count + 1024 && Order.TryDequeue(out var oldest)) all.TryTake(oldest, out _);
            if (Interlocked.Read(ref all._bytes) > BytesMax) all.MakeWay();
        }

        public void Left(long bytes)
        {
            Interlocked.Decrement(ref _count);
            Interlocked.Add(ref _bytes, -bytes);
            Interlocked.Add(ref all._bytes, -bytes);
        }

        /// <summary>The connection has ended: what it brought and nobody read goes too.</summary>
        public void Dispose()
        {
            lock (all._gate) all._lanes.Remove(this);
            while (Order.TryDequeue(out var id)) all.TryTake(id, out _);
        }
    }
}
