using System.Text;
using Akka.Actor;
using Akka.TestKit;

namespace DLedger.Actors.Tests.Client;

/// <summary>
/// Three members with one log and a leader that changes at random, with the leader's rules for streams: refuses, commits, and commits without being
/// able to say so.
/// </summary>
internal sealed class FakeGroup(int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly Dictionary<Guid, long> _streams = [];
    private int _leader;
    private long _term = 1;

    public List<string> Log { get; } = [];

    public int LeaderChanges { get; private set; }

    public AutoPilot Member(int self, ActorSystem system) => new DelegateAutoPilot((sender, message) =>
    {
        lock (_gate)
        {
            if (Answer(self, message) is { } answer) sender.Tell(answer.WithRequestId(((DLedgerMessage)message).RequestId), system.DeadLetters);
        }

        return AutoPilot.KeepRunning;
    });

    private DLedgerMessage? Answer(int self, object message) => message switch
    {
        GetStatus => new LedgerStatus { Group = "g", Id = "x", Role = self == _leader ? MemberRole.Leader : MemberRole.Follower, Term = _term },
        AppendMany many when self != _leader => new AppendResult.Rejected(RejectReason.NotLeader, null),
        AppendMany many => Append(many),
        _ => null,
    };

    private AppendResult Append(AppendMany many)
    {
        var stream = many.Stream!;
        if (!stream.Start && (!_streams.TryGetValue(stream.Id, out var next) || next != stream.Sequence))
            return new AppendResult.Rejected(RejectReason.OutOfOrder);
        switch (_random.Next(40))
        {
            case 0:
                ChangeLeader();
                return new AppendResult.Rejected(RejectReason.NotLeader, null);
            case 1:
                // It may or may not have made it into the new leader's log.
                if (_random.Next(2) == 0) Write(many);
                ChangeLeader();
                return new AppendResult.Unknown(UnknownReason.LeadershipLost);
            case 2:
                return new AppendResult.Rejected(RejectReason.Busy);
            default:
                _streams[stream.Id] = stream.Sequence + 1;
                return Write(many);
        }
    }

    private AppendResult.Committed Write(AppendMany many)
    {
        var index = Log.Count;
        Log.AddRange(many.Bodies.Select(body => Encoding.UTF8.GetString(body.Span)));
        return new AppendResult.Committed(index, many.Bodies.Count, _term);
    }

    private void ChangeLeader()
    {
        _leader = (_leader + 1 + _random.Next(2)) % 3;
        _term++;
        _streams.Clear();
        LeaderChanges++;
    }
}
