namespace DLedger.Remoting;

/// <summary>What is known of the connections to one address. Written by <see cref="Connections"/>, read by whoever sends.</summary>
internal sealed class ConnectionState(TimeSpan since)
{
    /// <summary>Time for what happened before anybody listened to come to light.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    /// <summary>How rarely the wrong side tries after all: who should make the connection may be unable to.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private int _inbound;
    private bool _outbound;
    private bool _hasChanged;
    private TimeSpan? _upSince = since;
    private TimeSpan _waitingSince = since;

    /// <summary>Whether there is a connection, made by either side.</summary>
    public bool IsUp
    {
        get
        {
            lock (_gate) return _inbound > 0 || _outbound;
        }
    }

    /// <summary>
    /// Since when the connections have been as they are; null while there is none, or one is only being made. Before the first change there is taken to be one: a peer may
    /// have made it before anybody asked.
    /// </summary>
    public TimeSpan? UnchangedSince
    {
        get
        {
            lock (_gate) return _upSince;
        }
    }

    /// <summary>For the side that does not make the connection: whether to send now. While there is none, once in a long while, which makes one.</summary>
    public bool MaySend(TimeSpan now)
    {
        lock (_gate)
        {
            if (_inbound > 0 || _outbound) return true;
            if (now - _waitingSince < (_hasChanged ? Patience : FirstPatience)) return false;
            _hasChanged = true;
            _waitingSince = now;
            return true;
        }
    }

    /// <summary>Akka says that each inbound connection began, and that it ended; of outbound ones the last word holds.</summary>
    public void Changed(bool began, bool isInbound, TimeSpan now)
    {
        lock (_gate)
        {
            _hasChanged = true;
            if (!isInbound) _outbound = began;
            else if (began) _inbound++;
            else if (_inbound > 0) _inbound--;
            _upSince = _inbound > 0 || _outbound ? now : null;
            _waitingSince = now;
        }
    }

    /// <summary>A connection could not be made.</summary>
    public void Failed(bool isInbound)
    {
        lock (_gate)
        {
            _hasChanged = true;
            if (!isInbound) _outbound = false;
            if (_inbound == 0) _upSince = null;
        }
    }
}
