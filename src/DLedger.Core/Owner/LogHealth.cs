namespace DLedger.Core;

/// <summary>Whether a log can be written to. Whoever's cannot neither leads nor campaigns (SAFETY 24, 27).</summary>
internal sealed class LogHealth
{
    private readonly Action<bool> _report;
    private bool _stalls;
    private bool _reserveIsGone;

    /// <param name="report">Told at every change, and maybe when there is none: true for healthy.</param>
    public LogHealth(Action<bool> report) => _report = report;

    /// <summary>A write takes too long, or came back.</summary>
    public void Stalled(bool stalls)
    {
        _stalls = stalls;
        Report();
    }

    /// <summary>There was no room for a control record.</summary>
    public void ReserveIsGone()
    {
        _reserveIsGone = true;
        Report();
    }

    /// <summary>Space ran out, or is back.</summary>
    public void SpaceChanged(long freeBytes)
    {
        if (!_reserveIsGone || freeBytes <= 0) return;
        _reserveIsGone = false;
        Report();
    }

    private void Report() => _report(!_stalls && !_reserveIsGone);
}
