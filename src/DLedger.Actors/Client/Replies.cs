using System.Globalization;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;

namespace DLedger.Client;

/// <summary>
/// Makes the ids of requests and the addresses that their answers come to; one per ActorSystem. Both are drawn anew in each life of a process: an
/// answer that an earlier life at the same system name, host and port still had coming finds no address here, and where it found one, it would have
/// the wrong id.
/// </summary>
/// <remarks>Akka's own temporary addresses are a counter that starts again in each life, and answers are addressed without the uid of the
/// system.</remarks>
internal sealed class Replies
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(1);

    private readonly ActorSystem _system;
    private readonly ActorPath _parent;
    private readonly string _life;
    private readonly long _first;
    private readonly Lock _gate = new();
    private TimeSpan? _saidAt;
    private long _count;
    private long _misdirected;

    public Replies(ExtendedActorSystem system)
    {
        _system = system;
        Provider = system.Provider;
        _parent = Provider.TempPath().Parent;

        // Random once, then counted: no two of a life are the same, and no two lives meet.
        _life = "dledger-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(sizeof(long)));
        _first = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    }

    public IActorRefProvider Provider { get; }

    /// <summary>Answers that were for other questions than the one whose address they came to.</summary>
    public long Misdirected => Interlocked.Read(ref _misdirected);

    /// <summary>Never 0, which stands for none.</summary>
    public long NewId()
    {
        var id = unchecked(_first + Interlocked.Increment(ref _count));
        return id != 0 ? id : NewId();
    }

    public ActorPath PathFor(long id) => _parent / string.Create(CultureInfo.InvariantCulture, $"{_life}-{unchecked(id - _first):x}");

    /// <summary>Counted, and said now and then.</summary>
    public void Drop(DLedgerMessage answer, long wanted)
    {
        var dropped = Interlocked.Increment(ref _misdirected);
        var now = _system.Scheduler.MonotonicClock;
        lock (_gate)
        {
            if (_saidAt is { } said && now - said < SayEvery) return;
            _saidAt = now;
        }

        _system.Log.Warning(
            "An answer to another request than {0} came to its address, {1} to {2}, and is dropped; {3} so far", wanted, answer.GetType().Name,
            answer.RequestId, dropped);
    }
}
