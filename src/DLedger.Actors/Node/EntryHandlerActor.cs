using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Owns the log: its batches, its tail, what is flushed, and the lowest term that it accepts. As leader it turns appends into batches; as follower it judges what the
/// leader pushes. Never waits for the disk.
/// </summary>
internal sealed partial class EntryHandlerActor : RoleActor
{
    private static readonly TimeSpan RetainEvery = TimeSpan.FromSeconds(1);

    private readonly ILogWriter _writer;
    private readonly FollowerLog _follower;
    private readonly FlushTracker _flushes;
    private readonly StoreEvents _storeEvents;
    private Term _fence;
    private string? _leader;
    private bool _stalled;
    private bool _reserveGone;

    public EntryHandlerActor(RoleContext context, StoreEvents storeEvents)
        : base(context)
    {
        _storeEvents = storeEvents;
        _writer = context.Log.Writer;
        _flushes = new FlushTracker(_writer.Tail.Index);
        _follower = new FollowerLog(_writer.Terms, _writer.Base.Index);
        // SAFETY 3: the fence starts at the saved term, never at the tail's.
        _fence = context.Log.HardState.Loaded.Term;
        _higherTermPassedOn = _fence;
    }

    public static Props Props(RoleContext context, StoreEvents storeEvents) =>
        Akka.Actor.Props.Create(() => new EntryHandlerActor(context, storeEvents)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher).WithMailbox(NodeEnvironment.EntryHandlerMailbox);

    protected override void Started()
    {
        _storeEvents.AttachTo(Self);
        Timers.StartPeriodicTimer(nameof(RetainTick), new RetainTick(), RetainEvery);
        Become(Following);
    }

    protected override void PostStop()
    {
        if (_intake is null) return;
        // Its batch made way for nothing: the log threw before this request was in any.
        if (_asking is { } asking) asking.Tell(new AppendResult.Rejected(RejectReason.Stopping) { RequestId = asking.RequestId }, Node);
        if (_isWriting)
        {
            // The log threw while it was given this batch: it may be there, or not.
            foreach (var client in _intake.TakeUnbatched()) client.Client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.Client.RequestId }, Node);
        }
        else
        {
            // SAFETY 16: what is in no batch never will be.
            RejectUnbatched(RejectReason.Stopping);
        }
    }

    /// <summary>What is the same for a leader and a follower. False: the message is not one of these.</summary>
    private bool HandleInAnyRole(object message)
    {
        switch (message)
        {
            case Fence fence:
                OnFence(fence.Term);
                return true;
            case AskTail:
                Roles.Elector.Tell(new TailIs(_writer.Tail.Point));
                return true;
            case Probe probe:
                Roles.Elector.Tell(new ProbeAnswered(probe.Number));
                return true;
            case Lead lead:
                OnLead(lead);
                return true;
            case Follow follow:
                OnFollow(follow);
                return true;
            case PeerMessage push:
                if (Accepts(push)) OnPush(push);
                return true;
            case StoreStalled stalled:
                _stalled = stalled.Stalled;
                ReportHealth();
                return true;
            case StoreBaseMoved moved:
                foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(moved);
                return true;
            case StoreCheckpointDue:
                _writer.KeepCheckpoint(new LogBase(_writer.Tail));
                return true;
            case RetainTick:
                if (_writer.FindNewBase(_follower.Committed) is { } newBase) _writer.MoveBase(new LogBase(newBase));
                return true;
            case AskReport:
                Sender.Tell(new LogReport(_writer.Base.Tail, _writer.Tail, _follower.Committed, _flushes.Flushed));
                return true;
            default:
                return false;
        }
    }

    /// <summary>SAFETY 2: from here on nothing below this term gets into the log, from a leader or from ourselves.</summary>
    private void OnFence(Term term)
    {
        if (term > _fence)
        {
            _fence = term;
            _ackTo = null;
            _follower.EnterTerm();
            if (_intake is not null)
            {
                StopLeading(null);
            }
            else
            {
                _leader = null;
                TellFollowing();
            }
        }

        Roles.Elector.Tell(new Fenced(term, _writer.Tail.Point));
    }

    private void OnFollow(Follow follow)
    {
        if (follow.Term < _fence) return;
        Invariant.Holds(follow.Term == _fence, $"A term is fenced before it is followed: {follow.Term} at fence {_fence}.");
        _leader = follow.Leader;
        if (_intake is not null) StopLeading(follow.Leader);
        else TellFollowing();
    }

    private void TellFollowing()
    {
        var following = new Follow(_fence, _leader);
        Roles.QuorumAckChecker.Tell(following);
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(following);
        Roles.Reader.Tell(following);
    }

    private void ReportHealth() => Roles.Elector.Tell(new StoreHealth(!_stalled && !_reserveGone));

    private void OnSpaceChanged()
    {
        if (!_reserveGone || _writer.FreeBytes <= 0) return;
        _reserveGone = false;
        ReportHealth();
    }

    private void CommitTo(LogIndex committed)
    {
        _follower.CommittedElsewhere(committed);
        _intake?.Committed(committed);
    }

    /// <summary>For a status; answered by <see cref="LogReport"/>.</summary>
    internal sealed record AskReport : ILocalMessage;

    internal sealed record LogReport(Tail Base, Tail Tail, LogIndex Committed, LogIndex Flushed) : ILocalMessage;

    private sealed record RetainTick : ILocalMessage;
}
