using Akka.Actor;

namespace DLedger.Remoting;

/// <summary>
/// Another process on one of its transports, as all groups here see it together: whether there is a connection, when it was last heard, and where its
/// router is.
/// </summary>
/// <param name="router">What members there get comes to this.</param>
/// <param name="weConnect">Whether it is us who make the connection.</param>
internal sealed class Link(IActorRef router, bool weConnect, TimeSpan now)
{
    /// <summary>Longer than <c>connection-timeout</c> in <c>hocon/remoting.conf</c>: a connection in the making is given its time.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(3);

    private readonly Silence _silence = new(SilenceLimit, PauseMax);
    private long _heardTicks = now.Ticks;

    public Address Address => router.Path.Address;

    public IActorRef Router => router;

    public bool WeConnect => weConnect;

    public ConnectionState Connection { get; } = new(now);

    /// <summary>When something came in last; at first, when anybody began to listen.</summary>
    public TimeSpan HeardAt => TimeSpan.FromTicks(Volatile.Read(ref _heardTicks));

    /// <summary>When <see cref="LinkKeeper"/>, which alone uses it, asked last whether anybody is there.</summary>
    public TimeSpan? Pinged { get; set; }

    public void Heard(TimeSpan now)
    {
        Volatile.Write(ref _heardTicks, now.Ticks);
        if (!Connection.IsUp) Connection.Heard(now);
    }

    /// <summary>
    /// For <see cref="LinkKeeper"/>, which calls it at short intervals while there is a connection: whether it is time to make it anew. Never while
    /// one is being made: Akka would leave it behind, open and with no reader, and the peer might write to that one for good.
    /// </summary>
    public bool IsDeaf(TimeSpan now) => _silence.Lasts(now, HeardAt) && Connection.UnchangedSince is { } since && now - since >= SilenceLimit;
}
