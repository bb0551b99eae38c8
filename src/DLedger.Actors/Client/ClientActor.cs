using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace DLedger.Client;

/// <summary>
/// Owns everything that a client knows: what waits, what is under way, who leads. Callers only hand in and wait for promises.
/// </summary>
internal sealed partial class ClientActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(1);

    // After the connection to the leader broke, answers may still come over a new one; not for long.
    private static readonly TimeSpan BrokenConnectionGrace = TimeSpan.FromSeconds(1);

    private readonly ClientContext _client;
    private readonly AppendQueue _queue;
    private readonly AppendPipeline _pipeline;
    private readonly List<PendingAppend> _over = [];
    private readonly ResultTeller _results = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TimeSpan _sendNotBefore;
    private int _refusals;

    public ClientActor(ClientContext client, AppendQueue queue)
    {
        _client = client;
        _queue = queue;
        _calls = client.Calls;
        var packBytes = (int)Math.Min(client.Options.PackBytes, client.RequestBytesMax);
        _pipeline = new AppendPipeline(client.StreamId, client.Options.Window, packBytes, client.Options.Timeout);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public static Props Props(ClientContext client, AppendQueue queue) =>
        Akka.Actor.Props.Create(() => new ClientActor(client, queue)).WithDeploy(Deploy.Local).WithDispatcher(Node.NodeEnvironment.RoleDispatcher);

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // Nothing of what we know survives a restart: PostStop answers everybody, and the client stays closed.
        base.PreRestart(reason, message);
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _queue.Close();
        foreach (var request in _pipeline.UnderWay.ToArray())
        {
            request.Reply?.Close();
            Finish(request, request.Refused ? Closing : new AppendResult.Unknown(UnknownReason.TimedOut));
        }

        _over.Clear();
        _pipeline.TakeUnsent(_over);
        foreach (var append in _over) ResultTeller.Tell(append, Closing);
        _results.End();
        CloseCalls();
        _client.Stopped.TrySetResult();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AppendQueue.Wake:
                TakeIn();
                break;
            case Answered { Question: AppendRequest request, Answer: var answer }:
                OnAppendAnswer(request, answer);
                break;
            case Answered { Question: PendingCall call } answered:
                OnCallAnswer(call, answered.Reply, answered.Answer);
                break;
            case Answered { Question: LeaderSearch.Place place, Answer: var answer }:
                OnSearchAnswer(place, answer);
                break;
            case Answered { Question: StatusRound.Place place, Answer: var answer }:
                OnStatusAnswer(place, answer);
                break;
            case PendingCall call:
                OnCall(call);
                break;
            case StatusRound round:
                OnStatusRound(round);
                break;
            case Tick:
                OnTick();
                break;
            case DisassociatedEvent broken:
                OnConnectionBroken(broken.RemoteAddress);
                break;
            case AssociationErrorEvent broken:
                OnConnectionBroken(broken.RemoteAddress);
                break;
            default:
                Unhandled(message);
                break;
        }

        SendAppends();
        if (!IsIdle && !Timers.IsTimerActive(Tick.Instance)) Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);
    }

    private static AppendResult.Rejected Closing { get; } = new(RejectReason.Stopping, null, "the client is closed");

    private bool IsIdle => _pipeline.IsIdle && _calls.Count == 0 && _rounds.Count == 0 && _results.IsIdle;

    private void TakeIn()
    {
        _queue.Awake();
        var now = Now;
        while (_queue.TryTake(out var append))
        {
            append.Deadline = now + _client.Options.Timeout;
            if (append.WireBytes > _client.RequestBytesMax)
            {
                // It would be dropped by our own remoting, after an error in the log.
                Finish(append, new AppendResult.Rejected(
                    RejectReason.TooLarge, null,
                    $"{append.WireBytes} bytes do not fit this application's "
                    + $"{Remoting.StockTransport.ControlFrameKey(Context.System.Settings.Config)}, which leaves {_client.RequestBytesMax} bytes"));
                continue;
            }

            _pipeline.Add(append);
        }
    }

    private void SendAppends()
    {
        if (!_pipeline.HasUnsent) return;
        if (_leader is not { } leader)
        {
            Search();
            return;
        }

        var now = Now;
        if (now < _sendNotBefore) return;
        _over.Clear();
        while (_pipeline.Next(now, _over) is { } request)
        {
            var reply = new QuestionRef(_client.Replies, Self, request);
            request.Reply = reply;
            request.SentTo = leader.Member;
            request.Term = leader.Term;
            leader.Member.Tell(request.Message.WithRequestId(reply.RequestId), reply);
        }

        foreach (var append in _over) Finish(append, TooLate(append));
    }

    private void OnAppendAnswer(AppendRequest request, object answer)
    {
        // Given up a moment ago.
        if (!request.IsUnderWay) return;
        switch (answer)
        {
            case AppendResult.Applied applied when applied.Replies.Count == request.Message.Bodies.Count:
            case AppendResult.Committed:
                _refusals = 0;
                _pipeline.Completed(request);
                Finish(request, (AppendResult)answer);
                break;
            case AppendResult.Unknown unknown:
                Finish(request, unknown);
                if (unknown.Reason == UnknownReason.TimedOut)
                {
                    _pipeline.Completed(request);
                    break;
                }

                _pipeline.CompletedAndBroken(request);
                ForgetLeader();
                break;
            case AppendResult.Rejected rejected:
                OnRefused(request, rejected);
                break;
            default:
                // An answer that cannot be read is none.
                _log.Warning("The leader's answer to an append cannot be read: {0}", answer);
                Finish(request, new AppendResult.Unknown(UnknownReason.TimedOut));
                _pipeline.CompletedAndBroken(request);
                break;
        }
    }

    private void OnRefused(AppendRequest request, AppendResult.Rejected rejected)
    {
        switch (rejected.Reason)
        {
            case RejectReason.TooLarge when request.Appends.Count > 1:
                _pipeline.PackLess(request);
                Again(request, rejected);
                break;
            case RejectReason.OutOfOrder:
                Again(request, rejected);
                break;
            case RejectReason.Busy when rejected.LeaderAddress is { } successor:
                Again(request, rejected);
                LeaderHandsOver(request.Term, successor);
                break;
            case RejectReason.Busy:
                Again(request, rejected);
                BackOff();
                break;
            case RejectReason.NotLeader or RejectReason.Starting or RejectReason.Stopping or RejectReason.NoSuchGroup or RejectReason.Failed:
                Again(request, rejected);
                ForgetLeader(rejected.LeaderAddress);
                break;
            default:
                Finish(request, rejected);
                _pipeline.CompletedAndBroken(request);
                break;
        }
    }

    private void Again(AppendRequest request, AppendResult.Rejected rejected)
    {
        // A stream that never gets through must not spin: the first refusal costs nothing, those without a commit between them do.
        if (++_refusals > _client.Options.Window) BackOff();
        var told = rejected.WithRequestId(0);
        foreach (var append in request.Appends)
        {
            // What keeps the first request out says more than that the others came after it.
            if (rejected.Reason != RejectReason.OutOfOrder || append.LastRefusal is null) append.LastRefusal = told;
        }

        _pipeline.Refused(request);
    }

    private void BackOff()
    {
        var wait = BackoffMin * Math.Pow(2, Math.Min(_refusals / Math.Max(1, _client.Options.Window), 5));
        _sendNotBefore = Now + (wait < BackoffMax ? wait : BackoffMax);
    }

    private void OnTick()
    {
        if (IsIdle)
        {
            Timers.Cancel(Tick.Instance);
            EndSearches();
            return;
        }

        var now = Now;
        _results.Look(now);
        if (GiveUp(UnknownReason.TimedOut, request => request.ExpiresAt <= now)) ForgetLeader();

        _over.Clear();
        _pipeline.TakeExpired(now, _over);
        foreach (var append in _over) Finish(append, TooLate(append));
        TickCalls(now);
        TickSearch(now);
    }

    /// <summary>Requests under way whose outcome nobody will tell any more. False: there is none.</summary>
    private bool GiveUp(UnknownReason reason, Predicate<AppendRequest> hopeless)
    {
        List<AppendRequest>? given = null;
        foreach (var request in _pipeline.UnderWay)
        {
            if (!request.Refused && hopeless(request)) (given ??= []).Add(request);
        }

        if (given is null) return false;
        foreach (var request in given)
        {
            request.Reply?.Close();
            Finish(request, new AppendResult.Unknown(reason));
            _pipeline.CompletedAndBroken(request);
        }

        return true;
    }

    private void OnConnectionBroken(Address remote)
    {
        // Also of a leader that we know to be none any more: what it got last may be what its end left without an answer, and everything waits for
        // that.
        var limit = Now + BrokenConnectionGrace;
        foreach (var request in _pipeline.UnderWay)
        {
            if (request.SentTo?.Path.Address != remote) continue;
            request.ConnectionBroken = true;
            if (request.ExpiresAt > limit) request.ExpiresAt = limit;
        }

        foreach (var call in _calls.All())
        {
            if (call.Reply is not null && call.NextAt > limit && call.SentTo?.Path.Address == remote) call.NextAt = limit;
        }

        // Whether it is still there, and still leads, has to be asked anew; what is under way is waited for.
        if (_leader is { } leader && leader.Member.Path.Address == remote) ForgetLeader();
    }

    private AppendResult.Rejected TooLate(PendingAppend append) => append.LastRefusal is { } refusal
        ? new AppendResult.Rejected(
            refusal.Reason,
            refusal.LeaderAddress,
            $"still so after {_client.Options.Timeout.TotalSeconds:0.#} s{(refusal.Detail is null ? "" : $": {refusal.Detail}")}")
        : _leader is not null
        ? new AppendResult.Rejected(
            RejectReason.Busy, null, $"the leader did not take what was before it within {_client.Options.Timeout.TotalSeconds:0.#} s")
        : new AppendResult.Rejected(
            RejectReason.NotLeader, null, $"no leader of group {_client.Group} answered within {_client.Options.Timeout.TotalSeconds:0.#} s");

    private void Finish(AppendRequest request, AppendResult result)
    {
        _queue.Release(request.Message.Bodies.Count, request.Bytes);

        // The id was the request's, which the callers know nothing of.
        var isOfCaller = result is AppendResult.Committed or AppendResult.Applied || result.RequestId == 0;
        _results.Tell(request, isOfCaller ? result : result.WithRequestId(0), Now);
    }

    private void Finish(PendingAppend append, AppendResult result)
    {
        ResultTeller.Tell(append, result);
        _queue.Release(append);
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }
}
