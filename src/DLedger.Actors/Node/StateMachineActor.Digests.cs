using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <content>
/// Whether the members' machines are alike (SAFETY 56): now and then the leader says what its results come to, followers answer with what theirs do,
/// and whoever differs from a quorum is told so, and stops. A message that is lost is none too many: a difference stays in all digests after it.
/// </content>
internal sealed partial class StateMachineActor
{
    private readonly DigestMarks _marks = new();

    /// <summary>What the leader has said of a mark that is not reached here; the newest.</summary>
    private DigestIs? _early;

    /// <summary>Of the newest mark, while this member leads; null before the first.</summary>
    private DigestTally? _tally;

    /// <summary>The set in force, while this member leads.</summary>
    private Membership? _members;

    private Term _term;
    private string? _leader;

    private void Lead(Leading leading)
    {
        (_term, _leader, _members, _tally, _early) = (leading.Term, Shared.Self, leading.Members, null, null);
        TellLeadership();
    }

    private void FollowLeader(Follow follow)
    {
        (_term, _leader, _members, _tally, _early) = (follow.Term, follow.Leader, null, null, null);
        TellLeadership();
    }

    private void TellLeadership()
    {
        var leadership = new LedgerLeadership(_members is not null, _term.Value, _leader);
        _machine.LeadershipChanged(leadership);
        _actor?.Tell(leadership, Self);
    }

    /// <summary>This member has come to a mark.</summary>
    private void MarkReached(DigestMark mark)
    {
        _marks.Add(mark);
        if (_members is { } members)
        {
            _tally = new DigestTally(members, Shared.Self, mark);
            foreach (var member in members.Members) TellDigest(member.Id, mark.Digest, ofQuorum: false);
        }
        else if (_early is { } early && early.At <= mark.At)
        {
            _early = null;
            Compare(early);
        }
    }

    private void FromPeer(PeerMessage message)
    {
        // SAFETY 7, 31: a member is a pair. And what is said in another term than ours is said anew in ours.
        if (!Accepts(message)) return;
        var from = message.Origin.NodeId;
        if (!Shared.Peers.Of(from).Counts(message.Origin.Store)) DropIfUnknown(message);
        else if (message.Term != _term) return;
        else if (message is DigestIs digest && from == _leader && _members is null) Compare(digest);
        else if (message is DigestAnswer answer && _tally is { } tally && answer.At == tally.Mark.At) Count(tally, from, answer.Digest);
    }

    private void Compare(DigestIs theirs)
    {
        if (theirs.At > _machine.Cursor.State.Tail.Index)
        {
            if (_early is null || theirs.OfQuorum || theirs.At > _early.At) _early = theirs;
            return;
        }

        // Reached in an earlier life, or too long ago: the next mark tells as much.
        if (_marks.At(theirs.At) is not { } ours) return;
        if (!theirs.OfQuorum) Shared.Environment.Network.Send(theirs.Origin.NodeId, new DigestAnswer(Shared.Origin, _term, ours.At, ours.Digest));
        if (_marks.Compare(ours, theirs.Digest)) return;
        if (theirs.OfQuorum) throw Diverged(ours);
        Alarm($"the state machine's results differ from those of {theirs.Origin.NodeId}, {Doubtful(ours)}");
    }

    private void Count(DigestTally tally, string from, ResultDigest digest)
    {
        tally.Told(from, digest);
        _marks.Compare(tally.Mark, digest);
        var dissenters = tally.Dissenters();
        if (dissenters.Contains(Shared.Self)) throw Diverged(tally.Mark);
        foreach (var dissenter in dissenters) TellDigest(dissenter, tally.OfQuorum!.Value, ofQuorum: true);
        if (tally.IsDisputed) Alarm($"the members' state machines have different results, {Doubtful(tally.Mark)}: {tally}");
    }

    private void TellDigest(string member, ResultDigest digest, bool ofQuorum)
    {
        if (member != Shared.Self) Shared.Environment.Network.Send(member, new DigestIs(Shared.Origin, _term, _tally!.Mark.At, digest, ofQuorum));
    }

    /// <summary>Said once until it is over, which it never is: a digest holds all that was before it.</summary>
    private void Alarm(string problem)
    {
        if (Shared.Replica.Problem is not null) return;
        Shared.Replica.Problem = problem;
        Log.Error("Group {0}: {1}", Settings.Group, problem);
    }

    private StateMachineFailedException Diverged(DigestMark ours) =>
        new($"the state machine's results differ from those of a quorum, {Doubtful(ours)}: it is not deterministic, or not the same everywhere");

    private string Doubtful(DigestMark ours) => $"somewhere from entry {_marks.EqualBefore} to {ours.Next.Plus(-1)}";
}
