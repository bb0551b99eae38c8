namespace DLedger.Core;

/// <summary>What to do with a push.</summary>
internal abstract record PushVerdict
{
    private PushVerdict()
    {
    }

    /// <summary>It fits. Write its batches from number <paramref name="FirstNew"/> on (none if that is their count).</summary>
    public sealed record Fits(int FirstNew) : PushVerdict;

    /// <summary>It does not fit this log: the leader must compare again.</summary>
    public sealed record DoesNotFit : PushVerdict
    {
        public static readonly DoesNotFit Instance = new();
    }

    /// <summary>No leader sends this: it breaks the rules of a log.</summary>
    public sealed record Malformed(string Reason) : PushVerdict;
}
