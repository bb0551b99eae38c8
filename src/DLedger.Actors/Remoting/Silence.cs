namespace DLedger.Remoting;

/// <summary>
/// Notices a peer that is sent to all the time and never heard, on one transport. Such a connection may be one that carries one way only: two members that connect to each other at
/// the same moment, after one of them was restarted, can end up with each reading from the connection that the other does not write to. Akka's own heartbeats still pass on both, so
/// its failure detector never ends that; a new connection does.
/// </summary>
/// <param name="limit">How long the silence must last; longer than it takes to make a connection.</param>
/// <param name="pauseMax">After a pause in sending this long nothing was expected, and the silence begins anew.</param>
internal sealed class Silence(TimeSpan limit, TimeSpan pauseMax)
{
    private readonly Lock _gate = new();
    private TimeSpan? _since;
    private TimeSpan _lastSent;

    /// <summary>Something is sent. True when it is time to connect anew; then the silence begins anew, too.</summary>
    public bool Sent(TimeSpan now)
    {
        lock (_gate)
        {
            var paused = now - _lastSent > pauseMax;
            _lastSent = now;
            if (_since is not { } since || paused)
            {
                _since = now;
                return false;
            }

            if (now - since < limit) return false;
            _since = now;
            return true;
        }
    }

    public void Heard()
    {
        lock (_gate) _since = null;
    }
}
