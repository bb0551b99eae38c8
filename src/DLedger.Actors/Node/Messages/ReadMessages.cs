using System.Diagnostics;
using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

// Reads of clients and of dispatchers, and the proof that a leader still leads.

/// <summary>QuorumAckChecker to Elector: start a heartbeat round, and say when a quorum has answered it.</summary>
internal sealed record ConfirmLeadership(Term Term, long Token) : ILocalMessage;

/// <summary>Answer to <see cref="ConfirmLeadership"/>.</summary>
internal sealed record RoundConfirmed(Term Term, long Token) : ILocalMessage;

/// <summary>
/// Elector to QuorumAckChecker: until then, by the clock of leases, nobody else is elected; <see cref="TimeSpan.MinValue"/> for no lease (SAFETY 79).
/// </summary>
internal sealed record LeaseUntil(Term Term, TimeSpan Until) : ILocalMessage;

/// <summary>What waits in the quorum-ack checker for a read index.</summary>
internal interface IIndexedRead
{
    /// <summary>Whether a lease is proof enough.</summary>
    bool ByLease { get; }
}

/// <summary>A follower's question, for all reads that wait there. It has a place in the leader's <see cref="ReadLimit"/>.</summary>
internal sealed record PeerRead(string Peer, ReadToken Token, bool ByLease) : IIndexedRead;

/// <summary>
/// To the reader or the state machine: answer this <see cref="Read"/>, <see cref="GetCommitPosition"/> or <see cref="Query"/> once what
/// <paramref name="Point"/> says is applied, or refuse it at the deadline. It has a place in the <see cref="ReadLimit"/>, which whoever answers gives
/// back.
/// </summary>
internal sealed record ServeRead(DLedgerMessage Question, IActorRef Client, ReadMode Mode, ReadPoint Point, TimeSpan Deadline)
    : ILocalMessage, IAnswerWhenDead, IIndexedRead
{
    public bool ByLease => Mode == ReadMode.Lease;

    /// <summary>Of one that needs no leader, with its point; of any other, the read index is to come.</summary>
    public static ServeRead Of(DLedgerMessage question, IActorRef client, TimeSpan deadline)
    {
        var mode = ModeOf(question);
        var point = mode.Kind == ReadModeKind.AtLeast ? new ReadPoint(LogIndex.None, new EntryIndex(mode.Index)) : default;
        return new ServeRead(question, client, mode, point, deadline);
    }

    /// <summary>In words, what it waits for.</summary>
    public string Missing => Point.Entry is { } entry
        ? $"this member has not heard in time that entry {entry} is committed"
        : "this member could not apply in time what was committed when the read came";

    private static ReadMode ModeOf(DLedgerMessage question) => question switch
    {
        Read read => read.Mode,
        GetCommitPosition ask => ask.Mode,
        Query query => query.Mode,
        _ => throw new UnreachableException($"{question} is no read."),
    };

    public void AnswerDead(IActorRef from) => Client.Tell(Refusal.Of(Question, RejectReason.Stopping, null, null), from);
}

/// <summary>Dispatcher to reader: batches for a peer; the first must be of this term (SAFETY 12).</summary>
internal sealed record ReadLog(LogIndex From, Term Expected, int BytesMax, long Question) : ILocalMessage;

/// <summary>Answer to <see cref="ReadLog"/>.</summary>
internal sealed record BatchesRead(ReadOutcome Outcome, IReadOnlyList<Batch> Batches, long Question) : ILocalMessage;
