namespace DLedger.Threading;

/// <summary>
/// For a thread that is none of <see cref="DedicatedThreads"/> and brings messages from outside, from a socket or from the disk: it may be
/// borrowed, and then runs what its messages set off, instead of waking another thread for it.
/// </summary>
internal static class BorrowedThread
{
    /// <summary>
    /// The first actor that the calling thread makes ready from here on waits for <see cref="RunReady"/> or <see cref="HandOff"/>, one of which must
    /// follow.
    /// </summary>
    public static void Begin() => Turn.OfThisThread().IsOpen = true;

    /// <summary>Runs on the calling thread the actor that was made ready, and those that it makes ready in turn. Returns how many were run.</summary>
    public static int RunReady()
    {
        if (Turn.Current is not { Owner: null } turn) return 0;
        var ran = turn.RunNext();
        turn.IsOpen = false;
        return ran;
    }

    /// <summary>The calling thread has other things to do: the actor that it has made ready goes to the dispatcher's own threads.</summary>
    public static void HandOff()
    {
        if (Turn.Current is not { Owner: null } turn) return;
        turn.IsOpen = false;
        turn.HandOffNext();
    }
}
