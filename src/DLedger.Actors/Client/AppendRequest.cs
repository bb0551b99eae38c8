using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace DLedger.Client;

/// <summary>One message under way to the leader, with the appends that travel in it.</summary>
internal sealed class AppendRequest(IReadOnlyList<PendingAppend> appends, AppendMany message, long bytes, TimeSpan expiresAt)
{
    private readonly Lock _gate = new();
    private AppendResult? _result;
    private long _toldEntries;
    private int _told;

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

    /// <summary>
    /// The connection to that one has ended since: an answer is unlikely, and none that is worth waiting for comes once somebody else leads.
    /// </summary>
    public bool ConnectionBroken { get; set; }

    /// <summary>Its place among those under way; null when its outcome is known, or it goes out again. Set by <see cref="AppendPipeline"/>.</summary>
    public LinkedListNode<AppendRequest>? Place { get; set; }

    public bool IsUnderWay => Place is not null;

    /// <summary>Where its answer goes.</summary>
    public ReplyRef? Reply { get; set; }

    /// <summary>It is not in the log and never will be; it goes out again once all before and behind it are complete.</summary>
    public bool Refused { get; set; }

    /// <param name="result">Of the whole request; for <see cref="TryTakeNext"/>.</param>
    public void Complete(AppendResult result) => _result = result;

    /// <summary>The next append to be told, in their order, and what became of it. Each is handed out once, to whatever thread asks.</summary>
    public bool TryTakeNext([NotNullWhen(true)] out PendingAppend? append, [NotNullWhen(true)] out AppendResult? result)
    {
        lock (_gate)
        {
            (append, result) = (null, null);
            if (_told == Appends.Count) return false;
            append = Appends[_told];
            result = _result is AppendResult.Committed all ? new AppendResult.Committed(all.Index + _toldEntries, append.Count, all.Term) : _result!;
            _toldEntries += append.Count;
            _told++;
            return true;
        }
    }
}
