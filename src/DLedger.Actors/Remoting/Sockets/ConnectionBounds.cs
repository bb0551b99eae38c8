using Akka.Configuration;

namespace DLedger.Remoting;

/// <summary>What one transport's connections may take of this process, as in <c>hocon/remoting.conf</c>.</summary>
/// <param name="ConnectionsMax">Connections of which it is known who they are.</param>
/// <param name="MembersReserve">So many of them are kept for addresses of members.</param>
/// <param name="HalfOpenMax">Connections that have not said who they are.</param>
/// <param name="IntroductionTimeout">How long they may take for that.</param>
/// <param name="WaitingBytesMax">Bytes that wait to be sent on one connection.</param>
/// <param name="WaitingFramesMax">Frames that wait to be sent on one connection.</param>
/// <param name="WaitingBytesInAllMax">Bytes that wait to be sent on all of them together.</param>
/// <param name="StallLimit">How long a connection may take nothing of what is sent.</param>
/// <param name="RequestsMax">Requests of clients that one connection may have unanswered before it is read no further.</param>
/// <param name="RequestBytesMax">Likewise in bytes, of the requests or of what they ask for.</param>
/// <param name="RequestBytesInAllMax">Likewise on all connections together.</param>
internal sealed record ConnectionBounds(
    int ConnectionsMax,
    int MembersReserve,
    int HalfOpenMax,
    TimeSpan IntroductionTimeout,
    long WaitingBytesMax,
    int WaitingFramesMax,
    long WaitingBytesInAllMax,
    TimeSpan StallLimit,
    int RequestsMax,
    long RequestBytesMax,
    long RequestBytesInAllMax)
{
    /// <summary>Even where there are few descriptors: a group, and some clients.</summary>
    private const int ConnectionsMin = 16;

    private const int HalfOpenMin = 4;

    /// <param name="config">The transport's own section.</param>
    /// <param name="descriptorsMax">How many files and sockets this process may have open; null if there is no telling.</param>
    public static ConnectionBounds Of(Config config, long? descriptorsMax)
    {
        var connections = config.GetInt("connections-max", int.MaxValue);
        var halfOpen = config.GetInt("half-open-max", int.MaxValue);
        if (descriptorsMax is { } limit)
        {
            // What the store, the runtime and the other transport need is never given to strangers.
            var free = Math.Max(0, limit - config.GetInt("descriptors-reserve", 0));
            var share = (long)(free * config.GetDouble("descriptors-share", 1));
            connections = (int)Math.Min(connections, Math.Max(ConnectionsMin, share));
            halfOpen = (int)Math.Min(halfOpen, Math.Max(HalfOpenMin, share / 8));
        }

        return new ConnectionBounds(
            connections,
            Math.Min(config.GetInt("members-reserve", 0), connections / 2),
            halfOpen,
            config.GetTimeSpan("introduction-timeout", TimeSpan.FromSeconds(5)),
            config.GetByteSize("waiting-bytes-max") ?? long.MaxValue,
            config.GetInt("waiting-frames-max", int.MaxValue),
            config.GetByteSize("waiting-bytes-in-all-max") ?? long.MaxValue,
            config.GetTimeSpan("stall-limit", TimeSpan.Zero),
            config.GetInt("requests-max", int.MaxValue),
            config.GetByteSize("request-bytes-max") ?? long.MaxValue,
            config.GetByteSize("request-bytes-in-all-max") ?? long.MaxValue);
    }
}
