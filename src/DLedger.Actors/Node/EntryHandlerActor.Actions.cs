using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <content>What the log's owner wants done.</content>
internal sealed partial class EntryHandlerActor : ILogOwnerActions<Caller>
{
    void ILogOwnerActions<Caller>.Leading(Term term, LogIndex firstOfTerm, IReadOnlyDictionary<string, Guid> trusted)
    {
        // SAFETY 14: the quorum-ack checker first, so that no ack overtakes the batch it is for.
        Roles.QuorumAckChecker.Tell(Leading());
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(Leading());
        Roles.Reader.Tell(Leading());
        Roles.StateMachine?.Tell(Leading());

        // The table is each receiver's own.
        Leading Leading() => new(
            term, firstOfTerm, _owner.Committed, _owner.Flushed, _owner.Base.Tail, _owner.Terms.Clone(), _owner.Members, trusted);
    }

    void ILogOwnerActions<Caller>.Following(Term term, string? leader)
    {
        var following = new Follow(term, leader);
        Roles.QuorumAckChecker.Tell(following);
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(following);
        Roles.Reader.Tell(following);
        Roles.StateMachine?.Tell(following);
    }

    void ILogOwnerActions<Caller>.Fenced(Term term, LogPoint tail, Membership members) => Roles.Elector.Tell(new Fenced(term, tail, members));

    void ILogOwnerActions<Caller>.HigherTermSeen(Term term) => Roles.Elector.Tell(new HigherTermSeen(term));

    void ILogOwnerActions<Caller>.BaseMoved(Tail newBase)
    {
        var moved = new StoreBaseMoved(newBase);
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(moved);
    }

    void ILogOwnerActions<Caller>.HealthIs(bool healthy) => Roles.Elector.Tell(new StoreHealth(healthy));

    void ILeaderLogActions<Caller>.Appended(Term term, Batch batch, IReadOnlyList<AppendIntake<Caller>.Accepted> clients) =>
        Roles.QuorumAckChecker.Tell(new Appended(term, batch, clients));

    void ILeaderLogActions<Caller>.Handed(Term term, Batch batch)
    {
        var handed = new Handed(term, batch);
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(handed);
    }

    void ILeaderLogActions<Caller>.OwnAck(Term term, LogIndex flushed) => Roles.QuorumAckChecker.Tell(new SelfFlushed(term, flushed));

    void ILeaderLogActions<Caller>.CloseBatchLater(Term term) => Self.Tell(new CloseBatch(term));

    void ILeaderLogActions<Caller>.AwaitCaughtUp(Term term, string peer, LogIndex upTo) =>
        Roles.QuorumAckChecker.Tell(new AwaitCaughtUp(term, peer, upTo));

    void ILeaderLogActions<Caller>.Resumed(Term term) => Roles.QuorumAckChecker.Tell(new ResumeAppends(term));

    void ILeaderLogActions<Caller>.Reject(Caller client, AppendVerdict why) =>
        client.Tell(new AppendResult.Rejected(AppendRefusal.ReasonOf(why), LeaderAddress(why)) { RequestId = client.RequestId }, Node);

    void ILeaderLogActions<Caller>.Unknown(Caller client) =>
        client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.RequestId }, Node);

    void IFollowerLogActions.Ack(string leader, Term term, LogIndex flushed) => Send(leader, new PushAck(Shared.Origin, term, flushed));

    void IFollowerLogActions.Refuse(string leader, Term term, long round, LogPoint tail) =>
        Send(leader, new PushRefused(Shared.Origin, term, round, tail));

    void IFollowerLogActions.AnswerCompare(string leader, Term term, long round, LogPoint? match, Tail logBase, LogPoint tail) =>
        Send(leader, new Compared(Shared.Origin, term, round, match, logBase, tail));

    void IFollowerLogActions.AnswerTruncate(string leader, Term term, long round, bool done, LogPoint tail) =>
        Send(leader, new Truncated(Shared.Origin, term, round, done, tail));

    void IFollowerLogActions.AnswerInstall(string leader, Term term, long round, Tail newBase) =>
        Send(leader, new Installed(Shared.Origin, term, round, newBase));

    void IFollowerLogActions.Committed(LogIndex upTo)
    {
        if (Roles.StateMachine is not { } machine)
        {
            Shared.Applied.Committed(upTo);
            WakeReader();
            return;
        }

        if (upTo <= _toldCommitted) return;
        _toldCommitted = upTo;
        machine.Tell(new ApplyUpTo(_owner.Term, upTo, []));
    }

    void IFollowerLogActions.Drop(string what) => Shared.Filter.Drop(what, Log, Now);

    private void Send(string to, PeerMessage message) => Shared.Environment.Network.Send(to, message);
}
