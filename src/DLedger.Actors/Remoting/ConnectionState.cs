namespace DLedger.Remoting;

/// <summary>
/// What is known of the connections to one address. Written by <see cref="LinkKeeper"/> and by whoever hears something, read by whoever sends.
/// </summary>
/// <remarks>
/// <code>
///   Unknown --made, or heard--> Up --the last one ended--> Down --made, or heard--> Up
///      |                                                     ^
///      +-----------------could not be made-------------------+
/// </code>
/// </remarks>
internal sealed class ConnectionState(TimeSpan since)
{
    /// <summary>
    /// While nothing is known: time for a connection that was made before anybody listened to be heard on, and for the other side to make one.
    /// </summary>
    private static readonly TimeSpan InitialGraceTime = TimeSpan.FromSeconds(1);

    /// <summary>While there is none: how rarely the wrong side tries after all, because the right one may be unable to.</summary>
    private static readonly TimeSpan PassiveRetryInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LateMessageTime = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private int _inbound;
    private bool _outbound;
    private bool? _isUp;
    private bool _isSurelyUp;
    private TimeSpan _changed = since;
    private TimeSpan _tried = since;

    /// <summary>Whether there is surely a connection, made by either side. Asked for each message that is sent.</summary>
    public bool IsUp => Volatile.Read(ref _isSurelyUp);

    /// <summary>
    /// Since when the connections have been as they are; null while there is none, or one is only being made. As long as nothing is known there is
    /// taken to be one.
    /// </summary>
    public TimeSpan? UnchangedSince
    {
        get
        {
            lock (_gate) return _isUp == false ? null : _changed;
        }
    }

    /// <summary>
    /// For the side that does not make the connection: whether to try now after all, or to see whether there is one that nobody knows of.
    /// </summary>
    public bool MayTry(TimeSpan now)
    {
        lock (_gate)
        {
            if (_isUp == true || now - _tried < (_isUp is null ? InitialGraceTime : PassiveRetryInterval)) return false;
            _tried = now;
            return true;
        }
    }

    /// <summary>
    /// Something came in. It may have waited in a mailbox since before the connection ended, and speaks for a new one only a while later.
    /// </summary>
    public void Heard(TimeSpan now)
    {
        lock (_gate)
        {
            if (_isUp is null || (_isUp == false && now - _changed >= LateMessageTime)) Become(true, now);
        }
    }

    /// <summary>Akka says of each inbound connection that it began and that it ended; of outbound ones the last word holds.</summary>
    public void Changed(bool began, bool isInbound, TimeSpan now)
    {
        lock (_gate)
        {
            if (!isInbound) _outbound = began;
            else if (began) _inbound++;
            else if (_inbound > 0) _inbound--;
            Become(_inbound > 0 || _outbound, now);
        }
    }

    /// <summary>A connection could not be made.</summary>
    public void Failed(bool isInbound, TimeSpan now)
    {
        lock (_gate)
        {
            if (!isInbound) _outbound = false;
            Become(_inbound > 0 || _outbound, now);
        }
    }

    private void Become(bool isUp, TimeSpan now)
    {
        if (_isUp != isUp) _tried = now;
        _isUp = isUp;
        Volatile.Write(ref _isSurelyUp, isUp);
        _changed = now;
    }
}
