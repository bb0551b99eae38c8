using System.Globalization;
using System.Runtime.CompilerServices;
using Akka.Actor;
using DLedger.Client;
using DLedger.Remoting;

namespace DLedger;

/// <summary>
/// Talks to a group from ordinary asynchronous code: finds the leader, follows it when it changes, repeats what is safe to repeat, and packs
/// concurrent appends into few messages. Thread-safe; one per group and application is enough.
/// </summary>
/// <remarks>
/// Appends of one client are committed in the order of the calls, whatever happens to leaders meanwhile, as far as they are
/// <see cref="AppendResult.Committed"/>. What became <see cref="AppendResult.Unknown"/> is never sent again: whether to is the caller's decision.
/// What is <see cref="AppendResult.Rejected"/> was tried until <see cref="DLedgerClientOptions.Timeout"/>, and is surely not in the log.
/// <para>
/// Code that awaits a committed append goes on on a thread of the client's own, one result after the other. It may block there, or compute: results
/// that have to wait for it are told on the shared thread pool within some 100 ms.
/// </para>
/// </remarks>
public sealed class DLedgerClient : IAsyncDisposable
{
    // A stream's own fields in front of the bodies.
    private const int RequestHeadBytes = 64;
    private const int TailCount = 1024;

    private readonly AppendQueue _queue;
    private readonly IActorRef _actor;
    private readonly ActorSystem _system;
    private readonly ClientContext _context;

    private DLedgerClient(ActorSystem system, ClientContext context)
    {
        _system = system;
        _context = context;
        _queue = new AppendQueue(context.Options);
        _actor = system.ActorOf(ClientActor.Props(context, _queue));
        _queue.Open(_actor);
    }

    /// <summary>How often a call that waits was looked at, for tests: it is not to grow with the square of their number.</summary>
    internal long LooksAtCalls => _context.Calls.Looks;

    /// <summary>Makes a client of a group. Nothing is sent before the first call.</summary>
    /// <param name="system">Any ActorSystem with Akka.Remote; or, without it, the one that the group itself lives in.</param>
    /// <param name="group">The group.</param>
    /// <param name="members">Where to look for it; the more are named, the more may be down.</param>
    /// <param name="options">How to behave.</param>
    public static DLedgerClient Create(ActorSystem system, string group, IReadOnlyList<Member> members, DLedgerClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        var provider = ((ExtendedActorSystem)system).Provider;
        var isRemote = provider is Akka.Remote.IRemoteActorRefProvider;
        return Create(system, group, members, options, address =>
        {
            // An address comes from a member's answer too; one that is none is as good as none.
            var root = isRemote ? address : $"akka://{system.Name}";
            return ActorPath.TryParse($"{root}/user/dledger/{group}", out var path) ? provider.ResolveActorRef(path) : null;
        });
    }

    /// <summary>
    /// Makes a client of a member's own group, in the process of that member: group and members are those of its settings, and the members'
    /// ActorSystems have the name of this one. Nothing is sent before the first call, and the member may be started later.
    /// </summary>
    /// <param name="system">The ActorSystem of the member, or another one of the same name.</param>
    /// <param name="settings">The member.</param>
    public static DLedgerClient Create(ActorSystem system, DLedgerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Create(system, settings, settings.Client);
    }

    /// <inheritdoc cref="Create(ActorSystem, DLedgerSettings)"/>
    /// <param name="options">How to behave; its <see cref="DLedgerClientOptions.SystemName"/> is not used.</param>
    public static DLedgerClient Create(ActorSystem system, DLedgerSettings settings, DLedgerClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var ours = options.Copy();
        ours.SystemName = system.Name;
        return Create(system, settings.Group, settings.Members, ours);
    }

    internal static DLedgerClient Create(
        ActorSystem system, string group, IReadOnlyList<Member> members, DLedgerClientOptions? options, Func<string, IActorRef?> resolve)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(members);
        if (!Member.IsId(group)) throw new ArgumentException($"'{group}' is not the name of a group: letters, digits, '_' and '.'.", nameof(group));
        if (members.Count == 0) throw new ArgumentException("A group has at least one member.", nameof(members));
        var judged = (options ?? new DLedgerClientOptions()).Checked();
        judged.CheckMembers(members);
        var extension = DLedgerExtension.Get(system);
        var context = new ClientContext(
            group,
            [.. members.Select(member => MemberAddress.Process(judged.SystemName, member.Address))],
            [.. members],
            judged,
            Guid.NewGuid(),
            Math.Max(1, extension.PayloadMax - RequestHeadBytes),
            extension.Replies,
            new CallList(),
            resolve,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return new DLedgerClient(system, context);
    }

