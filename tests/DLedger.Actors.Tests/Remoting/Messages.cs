using CsCheck;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Random messages of every kind. A kind without a line here fails <see cref="WireSerializerTests"/>.</summary>
internal static class Messages
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char.AlphaNumeric, 0, 40];
    private static readonly Gen<string> Words =
        Gen.OneOf(Gen.String[Gen.Char['a', 'z'], 0, 300], Gen.Const("größer als 1 MiB – 大"), Gen.Const(""));
    private static readonly Gen<string?> MaybeWords = Gen.OneOf(Words.Select(text => (string?)text), Gen.Int[0, 0].Select(_ => (string?)null));
    private static readonly Gen<long> Number = Gen.OneOf(Gen.Long[0, long.MaxValue / 2], Gen.Long[0, 100]);
    private static readonly Gen<ReadOnlyMemory<byte>> Body = Gen.Byte.Array[0, 200].Select(bytes => new ReadOnlyMemory<byte>(bytes));
    private static readonly Gen<IReadOnlyList<ReadOnlyMemory<byte>>> Bodies = Body.Array[0, 20].Select(
        bodies => (IReadOnlyList<ReadOnlyMemory<byte>>)bodies);
    private static readonly Gen<RejectReason> Reason = One(Enum.GetValues<RejectReason>());
    private static readonly Gen<Term> AnyTerm = Gen.OneOf(Gen.Long[0, Term.Max.Value], Gen.Long[0, 100]).Select(value => new Term(value));
    private static readonly Gen<LogIndex> Index = Number.Select(value => new LogIndex(value));
    private static readonly Gen<LogPoint> Point = Gen.Select(Index, AnyTerm, (index, term) => new LogPoint(index, term));
    private static readonly Gen<Tail> AnyTail = Gen.Select(
        Index, AnyTerm, Number, Gen.Long[0, LogTime.Max.Microseconds], (index, term, next, time) =>
            new Tail(index, term, new EntryIndex(next), new LogTime(time)));
    private static readonly Gen<LogBase> AnyBase = Gen.Select(AnyTail, Body, (tail, prefix) => new LogBase(tail, prefix));
    private static readonly Gen<int> Protocol = Gen.Const(ProtocolVersion.Current);
    private static readonly Gen<Origin> AnyOrigin =
        Gen.Select(Name, Name, Name, Gen.Guid, Gen.Guid, (cluster, group, node, store, id) => new Origin(cluster, group, node, store, id));

    private static readonly Gen<LedgerEntry> Entry = Gen.Select(Gen.Long, Gen.Long, Body, (index, term, body) => new LedgerEntry(index, term, body));

    private static readonly Gen<PeerStatus> Peer = Gen.Select(
        Gen.Select(Name, Words, Gen.Bool, One(Enum.GetValues<PeerState>())),
        Gen.Select(Gen.Long, Gen.Long, Gen.Bool),
        (who, how) => new PeerStatus
        {
            Id = who.Item1,
            Address = who.Item2,
            Reachable = who.Item3,
            State = who.Item4,
            MatchIndex = how.Item1,
            Lag = how.Item2,
            Trusted = how.Item3,
        });

    private static readonly Gen<TermRun> Run = Gen.Select(AnyTerm, Index, Index, (term, first, last) => new TermRun(term, first, last));

    private static readonly Gen<Batch> AnyBatch = Gen.Select(Gen.Int[0, 1000], Gen.Int[1, 9], Body.Array[0, 8], (at, term, bodies) =>
    {
        var previous = new Tail(new LogIndex(at), new Term(term), new EntryIndex(at));
        return bodies.Length == 0 ? Batch.Control(BatchKind.NoOp, previous, new Term(term + 1)) : Batch.Entries(previous, new Term(term + 1), bodies);
    });

    private static readonly Gen<Greeting> AnyGreeting = Gen.Select(
        Gen.Select(Name.Array[0, 5], Gen.Select(Name, Gen.Guid, (id, store) => new MemberLife(id, store)).Array[0, 5], Gen.Bool, Name.Array[0, 5]),
        Gen.Select(Point, Point, Number, Number),
        (lists, rest) => new Greeting(lists.Item1, lists.Item2, lists.Item3, lists.Item4, rest.Item1, rest.Item2, rest.Item3, rest.Item4));

    private static readonly Gen<ReadMode> Mode = Gen.OneOf(
        One([ReadMode.Linearizable, ReadMode.Lease, ReadMode.Local]), Gen.Long[0, RecordReader.NumberMax].Select(ReadMode.AtLeast));

    /// <summary>By type.</summary>
    public static readonly IReadOnlyDictionary<Type, Gen<object>> ByType = All().ToDictionary(kind => kind.Key, kind => WithId(kind.Value));

    public static readonly Gen<object> Any = Gen.OneOf(ByType.Values.ToArray());

    private static Dictionary<Type, Gen<object>> All() => new()
    {
        [typeof(Append)] = Body.Select(body => (object)new Append(body)),
        [typeof(AppendMany)] = Gen.Select(
            Bodies, Gen.Bool, Gen.Guid, Gen.Long, Gen.Bool,
            (bodies, stream, id, sequence, start) =>
                (object)new AppendMany(bodies, stream ? new AppendStream(id, sequence, start) : null) { WantsReplies = start }),
        [typeof(Execute)] = Body.Select(command => (object)new Execute(command)),
        [typeof(AppendResult.Applied)] = Gen.Select(
            Gen.Long, Gen.Long, Bodies, (index, term, replies) => (object)new AppendResult.Applied(index, term, replies)),
        [typeof(AppendResult.Committed)] = Gen.Select(
            Gen.Long, Gen.Int, Gen.Long, (index, count, term) => (object)new AppendResult.Committed(index, count, term)),
        [typeof(AppendResult.Rejected)] = Gen.Select(
            Reason, MaybeWords, MaybeWords, (reason, leader, detail) => (object)new AppendResult.Rejected(reason, leader, detail)),
        [typeof(AppendResult.Unknown)] = One(Enum.GetValues<UnknownReason>()).Select(reason => (object)new AppendResult.Unknown(reason)),
        [typeof(Read)] = Gen.Select(Gen.Long, Gen.Int, Gen.Int, Mode, (from, count, bytes, mode) => (object)new Read(from, count, bytes, mode)),
        [typeof(ReadResult.Entries)] = Gen.Select(
            Entry.Array[0, 20], Gen.Long, (items, committed) => (object)new ReadResult.Entries(items, committed)),
        [typeof(ReadResult.OutOfRange)] = Gen.Select(Gen.Long, Gen.Long, (first, committed) => (object)new ReadResult.OutOfRange(first, committed)),
        [typeof(ReadResult.Rejected)] = Gen.Select(
            Reason, MaybeWords, MaybeWords, (reason, leader, detail) => (object)new ReadResult.Rejected(reason, leader, detail)),
        [typeof(ReadResult.Failed)] = Words.Select(reason => (object)new ReadResult.Failed(reason)),
        [typeof(GetStatus)] = Gen.Const((object)new GetStatus()),
        [typeof(LedgerStatus)] = Gen.Select(
            Gen.Select(Name, Name, One(Enum.GetValues<MemberRole>()), MaybeWords, MaybeWords, MaybeWords),
            Gen.Select(Gen.Long, Gen.Long, Gen.Long, Gen.Long, Gen.Long, Gen.Long),
            Gen.Select(Peer.Array[0, 6], Gen.Long, Gen.Int, Gen.Bool),
            (texts, numbers, rest) => (object)new LedgerStatus
            {
                Group = texts.Item1,
                Id = texts.Item2,
                Role = texts.Item3,
                Term = numbers.Item1,
                LeaderId = texts.Item4,
                LeaderAddress = texts.Item5,
                FirstIndex = numbers.Item2,
                LastIndex = numbers.Item3,
                CommittedIndex = numbers.Item4,
                FlushedIndex = numbers.Item5,
                Peers = rest.Item1,
                AppliedIndex = rest.Item2,
                PendingReads = rest.Item3,
                HoldsLease = rest.Item4,
                Problem = texts.Item6,
                Dropped = numbers.Item6,
            }),
        [typeof(TransferLeadership)] = Name.Select(to => (object)new TransferLeadership(to)),
        [typeof(TransferResult.Transferred)] = Gen.Select(Name, Gen.Long, (leader, term) => (object)new TransferResult.Transferred(leader, term)),
        [typeof(TransferResult.Failed)] = Words.Select(reason => (object)new TransferResult.Failed(reason)),
        [typeof(TransferResult.Rejected)] = Gen.Select(
            Reason, MaybeWords, MaybeWords, (reason, leader, detail) => (object)new TransferResult.Rejected(reason, leader, detail)),

        [typeof(GetCommitPosition)] = Mode.Select(mode => (object)new GetCommitPosition(mode)),
        [typeof(CommitPositionResult.Position)] = Gen.Select(
            Gen.Long, Gen.Long, (first, committed) => (object)new CommitPositionResult.Position(first, committed)),
        [typeof(CommitPositionResult.Rejected)] = Gen.Select(
            Reason, MaybeWords, MaybeWords, (reason, leader, detail) => (object)new CommitPositionResult.Rejected(reason, leader, detail)),
        [typeof(CommitPositionResult.Failed)] = Words.Select(reason => (object)new CommitPositionResult.Failed(reason)),

        [typeof(Query)] = Gen.Select(Body, Mode, (question, mode) => (object)new Query(question, mode)),
        [typeof(QueryResult.Answer)] = Gen.Select(Body, Gen.Long, (answer, applied) => (object)new QueryResult.Answer(answer, applied)),
        [typeof(QueryResult.Rejected)] = Gen.Select(
            Reason, MaybeWords, MaybeWords, (reason, leader, detail) => (object)new QueryResult.Rejected(reason, leader, detail)),
        [typeof(QueryResult.Failed)] = Words.Select(reason => (object)new QueryResult.Failed(reason)),

        [typeof(ReadIndexRequest)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Gen.Long, Gen.Bool,
            (origin, term, life, number, lease) => (object)new ReadIndexRequest(origin, term, new ReadToken(life, number), lease)),
        [typeof(ReadIndexReply)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Gen.Long, Index,
            (origin, term, life, number, position) => (object)new ReadIndexReply(origin, term, new ReadToken(life, number), position)),

        [typeof(Push)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Point, Index, AnyBatch.Array[0, 5],
            (origin, term, round, previous, committed, batches) => (object)new Push(origin, term, round, previous, committed, batches)),
        [typeof(PushAck)] = Gen.Select(AnyOrigin, AnyTerm, Index, (origin, term, flushed) => (object)new PushAck(origin, term, flushed)),
        [typeof(PushRefused)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Point, (origin, term, round, last) => (object)new PushRefused(origin, term, round, last)),
        [typeof(Heartbeat)] = Gen.Select(AnyOrigin, AnyTerm, Gen.Long, (origin, term, round) => (object)new Heartbeat(origin, term, round)),
        [typeof(HeartbeatReply)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Gen.Bool, (origin, term, round, healthy) => (object)new HeartbeatReply(origin, term, round, healthy)),
        [typeof(Compare)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Point, Run.Array[0, 10],
            (origin, term, round, basePoint, runs) => (object)new Compare(origin, term, round, basePoint, runs)),
        [typeof(Compared)] = Gen.Select(
            Gen.Select(AnyOrigin, AnyTerm, Gen.Long), Gen.Select(Gen.Bool, Point, AnyTail, Point), (head, rest) =>
                (object)new Compared(head.Item1, head.Item2, head.Item3, rest.Item1 ? rest.Item2 : null, rest.Item3, rest.Item4)),
        [typeof(Truncate)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Point, Point,
            (origin, term, round, keep, reported) => (object)new Truncate(origin, term, round, keep, reported)),
        [typeof(Truncated)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, Gen.Bool, Point,
            (origin, term, round, done, last) => (object)new Truncated(origin, term, round, done, last)),
        [typeof(Install)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, AnyBase, (origin, term, round, newBase) => (object)new Install(origin, term, round, newBase)),
        [typeof(Installed)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, AnyTail, (origin, term, round, newBase) => (object)new Installed(origin, term, round, newBase)),
        [typeof(PreVoteRequest)] = Gen.Select(
            AnyOrigin, AnyTerm, AnyTerm, Point, (origin, term, proposed, last) => (object)new PreVoteRequest(origin, term, proposed, last)),
        [typeof(PreVoteReply)] = Gen.Select(
            AnyOrigin, AnyTerm, AnyTerm, Gen.Bool, (origin, term, proposed, granted) => (object)new PreVoteReply(origin, term, proposed, granted)),
        [typeof(VoteRequest)] = Gen.Select(
            AnyOrigin, AnyTerm, Point, Gen.Bool, (origin, term, last, transfer) => (object)new VoteRequest(origin, term, last, transfer)),
        [typeof(VoteReply)] = Gen.Select(
            AnyOrigin, AnyTerm, AnyTerm, Gen.Bool, (origin, term, requested, granted) => (object)new VoteReply(origin, term, requested, granted)),
        [typeof(TimeoutNow)] = Gen.Select(AnyOrigin, AnyTerm, (origin, term) => (object)new TimeoutNow(origin, term)),
        [typeof(Hello)] = Gen.Select(
            AnyOrigin, AnyTerm, Protocol, Gen.Long, (origin, term, protocol, nonce) => (object)new Hello(origin, term, protocol, nonce)),
        [typeof(HelloRefused)] = Gen.Select(
            AnyOrigin, AnyTerm, Protocol, Gen.Long, (origin, term, protocol, nonce) => (object)new HelloRefused(origin, term, protocol, nonce)),
        [typeof(HelloReply)] = Gen.Select(
            AnyOrigin, AnyTerm, Gen.Long, AnyGreeting, (origin, term, nonce, greeting) => (object)new HelloReply(origin, term, nonce, greeting)),
        [typeof(DigestIs)] = Gen.Select(
            AnyOrigin, AnyTerm, Index, Gen.ULong, Gen.Bool,
            (origin, term, at, digest, ofQuorum) => (object)new DigestIs(origin, term, at, new ResultDigest(digest), ofQuorum)),
        [typeof(DigestAnswer)] = Gen.Select(
            AnyOrigin, AnyTerm, Index, Gen.ULong, (origin, term, at, digest) => (object)new DigestAnswer(origin, term, at, new ResultDigest(digest))),
        [typeof(Ping)] = Gen.Const((object)new Ping()),
        [typeof(Pong)] = Gen.Const((object)new Pong()),
    };

    /// <summary>Requests and answers of clients have an id, or none.</summary>
    private static Gen<object> WithId(Gen<object> messages) => Gen.Select(
        messages, Gen.OneOf(Gen.Long, Gen.Const(0L)), (message, id) => message is DLedgerMessage ours ? ours.WithRequestId(id) : message);

    private static Gen<T> One<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);
}
