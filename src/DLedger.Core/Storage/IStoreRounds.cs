namespace DLedger.Core;

/// <summary>
/// For a listener that wants to know which news belong together: those that a store tells after one sync. A store that tells each by itself need not
/// know of it.
/// </summary>
internal interface IStoreRounds
{
    /// <summary>News follow on the calling thread, with no lock of the store held, and then <see cref="RoundEnds"/>.</summary>
    void RoundBegins();

    /// <summary>
    /// All is told. The next round begins after this returns; it must not wait for the store. <paramref name="isLast"/>: nothing is there for another
    /// round yet.
    /// </summary>
    void RoundEnds(bool isLast);
}
