namespace DLedger.Core;

/// <summary>
/// How fast a peer gets what was committed without it while more is: as fast as appends come, and a given rate more, so that it comes nearer by that
/// rate. What it could have had and did not take is saved up, to a bound, so that a pause does not end in a flood.
/// </summary>
internal sealed class CatchUpPace
{
    private readonly long _bytesPerSecond;
    private readonly long _savedMost;
    private readonly TimeSpan _lastsFor;
    private double _room;
    private TimeSpan _roomAt;
    private TimeSpan? _heldSince;

    /// <param name="bytesPerSecond">By how much the peer comes nearer; 0 for no bound at all.</param>
    /// <param name="burstBytes">Saved at most, if it is more than the rate makes in a second.</param>
    /// <param name="lastsFor">So long after a commit without the peer it is held back.</param>
    /// <param name="now">Monotonic.</param>
    public CatchUpPace(long bytesPerSecond, long burstBytes, TimeSpan lastsFor, TimeSpan now)
    {
        _bytesPerSecond = bytesPerSecond;
        _savedMost = Math.Max(burstBytes, bytesPerSecond);
        _lastsFor = lastsFor;
        _room = _savedMost;
        _roomAt = now;
    }

    public void OnAppended(int bytes) => Save(bytes);

    /// <summary>Others were enough for a commit, so the peer can wait.</summary>
    public void OnCommittedWithout(TimeSpan now) => _heldSince = now;

    /// <summary>What the peer gets while nobody holds it back costs it nothing.</summary>
    public void OnSent(int bytes, TimeSpan now)
    {
        if (Holds(now)) _room -= bytes;
    }

    /// <summary>Whether so much may be read for the peer now. Small reads would cost the disk more than they bring.</summary>
    public bool Allows(long bytes, TimeSpan now)
    {
        Save(_bytesPerSecond * (now - _roomAt).TotalSeconds);
        _roomAt = now;
        return !Holds(now) || _room >= bytes;
    }

    private bool Holds(TimeSpan now) => _bytesPerSecond > 0 && _heldSince is { } since && now - since < _lastsFor;

    private void Save(double bytes) => _room = Math.Min(_savedMost, _room + bytes);
}
