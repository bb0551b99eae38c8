namespace DLedger.Core;

/// <summary>
/// The newest digests of a member, to be compared with those of others: it may have come to a mark before or after whoever asks. A difference stays
/// in all later digests, so that nothing is lost with those that are too old.
/// </summary>
internal sealed class DigestMarks
{
    /// <summary>A member that is further behind is compared at a later mark.</summary>
    public const int KeptMax = 16;

    private readonly Queue<DigestMark> _kept = new(KeptMax);

    /// <summary>Before this entry all was found to be equal, as far as this member knows.</summary>
    public EntryIndex EqualBefore { get; private set; }

    public void Add(DigestMark mark)
    {
        if (_kept.Count == KeptMax) _kept.Dequeue();
        _kept.Enqueue(mark);
    }

    /// <summary>Null for one that is not there yet, or not any more.</summary>
    public DigestMark? At(LogIndex index)
    {
        foreach (var mark in _kept)
            if (mark.At == index) return mark;
        return null;
    }

    /// <summary>Another's digest at one of our marks. False: the results differ somewhere from <see cref="EqualBefore"/> on.</summary>
    public bool Compare(DigestMark ours, ResultDigest theirs)
    {
        if (ours.Digest != theirs) return false;
        if (ours.Next > EqualBefore) EqualBefore = ours.Next;
        return true;
    }
}
