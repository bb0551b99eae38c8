namespace DLedger.Remoting;

/// <summary>
/// Notices a process that is never heard on a connection of ours, although it answers when it hears us (<see cref="Protocol.Ping"/>). Such a
/// connection may be one that carries one way only: two members that connect to each other at the same moment, after one of them was restarted, can
/// end up with each reading from the connection that the other does not write to. Akka's own heartbeats still pass on both, so its failure detector
/// never ends that; a new connection does.
/// </summary>
/// <param name="limit">How long the silence must last; longer than it takes to make a connection.</param>
/// <param name="pauseMax">When nobody looked for this long, this process was held up itself, and the silence begins anew.</param>
internal sealed class Silence(TimeSpan limit, TimeSpan pauseMax)
{
    private TimeSpan? _since;
    private TimeSpan _looked;

    /// <summary>
    /// Called at short intervals while there is a connection. True when it is time to connect anew; then the silence begins anew, too.
    /// </summary>
    /// <param name="heard">When something came in last.</param>
    public bool Lasts(TimeSpan now, TimeSpan heard)
    {
        var paused = now - _looked > pauseMax;
        _looked = now;
        if (_since is not { } since || paused)
        {
            _since = now;
            return false;
        }

        if (now - (heard > since ? heard : since) < limit) return false;
        _since = now;
        return true;
    }
}