    /// <summary>
    /// Appends one entry. The order of the calls is the order in the log. Cancelling ends the wait, not the append: it may still be committed.
    /// </summary>
    /// <param name="body">Not to be changed before the result is there.</param>
    public Task<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation = default) =>
        Enter(new PendingAppend(body), cancellation);

    /// <summary>Appends several entries, all or nothing, with consecutive indexes; together at most <c>batch-bytes-max</c>.</summary>
    public Task<AppendResult> AppendManyAsync(IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        return bodies.Count == 0
            ? Task.FromResult<AppendResult>(new AppendResult.Rejected(RejectReason.NoEntries, null, "the request holds no entries"))
            : Enter(new PendingAppend([.. bodies]), cancellation);
    }

    /// <summary>
    /// Appends one command, has the state machine apply it, and brings its reply: <see cref="AppendResult.Applied"/> when all went well. In the order
    /// of the calls, among the appends too. With objects: <see cref="StateMachineClient{TCommand, TReply}"/>.
    /// </summary>
    /// <param name="command">Not to be changed before the result is there.</param>
    public Task<AppendResult> ExecuteAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation = default) =>
        Enter(new PendingAppend(command) { WantsReplies = true }, cancellation);

    /// <summary>Appends several commands, all or nothing; each gets its reply, in their order.</summary>
    public Task<AppendResult> ExecuteManyAsync(IReadOnlyList<ReadOnlyMemory<byte>> commands, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        return commands.Count == 0
            ? Task.FromResult<AppendResult>(new AppendResult.Rejected(RejectReason.NoEntries, null, "the request holds no entries"))
            : Enter(new PendingAppend([.. commands]) { WantsReplies = true }, cancellation);
    }

    /// <summary>
    /// Asks the state machine. Linearizable, the answer counts in everything acknowledged before the call. Tried again until
    /// <see cref="DLedgerClientOptions.Timeout"/> while nobody can answer it.
    /// </summary>
    public async Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> question, ReadMode mode = default, CancellationToken cancellation = default) =>
        (QueryResult)await Call(Reading(new Query(question, mode), mode), cancellation).ConfigureAwait(false);

    /// <summary>
    /// For a long row of appends: completes as soon as there is room for this one (<see cref="DLedgerClientOptions.OutstandingMax"/>), with the task
    /// of its result. Await the first, keep the second: the row goes out as fast as the group takes it, in order, and never piles up here.
    /// </summary>
    public ValueTask<Task<AppendResult>> SubmitAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation = default)
    {
        var append =
            new PendingAppend(body) { Accepted = new TaskCompletionSource<Task<AppendResult>>(TaskCreationOptions.RunContinuationsAsynchronously) };
        Enter(append, cancellation);
        return new ValueTask<Task<AppendResult>>(append.Accepted.Task);
    }

    /// <summary>Reads committed entries. Tried again until <see cref="DLedgerClientOptions.Timeout"/> while nobody can serve it.</summary>
    public async Task<ReadResult> ReadAsync(Read read, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return (ReadResult)await Call(Reading(read, read.Mode), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// How far the log is committed, and where it begins. Linearizable, it counts in everything acknowledged before the call. Tried again until
    /// <see cref="DLedgerClientOptions.Timeout"/> while nobody can answer it.
    /// </summary>
    public async Task<CommitPositionResult> CommitPositionAsync(ReadMode mode = default, CancellationToken cancellation = default) =>
        (CommitPositionResult)await Call(Reading(new GetCommitPosition(mode), mode), cancellation).ConfigureAwait(false);

    /// <summary>
    /// Follows the log: committed entries from <paramref name="from"/> on, in order and without gaps, and new ones as they come, until cancelled.
    /// Goes on by itself when a leader is lost. Throws <see cref="DLedgerReadException"/> when the log begins behind <paramref name="from"/>, or when
    /// reading fails for good.
    /// </summary>
    public async IAsyncEnumerable<LedgerEntry> TailAsync(
        long from, ReadMode mode = default, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        while (true)
        {
            var wait = TimeSpan.Zero;
            switch (await ReadAsync(new Read(from, TailCount, maxBytes: 64 << 10, mode: mode), cancellation).ConfigureAwait(false))
            {
                case ReadResult.Entries entries:
                    foreach (var entry in entries.Items)
                    {
                        // A stale member's answer can only be short, never different; still, an entry out of turn would be a lie to the caller.
                        if (entry.Index != from)
                            throw new DLedgerReadException(
                                string.Create(CultureInfo.InvariantCulture, $"entry {from} was asked for, entry {entry.Index} came"), entries);
                        yield return entry;
                        from++;
                    }

                    break;
                case ReadResult.OutOfRange range when range.FirstIndex > from:
                    throw new DLedgerReadException(
                        string.Create(CultureInfo.InvariantCulture, $"entry {from} is not kept any more: the log begins at {range.FirstIndex}"),
                        range);
                case ReadResult.OutOfRange:
                    wait = _context.Options.TailInterval;
                    break;
                case ReadResult.Rejected { Reason: RejectReason.NotLeader or RejectReason.Busy or RejectReason.Starting }:
                case ReadResult.Rejected { Reason: RejectReason.Stopping } when !_context.Stopped.Task.IsCompleted:
                    // No leader for a whole timeout: a partition ends some day.
                    wait = _context.Options.TailInterval;
                    break;
                case ReadResult.Rejected rejected:
                    throw new DLedgerReadException(
                        $"reading is refused: {rejected.Reason}{(rejected.Detail is null ? "" : $", {rejected.Detail}")}", rejected);
                case ReadResult.Failed failed:
                    throw new DLedgerReadException($"reading failed: {failed.Reason}", failed);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }

            if (wait > TimeSpan.Zero) await Task.Delay(wait, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Asks every member how it is, and waits for all answers or for the time; in the order in which the members were named.</summary>
    public Task<IReadOnlyList<MemberStatus>> StatusAsync(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        var round = new StatusRound(timeout);
        IReadOnlyList<MemberStatus> nobody = [.. _context.Names.Select(member => new MemberStatus(member, null))];
        if (_context.Stopped.Task.IsCompleted) return Task.FromResult(nobody);
        _actor.Tell(round);
        return EndWithClient(round.Result, nobody);
    }

    /// <summary>Asks the leader to hand over to another member.</summary>
    /// <param name="to">Its id.</param>
    public async Task<TransferResult> TransferAsync(string to, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(to);
        return (TransferResult)await Call(new PendingCall(new TransferLeadership(to), leaderOnly: true), cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes the client at once. What was never sent is Rejected(Stopping), what is under way Unknown; await their tasks first if that matters.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _system.Stop(_actor);
        await _context.Stopped.Task.ConfigureAwait(false);
    }

    private Task<AppendResult> Enter(PendingAppend append, CancellationToken cancellation)
    {
        append.CancelWith(cancellation);
        _queue.Enqueue(append);
        return append.Task;
    }

    /// <summary>Any member can serve it; the leader with the fewest messages, if its word is needed.</summary>
    private PendingCall Reading(DLedgerMessage question, ReadMode mode) =>
        new(question, leaderOnly: mode.NeedsLeader && _context.Options.ReadFrom.Count == 0);

    private async Task<DLedgerMessage> Call(PendingCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var registration = cancellation.Register(static (state, token) => ((PendingCall)state!).Result.TrySetCanceled(token), call);
        _actor.Tell(call);
        return await EndWithClient(
            call.Result, Node.Refusal.Of(call.Message, RejectReason.Stopping, null, "the client is closed")!).ConfigureAwait(false);
    }

    /// <summary>What reaches the actor after it has stopped would wait for ever.</summary>
    private async Task<T> EndWithClient<T>(TaskCompletionSource<T> result, T closed)
    {
        if (await Task.WhenAny(result.Task, _context.Stopped.Task).ConfigureAwait(false) != result.Task) result.TrySetResult(closed);
        return await result.Task.ConfigureAwait(false);
    }
}
