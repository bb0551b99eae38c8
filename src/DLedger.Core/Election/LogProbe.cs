namespace DLedger.Core;

/// <summary>
/// Whether the leader's log answers (SAFETY 29): its owner is asked for a sign of life, one probe at a time and on a clock of its own, so that
/// neither a slow answer nor frequent reads make the log look dead.
/// </summary>
internal sealed class LogProbe(ElectionTurn turn, TimeSpan interval)
{
    /// <summary>Of the last probe. Counted on with each leadership, so that an answer to an earlier one says nothing of this.</summary>
    private long _number;

    /// <summary>The probe of this number was sent and not answered.</summary>
    private bool _isOut;

    /// <summary>The next probe is not sent before this.</summary>
    private TimeSpan _next;

    /// <summary>When the log answered last; when this leadership began, before it has.</summary>
    private TimeSpan _answered;

    /// <summary>How long the log has said nothing.</summary>
    public TimeSpan Silence => turn.Now - _answered;

    public void Begin()
    {
        _number++;
        _isOut = false;
        _next = turn.Now + interval;
        _answered = turn.Now;
    }

    public void SendIfDue()
    {
        if (_isOut || turn.Now < _next) return;
        _isOut = true;
        _next = turn.Now + interval;
        turn.Emit(new ElectionEffect.Probe(++_number));
    }

    public void Answered(long number)
    {
        if (number != _number) return;
        _isOut = false;
        _answered = turn.Now;
    }

    public void ForgivePause(TimeSpan pause) => _answered = turn.Forgive(_answered, pause);
}
