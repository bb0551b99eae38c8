using Akka.Actor;

namespace DLedger.Client;

/// <summary>One message under way to the leader, with the appends that travel in it.</summary>
internal sealed class AppendRequest(IReadOnlyList<PendingAppend> appends, AppendMany message, long bytes, TimeSpan expiresAt)
{
    public IReadOnlyList<PendingAppend> Appends { get; } = appends;

    public AppendMany Message { get; } = message;

    /// <summary>Bodies with their lengths.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>After this its outcome is taken to be unknown.</summary>
    public TimeSpan ExpiresAt { get; set; } = expiresAt;

    /// <summary>The member that it went to; null until then.</summary>
    public IActorRef? SentTo { get; set; }

    /// <summary>The term in which that one leads.</summary>
    public long Term { get; set; }

    /// <summary>The connection to that one has ended since: an answer is unlikely, and none that is worth waiting for comes once somebody else leads.</summary>
    public bool ConnectionBroken { get; set; }

    /// <summary>Where its answer goes.</summary>
    public ReplyRef? Reply { get; set; }

    /// <summary>It is not in the log and never will be; it goes out again once all before and behind it are settled.</summary>
    public bool Refused { get; set; }

    /// <summary>Tells every append what became of it.</summary>
    /// <param name="result">Of the whole request.</param>
    public void Finish(AppendResult result)
    {
        if (result is not AppendResult.Committed committed)
        {
            foreach (var append in Appends) append.Finish(result);
            return;
        }

        var index = committed.Index;
        foreach (var append in Appends)
        {
            append.Finish(new AppendResult.Committed(index, append.Count, committed.Term));
            index += append.Count;
        }
    }
}
