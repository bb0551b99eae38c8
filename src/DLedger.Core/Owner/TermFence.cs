namespace DLedger.Core;

/// <summary>The lowest term that a log still accepts, and who leads in it (SAFETY 2). Raised by the election alone.</summary>
internal sealed class TermFence
{
    /// <summary>The highest term above the fence that the election was told of.</summary>
    private Term _reported;

    /// <param name="saved">The term of the hard state, never that of the tail (SAFETY 3).</param>
    public TermFence(Term saved) => Term = _reported = saved;

    public Term Term { get; private set; }

    /// <summary>Who leads in this term; null while nobody has told.</summary>
    public string? Leader { get; private set; }

    /// <summary>Nothing below this term gets in from now on, from a leader or from ourselves. False: that was so before.</summary>
    public bool Raise(Term term)
    {
        if (term <= Term) return false;
        Term = term;
        Leader = null;
        return true;
    }

    /// <summary>This member leads in the term, or another does, or nobody knows who.</summary>
    public void LedBy(string? leader) => Leader = leader;

    /// <summary>SAFETY 4: the election alone changes the term. Whether it is to be told of this one: once, not once a push.</summary>
    public bool ReportOnce(Term higher)
    {
        if (higher <= _reported) return false;
        _reported = higher;
        return true;
    }
}
