namespace DLedger.Simulation;

/// <summary>Collects the messages of a kind as they are sent, until it is disposed of.</summary>
internal sealed class SimTap : IDisposable
{
    private readonly List<SimLetter> _letters = [];
    private readonly Func<SimLetter, bool> _which;
    private readonly Action<SimTap> _close;

    internal SimTap(Func<SimLetter, bool> which, bool withholds, Action<SimTap> close)
    {
        _which = which;
        Withholds = withholds;
        _close = close;
    }

    /// <summary>In the order in which they were sent.</summary>
    public IReadOnlyList<SimLetter> Letters => _letters;

    internal bool Withholds { get; }

    /// <summary>From now on such messages go their usual way again. Those that were collected can still be delivered.</summary>
    public void Dispose() => _close(this);

    internal bool Takes(SimLetter letter)
    {
        if (!_which(letter)) return false;
        _letters.Add(letter);
        return true;
    }
}
