using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Owns the log. Decides nothing: every event goes to Core's <see cref="LogOwner{TClient}"/>, and what that wants done is done here, at once. Never
/// waits for the disk.
/// </summary>
internal sealed partial class EntryHandlerActor : RoleActor
{
    private static readonly TimeSpan RetainEvery = TimeSpan.FromSeconds(1);

    private readonly LogOwner<Caller> _owner;
    private readonly StoreEvents _storeEvents;

    /// <summary>What the state machine was told of here.</summary>
    private LogIndex _toldCommitted;

    public EntryHandlerActor(RoleContext context, StoreEvents storeEvents)
        : base(context)
    {
        _storeEvents = storeEvents;
        var intake = new IntakeSettings(Settings.MaxEntrySize, Settings.BatchBytesMax, Settings.PendingEntriesMax, Settings.PendingBytesMax);
        _owner = new LogOwner<Caller>(
            context.Self,
            context.Log.Writer,
            // SAFETY 3: the fence starts at the saved term, never at the tail's.
            context.Log.HardState.Loaded.Term,
            context.Membership,
            new LeaderLogSettings(intake, Settings.AppendTimeout) { CountsUntilApplied = context.Environment.HasStateMachine },
            this);
    }

    public static Props Props(RoleContext context, StoreEvents storeEvents) =>
        Akka.Actor.Props.Create(() => new EntryHandlerActor(context, storeEvents))
            .WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher).WithMailbox(NodeEnvironment.EntryHandlerMailbox);

    protected override void Started()
    {
        _storeEvents.AttachTo(Self);
        Timers.StartPeriodicTimer(nameof(RetainTick), new RetainTick(), RetainEvery);
        Become(Owning);
    }

    protected override void PostStop() => _owner.Stop();

    private void Owning(object message)
    {
        switch (message)
        {
            case Append append:
                Answer(append, _owner.Append(CallerOf(append), append.Body, Now));
                break;
            case Execute execute:
                Answer(execute, _owner.Append(CallerOf(execute, wantsReplies: true), execute.Command, Now));
                break;
            case AppendMany append:
                Answer(append, _owner.AppendMany(CallerOf(append, append.WantsReplies), append.Bodies, PlaceOf(append), Now));
                break;
            case CloseBatch close:
                _owner.CloseBatch(close.Term, Now);
                break;
            case PeerMessage push:
                if (Accepts(push)) FromPeer(push);
                break;
            case StoreFlushed flushed:
                _owner.FlushCompleted(flushed.FlushedTo, Now);
                break;
            case CommitAdvanced advanced:
                _owner.CommitAdvanced(advanced.Term, advanced.Committed);
                break;
            case AppliedAdvanced advanced:
                _owner.Applied(advanced.Applied);
                break;
            case Fence fence:
                _owner.Fence(fence.Term);
                break;
            case Lead lead:
                _owner.Lead(lead.Term, lead.Trusted, Now);
                break;
            case Follow follow:
                _owner.Follow(follow.Term, follow.Leader);
                break;
            case HoldAppends hold:
                _owner.HoldAppends(hold.Term, hold.For, Now);
                break;
            case ResumeAppends resume:
                _owner.ResumeAppends(resume.Term);
                break;
            case AskTail:
                Roles.Elector.Tell(new TailIs(_owner.Tail.Point, _owner.Members));
                break;
            case Probe probe:
                Roles.Elector.Tell(new ProbeAnswered(probe.Number));
                break;
            case StoreSpaceChanged:
                _owner.SpaceChanged(Now);
                break;
            case StoreStalled stalled:
                _owner.Stalled(stalled.Stalled);
                break;
            case StoreBaseMoved moved:
                foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(moved);
                break;
            case StoreCheckpointDue:
                _owner.KeepCheckpoint();
                break;
            case RetainTick:
                _owner.Retain(Shared.Applied.Value);
                break;
            case AskReport:
                Sender.Tell(new LogReport(_owner.Base.Tail, _owner.Tail, _owner.Committed, _owner.Flushed));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void FromPeer(PeerMessage message)
    {
        var from = message.Origin.NodeId;
        // SAFETY 7, 31: a member is a pair, for batches as for votes.
        if (!Shared.Peers.Of(from).Counts(message.Origin.Store))
        {
            DropIfUnknown(message);
            return;
        }

        switch (message)
        {
            case Push push:
                _owner.Push(from, push.Term, push.Round, push.Previous, push.Committed, push.Batches);
                break;
            case Compare compare:
                _owner.Compare(from, compare.Term, compare.Round, compare.Base, compare.Runs);
                break;
            case Truncate truncate:
                _owner.Truncate(from, truncate.Term, truncate.Round, truncate.Keep, truncate.Reported);
                break;
            case Install install:
                _owner.Install(from, install.Term, install.Round, install.Base);
                break;
            default:
                Shared.Filter.Drop($"a {message.GetType().Name} that is not for an entry handler", Log, Now);
                break;
        }
    }

    private void Answer(DLedgerMessage append, AppendVerdict verdict)
    {
        if (verdict == AppendVerdict.Accepted) return;
        Sender.Tell(AppendRefusal.Of(append, verdict, _owner, Settings, LeaderAddress(verdict)), Node);
    }

    private string? LeaderAddress(AppendVerdict verdict) => verdict switch
    {
        AppendVerdict.NotLeader => Shared.Members.AddressOf(_owner.Leader),
        AppendVerdict.HandingOver when _owner.HeldFor != Shared.Self => Shared.Members.AddressOf(_owner.HeldFor),
        _ => null,
    };

    private Caller CallerOf(DLedgerMessage append, bool wantsReplies = false) => new(Sender, append.RequestId, wantsReplies);

    private static StreamPlace? PlaceOf(AppendMany append) =>
        append.Stream is { } place ? new StreamPlace(place.Id, place.Sequence, place.Start) : null;

    /// <summary>For a status; answered by <see cref="LogReport"/>.</summary>
    internal sealed record AskReport : ILocalMessage;

    internal sealed record LogReport(Tail Base, Tail Tail, LogIndex Committed, LogIndex Flushed) : ILocalMessage;

    private sealed record RetainTick : ILocalMessage;
}
