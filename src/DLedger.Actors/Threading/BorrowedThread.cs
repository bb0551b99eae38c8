namespace DLedger.Threading;

/// <summary>
/// For a thread that is none of <see cref="DedicatedThreads"/> and brings messages from outside, from a socket or from the disk: it may be
/// borrowed, and then runs what its messages set off, instead of waking another thread for it.
/// </summary>
internal static class BorrowedThread
{
    /// <summary>
    /// The first that the calling thread makes ready from here on waits for <see cref="RunReady"/> or <see cref="HandOff"/>, one of which must
    /// follow. </summary>
    public static void Begin() => Turn.OfThisThread().IsOpen = true;

    /// <summary>Runs here what was made ready, and what that makes ready, for a while. How many it was.</summary>
    public static int RunReady()
    {
        if (Turn.Current is not { Owner: null } turn) return 0;
        var ran = turn.RunNext();
        turn.IsOpen = false;
        return ran;
    }

    /// <summary>The calling thread has other things to do: what it has made ready is for the others.</summary>
    public static void HandOff()
    {
        if (Turn.Current is not { Owner: null } turn) return;
        turn.IsOpen = false;
        turn.HandOffNext();
    }
}
