namespace DLedger.Core;

/// <summary>
/// The event that an <see cref="Election"/> is handling: when it came, and what it has led to so far. Everything in the election shares it, so that
/// all effects stand in one order and there is one idea of what time it is.
/// </summary>
internal sealed class ElectionTurn(TimeSpan now)
{
    /// <summary>In the order in which they are to be carried out, since they were last taken.</summary>
    private List<ElectionEffect> _effects = [];

    /// <summary>
    /// When the last event came that brought a time; monotonic. The disk and the log's owner answer without one: their answers count as of the event
    /// before.
    /// </summary>
    public TimeSpan Now { get; set; } = now;

    public void Emit(ElectionEffect effect) => _effects.Add(effect);

    public IReadOnlyList<ElectionEffect> TakeEffects()
    {
        var effects = _effects;
        _effects = [];
        return effects;
    }

    /// <summary>How long ago that was; <see cref="TimeSpan.MinValue"/> stands for never.</summary>
    public TimeSpan Since(TimeSpan then) => then == TimeSpan.MinValue ? TimeSpan.MaxValue : Now - then;

    /// <summary>
    /// The time at which something was last heard, moved by a pause of the whole process: what was heard after the pause but before this event needs
    /// no grace, and nothing was ever heard in the future.
    /// </summary>
    public TimeSpan Forgive(TimeSpan then, TimeSpan pause) => then + pause < Now ? then + pause : Now;
}
